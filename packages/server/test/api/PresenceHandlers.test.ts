/** Receipts as a member may see them. The board behind `presence.watch` has tests of its own. */
import { RpcClient, RpcTest } from "@effect/rpc"
import { assert, describe, it } from "@effect/vitest"
import { AccountPolicy } from "@hibiki/core/accounts/AccountPolicy"
import { Board } from "@hibiki/core/board/Board"
import { PresenceHistories } from "@hibiki/core/board/PresenceHistories"
import type { CommandBody } from "@hibiki/core/commands/Command"
import { CommandId, ConversationId, DeviceId, personalLog, UserId } from "@hibiki/core/domain/Ids"
import { directConversationId, makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { DeviceCursorsInProcess } from "@hibiki/core/inprocess/DeviceCursorsInProcess"
import { RateLimitsLocal } from "@hibiki/core/inprocess/RateLimitsLocal"
import { Conversations } from "@hibiki/core/ports/Conversations"
import { DeviceCursors } from "@hibiki/core/ports/DeviceCursors"
import { Devices } from "@hibiki/core/ports/Devices"
import { EventStore, StoreUnavailable } from "@hibiki/core/ports/EventStore"
import { AuthMiddleware } from "@hibiki/core/protocol/rpc/AuthMiddleware"
import { PresenceRpcs } from "@hibiki/core/protocol/rpc/PresenceRpcs"
import { NotFound, Unauthenticated } from "@hibiki/core/protocol/rpc/RpcErrors"
import { ChatMemory, ConversationsMemory, EventStoreMemory } from "@hibiki/testing"
import { addMemoryUser, hideMemoryUser } from "@hibiki/testing/ChatMemory"
import { Effect, Layer, Stream } from "effect"
import { PresenceHandlers } from "../../src/api/PresenceHandlers.ts"

const laptop = DeviceId.make("00000000-0000-7000-8000-0000000000a1")
const phone = DeviceId.make("00000000-0000-7000-8000-0000000000a2")
/** Whoever the token names is signed in. */
const TokenIsUser = Layer.succeed(
  AuthMiddleware,
  AuthMiddleware.of(({ headers }) =>
    headers.authorization === undefined
      ? Effect.fail(new Unauthenticated())
      : Effect.succeed({
          userId: UserId.make(headers.authorization),
          deviceId: laptop,
          handle: "x",
          admin: false,
          sessionVersion: 1
        })
  )
)
const device = (deviceId: DeviceId) => ({ deviceId, name: "x", kind: "browser" as const, createdAt: 0, lastUsedAt: 0 })
const TwoDevices = Layer.mock(Devices, { list: () => Effect.succeed([device(laptop), device(phone)]) })
const BoardOfNobody = Layer.succeed(Board, Board.make({ watch: () => Stream.fail(new NotFound()) }))
const HistoriesOfNobody = Layer.succeed(
  PresenceHistories,
  PresenceHistories.make({ history: () => Effect.succeed(undefined) })
)
const Stores = Layer.mergeAll(EventStoreMemory, ConversationsMemory).pipe(Layer.provideMerge(ChatMemory.layer))
const World = PresenceHandlers.pipe(
  Layer.provideMerge(TokenIsUser),
  Layer.provide(HistoriesOfNobody),
  Layer.provide([TwoDevices, BoardOfNobody, AccountPolicy.with({}), RateLimitsLocal]),
  Layer.provideMerge(Layer.merge(DeviceCursorsInProcess, Stores))
)

const as = (userId: UserId) => RpcClient.withHeaders({ authorization: userId })
const act = (by: UserId, log: ConversationId, body: CommandBody) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const id = CommandId.make(yield* makeUuidV7)
    const { decisions } = yield* store.append([{ log, id, by, device: null, epoch: store.epoch, body }])
    assert.strictEqual(decisions[0]?._tag, "Appended")
  })
const read = (by: UserId, conversationId: ConversationId, upTo: number) =>
  act(by, personalLog(by), { kind: "read", conversationId, upTo })
const setUp = Effect.gen(function* () {
  const client = yield* RpcTest.makeClient(PresenceRpcs)
  const [ada, bob, cat, eve] = [
    yield* addMemoryUser("ada"),
    yield* addMemoryUser("bob"),
    yield* addMemoryUser("cat"),
    yield* addMemoryUser("eve")
  ]
  const direct = directConversationId(ada, bob)
  yield* act(ada, direct, { kind: "openDirect", peer: bob })
  for (const text of ["1", "2", "3"]) yield* act(ada, direct, { kind: "post", text })
  const group = ConversationId.make(yield* makeUuidV7)
  yield* act(ada, group, {
    kind: "create",
    conversationKind: "group",
    title: "Tea",
    history: "all",
    members: [bob, cat]
  })
  yield* act(ada, group, { kind: "post", text: "1" })
  const receipts = (viewer: UserId, conversationId: ConversationId) =>
    client.conversation.receipts({ conversationId }).pipe(as(viewer))
  return { ada, bob, cat, eve, client, direct, group, receipts }
})

