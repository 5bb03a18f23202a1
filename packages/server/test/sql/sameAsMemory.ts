/**
 * Holds a SQL store against the memory store: the same random batches must come to the same decisions, logs and pages.
 */

import type { LogEvent } from "@hibiki/core/domain/Event"
import { type ConversationId, personalLog, type UserId } from "@hibiki/core/domain/Ids"
import { Conversations, type PageFrom } from "@hibiki/core/ports/Conversations"
import { type AppendResult, EventStore } from "@hibiki/core/ports/EventStore"
import { blockMemoryUser, ChatMemory } from "@hibiki/testing/ChatMemory"
import { ConversationsMemory } from "@hibiki/testing/ConversationsMemory"
import { EventStoreMemory } from "@hibiki/testing/EventStoreMemory"
import { Effect, Layer, TestClock } from "effect"
import { makeCommands, otherEpoch, seededRandom } from "./randomCommands.ts"
import { addSqlUser, blockSqlUser, setSqlClock } from "./sqlUsers.ts"

interface Stores {
  readonly store: typeof EventStore.Service
  readonly conversations: typeof Conversations.Service
}

/** `check` is called with what memory says and what SQL says, and a note of where. */
export const sameAsMemory = (
  seed: number,
  batches: number,
  check: (memory: unknown, sql: unknown, note: string) => void
) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(0)
    const users = yield* Effect.all(["ann", "bob", "cat", "dan"].map((name) => addSqlUser(`${name}${seed}`)))
    const sql: Stores = { store: yield* EventStore, conversations: yield* Conversations }
    const memory = yield* memoryStores(users, seed)
    const blocks = new Set<string>()
    const { batch, beginning, isCommandId, rooms } = makeCommands(seed, users, sql.store.epoch)
    const { draw, pick } = seededRandom(seed + 0.5)
    // Server-made ids differ between stores, and mean nothing.
    const masked = (event: LogEvent) => (isCommandId(event.id) ? event : { ...event, id: "" })
    const logs = new Set<ConversationId>([...rooms, ...users.map(personalLog)])
    let now = 1_000_000
    for (let i = 0; i < batches; i++) {
      const [blocker, blocked] = [pick(users), pick(users)]
      if (draw(4) === 0 && blocker !== blocked) {
        const [key, on] = [`${blocker} ${blocked}`, !blocks.delete(`${blocker} ${blocked}`)]
        if (on) blocks.add(key)
        yield* memory.block(blocker, blocked, on)
        yield* blockSqlUser(blocker, blocked, on)
      }
      const commands = i === 0 ? beginning() : batch()
      for (const { log } of commands) logs.add(log)
      // Clocks go back at times, now and then by much.
      now += draw(8) === 0 ? draw(60_000) - 30_000 : draw(40) - 10
      const note = `seed ${seed}, batch ${i}: ${JSON.stringify(commands)}`
      yield* TestClock.setTime(now)
      yield* setSqlClock(now)
      const theirs = yield* memory.store.append(
        commands.map((command) => ({
          ...command,
          epoch: command.epoch === otherEpoch ? otherEpoch : memory.store.epoch
        }))
      )
      const ours = yield* sql.store.append(commands)
      check(theirs.decisions, ours.decisions, note)
      check(changesOf(theirs, masked), changesOf(ours, masked), note)
      for (const log of logs) {
        const [there, here] = [yield* memory.store.after(log, 0, 1_000), yield* sql.store.after(log, 0, 1_000)]
        check(
          { ...there, events: there.events.map(masked) },
          { ...here, events: here.events.map(masked) },
          `${note}, log ${log}`
        )
      }
      const [reader, log] = [pick(users), pick([...logs])]
      for (const [question, ask] of questions(reader, users, log, rooms, draw)) {
        check(yield* ask(memory), yield* ask(sql), `${note}, ${question} of ${log} for ${reader}`)
      }
    }
  })

