/** Stores that decide wrongly. */

import type { Command } from "@hibiki/core/commands/Command"
import type { LogEvent } from "@hibiki/core/domain/Event"
import { CommandId } from "@hibiki/core/domain/Ids"
import { Clock, Effect } from "effect"
import { appendBatch } from "../../Append.ts"
import type { ChatState, MemoryLog, MemoryMember } from "../../ChatState.ts"
import { makeDice } from "../Dice.ts"
import type { OverStore } from "../SharedState.ts"

/** A post that was stored before is stored once more under its id. */
export const noDedupe: OverStore = (store, { state }) => ({
  ...store,
  append: (commands) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const again = new Map<CommandId, CommandId>()
      const before = new Set<CommandId>()
      const given = commands.map((command) => {
        const isStored = state.logs
          .get(command.log)
          ?.events.some(({ event }) => event.id === command.id && event.by === command.by)
        const isRepeat = isStored === true || before.has(command.id)
        before.add(command.id)
        if (command.body.kind !== "post" || !isRepeat) return command
        const id = CommandId.make(state.freshId(now))
        again.set(id, command.id)
        return { ...command, id }
      })
      return Effect.tap(store.append(given), ({ changes }) =>
        Effect.sync(() => {
          for (const { events } of changes) for (const event of events) renameTo(event, again.get(event.id))
        })
      )
    })
})

const renameTo = (event: LogEvent, id: CommandId | undefined): void => {
  if (id !== undefined) Object.assign(event, { id })
}

/** Answers with a decision before it is certain: now and then the transaction is rolled back afterwards. */
export const answerBeforeCommit: OverStore = (store, { state }) => {
  const dice = makeDice(state.logs.size, "answer before commit")
  return {
    ...store,
    append: (commands) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        dice.next() < 0.05 ? Effect.sync(() => appendBatch(copyOf(state), now, commands)) : store.append(commands)
      )
  }
}

/**
 * Reads the members some time before it takes the lock: a post is stored although its author was removed in between.
 */
export const rightsBeforeLock: OverStore = (store, { state }) => {
  const read = new Map<string, { readonly member: MemoryMember; readonly at: number }>()
  const believed = (now: number, commands: ReadonlyArray<Command>) =>
    commands.flatMap(({ body, by, log }) => {
      const members = state.logs.get(log)?.members
      const member = members?.get(by)
      const before = read.get(`${log} ${by}`)
      if (member !== undefined) read.set(`${log} ${by}`, { member, at: now })
      if (members === undefined || member !== undefined || before === undefined || body.kind !== "post") return []
      return now - before.at <= readBeforeMs ? [{ by, members, member: before.member }] : []
    })
  return {
    ...store,
    append: (commands) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const gone = believed(now, commands)
        for (const { by, member, members } of gone) members.set(by, member)
        return Effect.tap(store.append(commands), () =>
          Effect.sync(() => {
            for (const { by, members } of gone) members.delete(by)
          })
        )
      })
  }
}

const readBeforeMs = 5_000

/** A read cursor takes every new value, also a lower one. */
export const cursorsGoBack: OverStore = (store, { state }) => ({
  ...store,
  append: (commands) =>
    Effect.suspend(() => {
      for (const { body, by } of commands) {
        const members = body.kind === "read" ? state.logs.get(body.conversationId)?.members : undefined
        const member = members?.get(by)
        if (member !== undefined) members?.set(by, { ...member, readUpTo: 0 })
      }
      return store.append(commands)
    })
})

const copyOf = (state: ChatState): ChatState => ({
  ...state,
  logs: new Map([...state.logs].map(([id, log]) => [id, copyOfLog(log)]))
})

const copyOfLog = (log: MemoryLog): MemoryLog => ({
  ...log,
  events: log.events.map((stored) => ({ ...stored })),
  rows: new Map(
    [...log.rows].map(([seq, { reactions, row }]) => [
      seq,
      { row, reactions: new Map([...reactions].map(([emoji, users]) => [emoji, new Set(users)])) }
    ])
  ),
  members: new Map([...log.members].map(([userId, member]) => [userId, { ...member }])),
  decided: new Map(log.decided)
})
