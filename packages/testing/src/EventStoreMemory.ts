/** The logs in memory, simple rather than fast. */

import type { LogEvent } from "@hibiki/core/domain/Event"
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { readableFrom } from "@hibiki/core/domain/RowRules"
import { EventStore, type LogSlice, type SliceRequest } from "@hibiki/core/ports/EventStore"
import { utf8Bytes } from "@hibiki/core/protocol/Json"
import { Clock, Effect, Layer } from "effect"
import { appendBatch } from "./Append.ts"
import { ChatMemory } from "./ChatMemory.ts"
import { type ChatState, headOf, type MemoryLog, visibleFrom } from "./ChatState.ts"

export const EventStoreMemory = Layer.effect(
  EventStore,
  Effect.map(ChatMemory, ({ state }) =>
    EventStore.of({
      epoch: state.epoch,
      readEpoch: Effect.sync(() => state.epoch),
      append: (commands) => Effect.map(Clock.currentTimeMillis, (now) => appendBatch(state, now, commands)),
      after: (log, after, limit) => Effect.sync(() => eventsAfter(state, log, after, limit)),
      slices: (requests) => Effect.sync(() => requests.map((request) => sliceOf(state, request))),
      heads: (logs) => Effect.sync(() => logs.map((log) => headOfLog(state, log)))
    })
  )
)

const eventsAfter = (state: ChatState, id: ConversationId, after: number, limit: number) => {
  const log = state.logs.get(id)
  if (log === undefined) return { first: 0, head: 0, events: [] }
  return { first: log.first, head: headOf(log), events: eventsFrom(log, Math.max(after + 1, log.first), limit) }
}

const headOfLog = (state: ChatState, id: ConversationId): number => {
  const log = state.logs.get(id)
  return log === undefined ? 0 : headOf(log)
}

const sliceOf = (state: ChatState, { after, bytes, limit, log: id, userId }: SliceRequest): LogSlice => {
  const log = state.logs.get(id)
  const from = log === undefined ? undefined : visibleFrom(log, userId)
  if (log === undefined || from === undefined)
    return { log: id, userId, member: false, first: 0, visibleFrom: 0, head: 0, events: [] }
  return {
    log: id,
    userId,
    member: true,
    first: log.first,
    visibleFrom: from,
    head: headOf(log),
    events: readableFrom(from, upToBytes(eventsFrom(log, Math.max(after + 1, from), limit), bytes))
  }
}

const eventsFrom = (log: MemoryLog, from: number, limit: number) =>
  log.events.slice(from - 1, from - 1 + limit).map(({ event }) => event)

/** Stops after the event by which their texts reach the requested bytes. */
const upToBytes = (events: ReadonlyArray<LogEvent>, bytes = Number.POSITIVE_INFINITY): ReadonlyArray<LogEvent> => {
  let before = 0
  const end = events.findIndex((event, i) => {
    if (i > 0 && before >= bytes) return true
    before += "text" in event ? utf8Bytes(event.text) : 0
    return false
  })
  return end < 0 ? events : events.slice(0, end)
}