const memoryStores = (users: ReadonlyArray<UserId>, seed: number) =>
  Effect.gen(function* () {
    const memory = yield* ChatMemory
    for (const [i, userId] of users.entries())
      yield* memory.addUser(userId, `${["ann", "bob", "cat", "dan"][i]}${seed}`)
    const block = (...given: Parameters<typeof blockMemoryUser>) =>
      Effect.provideService(blockMemoryUser(...given), ChatMemory, memory)
    return { store: yield* EventStore, conversations: yield* Conversations, block }
  }).pipe(
    Effect.provide(Layer.mergeAll(EventStoreMemory, ConversationsMemory).pipe(Layer.provideMerge(ChatMemory.layer)))
  )

const changesOf = ({ changes }: AppendResult, masked: (event: LogEvent) => unknown) =>
  new Map(
    [...changes]
      .sort((a, b) => (a.log < b.log ? -1 : 1))
      .map(({ events, head, log }) => [log, { head, events: events.map(masked) }])
  )

type Question = readonly [name: string, ask: (stores: Stores) => Effect.Effect<unknown, unknown>]

const questions = (
  reader: UserId,
  users: ReadonlyArray<UserId>,
  log: ConversationId,
  rooms: ReadonlyArray<ConversationId>,
  draw: (below: number) => number
): ReadonlyArray<Question> => {
  const [seq, limit, asOf, afterHandle, prefix] = [
    draw(14),
    1 + draw(8),
    draw(14),
    draw(2) === 0 ? "" : "bob",
    `TITLE ${draw(2) === 0 ? "" : draw(3)}`
  ]
  const froms: ReadonlyArray<PageFrom> = [
    { _tag: "Latest" },
    { _tag: "Before", seq },
    { _tag: "After", seq },
    { _tag: "Around", seq },
    { _tag: "Pinned", below: draw(2) === 0 ? undefined : seq }
  ]
  return [
    ...froms.map(
      (from): Question => [
        `page ${JSON.stringify(from)} ${limit}`,
        ({ conversations }) => conversations.page(reader, log, from, limit)
      ]
    ),
    [
      `changedSince ${asOf} ${seq}`,
      ({ conversations }) => conversations.changedSince(reader, log, asOf, seq, seq + limit)
    ],
    [`texts below ${seq}, ${limit}`, ({ conversations }) => conversations.texts(reader, log, seq, limit)],
    [
      "rowsAt",
      ({ conversations }) =>
        conversations.rowsAt(
          reader,
          [...rooms, log].flatMap((conversationId) => [1, seq, asOf].map((at) => ({ conversationId, seq: at })))
        )
    ],
    ["summary", ({ conversations }) => conversations.summary(reader, log)],
    [
      "snapshot",
      ({ conversations }) =>
        Effect.map(
          conversations.snapshot(reader),
          (found) => found && { ...found, epoch: "", conversations: sorted(found.conversations) }
        )
    ],
    ["members", ({ conversations }) => conversations.members(reader, log, afterHandle, limit)],
    // Other seeds have channels in the same database.
    [
      "channels",
      ({ conversations }) =>
        Effect.map(conversations.channels(reader, prefix, 200), (all) =>
          all.filter(({ conversationId }) => rooms.includes(conversationId))
        )
    ],
    ["memberships", ({ conversations }) => Effect.map(conversations.memberships(users), sorted)],
    ["membersAmong", ({ conversations }) => Effect.map(conversations.membersAmong(log, [...users, reader]), sorted)],
    [
      "slices",
      ({ store }) =>
        Effect.map(store.slices(users.map((userId) => ({ log, userId, after: seq, limit }))), (slices) =>
          slices.map((slice) => ({ ...slice, events: slice.events.map(({ seq }) => seq) }))
        )
    ]
  ]
}

// Order means nothing in lists of memberships and conversations.
const sorted = (value: unknown): unknown =>
  Array.isArray(value) ? [...value].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) : value
const keyOf = (item: unknown): string =>
  typeof item === "object" && item !== null
    ? JSON.stringify(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
    : String(item)
