/** Decides commands in the store and announces them, as a worker does for calls. */
import { Effect } from "effect"
import type { CommandBody } from "../../src/commands/Command.ts"
import { CommandId, ConversationId, type UserId } from "../../src/domain/Ids.ts"
import { makeUuidV7 } from "../../src/domain/Uuid.ts"
import { EventStore } from "../../src/ports/EventStore.ts"
import { CommitPublisher } from "../../src/worker/CommitPublisher.ts"

export const run = Effect.fnUntraced(function* (by: UserId, log: ConversationId, body: CommandBody) {
  const store = yield* EventStore
  const publisher = yield* CommitPublisher
  const id = CommandId.make(yield* makeUuidV7)
  const result = yield* store.append([{ log, id, by, device: null, epoch: store.epoch, body }])
  yield* publisher.announce(result.changes, [])
  return result.decisions[0]
})

/** Stores commands that nobody is told of: as if every envelope about them were lost. Gives the changes. */
export const runUnheard = Effect.fnUntraced(function* (
  by: UserId,
  log: ConversationId,
  bodies: ReadonlyArray<CommandBody>
) {
  const store = yield* EventStore
  const commands = yield* Effect.forEach(bodies, (body) =>
    Effect.map(makeUuidV7, (id) => ({ log, id: CommandId.make(id), by, device: null, epoch: store.epoch, body }))
  )
  return (yield* store.append(commands)).changes
})

/** As many posts as asked for, each of `length` characters, in one batch. */
export const fill = Effect.fnUntraced(function* (by: UserId, log: ConversationId, posts: number, length: number) {
  const publisher = yield* CommitPublisher
  const text = "x".repeat(length)
  const changes = yield* runUnheard(
    by,
    log,
    Array.from({ length: posts }, () => ({ kind: "post", text }) as const)
  )
  yield* publisher.announce(changes, [])
})

/** A new group of `owner` and `members`, whose log holds one event. */
export const group = Effect.fnUntraced(function* (owner: UserId, members: ReadonlyArray<UserId>) {
  const log = ConversationId.make(yield* makeUuidV7)
  yield* run(owner, log, { kind: "create", conversationKind: "group", title: "g", history: "all", members })
  return log
})