describe("receipts", () => {
  it.scoped("of a direct conversation tell how far the other has read, and how far its best device holds the log", () =>
    Effect.gen(function* () {
      const { ada, bob, direct, receipts } = yield* setUp
      const cursors = yield* DeviceCursors
      assert.deepStrictEqual(yield* receipts(ada, direct), [{ userId: bob, read: 0, delivered: 0 }])
      yield* cursors.raise(phone, [[direct, 2]])
      yield* cursors.raise(laptop, [[direct, 1]])
      assert.deepStrictEqual(yield* receipts(ada, direct), [{ userId: bob, read: 0, delivered: 2 }])
      // Read where the cursors were lost: it was brought all the same.
      yield* read(bob, direct, 3)
      assert.deepStrictEqual(yield* receipts(ada, direct), [{ userId: bob, read: 3, delivered: 3 }])
    }).pipe(Effect.provide(World))
  )

  it.scoped("of a group tell how far each other member has read, and of deliveries nothing", () =>
    Effect.gen(function* () {
      const { ada, bob, cat, group, receipts } = yield* setUp
      yield* read(cat, group, 2)
      assert.deepStrictEqual(yield* receipts(ada, group), [
        { userId: cat, read: 2 },
        { userId: bob, read: 0 }
      ])
    }).pipe(Effect.provide(World))
  )

  it.scoped("of a group of two are those of a group", () =>
    Effect.gen(function* () {
      const { ada, cat, receipts } = yield* setUp
      const pair = ConversationId.make(yield* makeUuidV7)
      yield* act(ada, pair, { kind: "create", conversationKind: "group", title: "Two", history: "all", members: [cat] })
      assert.deepStrictEqual(yield* receipts(ada, pair), [{ userId: cat, read: 0 }])
    }).pipe(Effect.provide(World))
  )

  it.scoped("leave out who wants to look offline", () =>
    Effect.gen(function* () {
      const { ada, bob, cat, direct, group, receipts } = yield* setUp
      yield* read(bob, direct, 3)
      yield* hideMemoryUser(bob)
      assert.deepStrictEqual(yield* receipts(ada, direct), [])
      assert.deepStrictEqual(
        (yield* receipts(ada, group)).map(({ userId }) => userId),
        [cat]
      )
    }).pipe(Effect.provide(World))
  )

  it.scoped("are absent for strangers, and for nobody signed in", () =>
    Effect.gen(function* () {
      const { client, direct, eve, group, receipts } = yield* setUp
      for (const log of [direct, group, personalLog(eve), ConversationId.make(yield* makeUuidV7)])
        assert.strictEqual((yield* Effect.flip(receipts(eve, log)))._tag, "NotFound")
      assert.strictEqual(
        (yield* Effect.flip(client.conversation.receipts({ conversationId: direct })))._tag,
        "Unauthenticated"
      )
      const watch = client.presence.watch({ conversationId: direct }).pipe(Stream.runDrain, Effect.flip)
      assert.strictEqual((yield* watch)._tag, "Unauthenticated")
    }).pipe(Effect.provide(World))
  )

  it.scoped("say when to try again while the store is away", () =>
    Effect.gen(function* () {
      const client = yield* RpcTest.makeClient(PresenceRpcs)
      const userId = UserId.make(laptop)
      const answer = client.conversation.receipts({ conversationId: personalLog(userId) }).pipe(as(userId), Effect.flip)
      assert.deepInclude(yield* answer, { _tag: "Unavailable", retryAfterMs: 1_000 })
    }).pipe(
      Effect.provide(
        PresenceHandlers.pipe(
          Layer.provideMerge(TokenIsUser),
          Layer.provide([
            TwoDevices,
            BoardOfNobody,
            HistoriesOfNobody,
            AccountPolicy.with({}),
            RateLimitsLocal,
            DeviceCursorsInProcess,
            Layer.mock(Conversations, {
              readCursors: () => Effect.fail(new StoreUnavailable({ operation: "readCursors", cause: "down" }))
            })
          ])
        )
      )
    )
  )
})
