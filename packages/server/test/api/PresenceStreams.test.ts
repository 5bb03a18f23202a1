/** The presence board end to end: the embedded server, real sockets, the official client. */
import { assert, describe, layer } from "@effect/vitest"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import type { Receipt } from "@hibiki/core/protocol/rpc/PresenceRpcs"
import { Effect, Either, Schedule } from "effect"
import {
  call,
  connect,
  EmbeddedServer,
  makeGroup,
  password,
  register,
  signIn,
  stateOf,
  streamClient
} from "./boardKit.ts"

describe("a presence board on the embedded server", () => {
  layer(EmbeddedServer, { excludeTestServices: true })((it) => {
    it.scoped("begins with everybody, and tells who comes, goes, and hides", () =>
      Effect.gen(function* () {
        const [ada, bob] = [yield* register("ada"), yield* register("bob")]
        const conversationId = yield* makeGroup(ada, [bob])
        const { watch } = yield* streamClient
        const board = yield* watch(ada, { conversationId })
        const first = yield* board.next
        assert.deepStrictEqual(first._tag === "Snapshot" ? first.people.map(({ handle }) => handle) : [], [
          "ada",
          "bob"
        ])
        assert.deepStrictEqual([stateOf(first, ada), stateOf(first, bob)], ["offline", "offline"])
        const began = performance.now()
        const socket = yield* connect(bob)
        const online = yield* board.until((update) => stateOf(update, bob) === "active")
        assert.isBelow(performance.now() - began, 4_000)
        assert.deepStrictEqual(online.users.find(({ userId }) => userId === bob.userId)?.kinds, ["browser"])
        yield* socket.say({ op: "presence", state: "idle" })
        yield* board.until((update) => stateOf(update, bob) === "idle")
        yield* call("user.updateSettings", { invisible: true }, bob)
        yield* board.until((update) => stateOf(update, bob) === "offline")
        assert.deepInclude(yield* call("user.me", {}, bob), { invisible: true })
        yield* call("user.updateSettings", { invisible: false }, bob)
        yield* board.until((update) => stateOf(update, bob) === "idle")
        yield* socket.bye
        yield* board.until((update) => stateOf(update, bob) === "offline")
      })
    )

    it.scoped("is counted for members: who is online and idle, without who hides", () =>
      Effect.gen(function* () {
        const [eva, fin] = [yield* register("eva"), yield* register("fin")]
        const conversationId = yield* makeGroup(eva, [fin])
        const { count } = yield* streamClient
        const counted = yield* count(eva, conversationId)
        const numbers = Effect.map(counted, ({ idle, online }) => [online, idle])
        assert.deepStrictEqual(yield* numbers, [0, 0])
        const socket = yield* connect(fin)
        assert.deepStrictEqual(yield* numbers, [1, 0])
        yield* socket.say({ op: "presence", state: "idle" })
        assert.deepStrictEqual(yield* numbers, [1, 1])
        yield* call("user.updateSettings", { invisible: true }, fin)
        assert.deepStrictEqual(yield* numbers, [0, 0])
        const stranger = yield* register("stranger")
        // A socket serves one person.
        const theirs = yield* streamClient
        assert.deepInclude(yield* Effect.flip(yield* theirs.count(stranger, conversationId)), { _tag: "NotFound" })
      })
    )

    it.scoped("begins anew on a new socket when the old one is lost", () =>
      Effect.gen(function* () {
        const [cat, dan] = [yield* register("cat"), yield* register("dan")]
        const conversationId = yield* makeGroup(cat, [dan])
        const { cut, watch } = yield* streamClient
        const lost = yield* watch(cat, { conversationId })
        yield* lost.next
        yield* cut
        assert.strictEqual((yield* Effect.flip(lost.next))._tag, "RpcClientError")
        yield* connect(dan)
        // The client dials again by itself; until then it fails at once.
        const again = yield* Effect.retry(
          Effect.flatMap(watch(cat, { conversationId }), (board) =>
            Effect.map(board.next, (first) => ({ board, first }))
          ),
          Schedule.upTo(Schedule.spaced("50 millis"), "2 minutes")
        )
        assert.strictEqual(again.first._tag, "Snapshot")
        if (stateOf(again.first, dan) !== "active")
          yield* again.board.until((update) => stateOf(update, dan) === "active")
      })
    )

    it.scoped("ends within 5 s when its device is signed out elsewhere", () =>
      Effect.gen(function* () {
        const fay = yield* register("fay")
        const other = yield* signIn("fay")
        const { watch } = yield* streamClient
        const board = yield* watch(fay, { userIds: [fay.userId] })
        yield* board.next
        yield* call("device.revoke", { deviceId: fay.deviceId, password }, other)
        const began = performance.now()
        assert.strictEqual((yield* Effect.flip(board.next))._tag, "Unauthenticated")
        assert.isBelow(performance.now() - began, 5_000)
      })
    )

    it.scoped("is absent for strangers and for those who were removed, and empty where nothing is shared", () =>
      Effect.gen(function* () {
        const [gus, hal, eve] = [yield* register("gus"), yield* register("hal"), yield* register("eve")]
        const conversationId = yield* makeGroup(gus, [hal])
        const { watch } = yield* streamClient
        const { watch: watchAsHal } = yield* streamClient
        const stranger = yield* watch(eve, { conversationId })
        assert.strictEqual((yield* Effect.flip(stranger.next))._tag, "NotFound")
        const none = yield* (yield* watch(eve, { userIds: [gus.userId, hal.userId] })).next
        assert.deepStrictEqual([none._tag, none.users], ["Snapshot", []])
        const hals = yield* watchAsHal(hal, { conversationId })
        assert.strictEqual((yield* hals.next).users.length, 2)
        yield* call("conversation.remove", { id: yield* makeUuidV7, conversationId, userId: hal.userId }, gus)
        assert.strictEqual((yield* Effect.flip(hals.next))._tag, "NotFound")
      })
    )

    it.scoped("is nothing that /rpc and /api/v1 serve", () =>
      Effect.gen(function* () {
        const ivy = yield* register("ivy")
        const refused = yield* Effect.either(call("presence.watch", { userIds: [] }, ivy))
        assert.deepInclude(Either.isLeft(refused) ? refused.left : {}, {
          _tag: "BadRequest",
          code: "stream_call",
          field: "tag"
        })
      })
    )

    it.scoped("stands beside receipts, in which invisible readers do not appear", () =>
      Effect.gen(function* () {
        const [jim, kay] = [yield* register("jim"), yield* register("kay")]
        const { conversationId } = yield* call<{ readonly conversationId: string }>(
          "conversation.openDirect",
          { userId: kay.userId },
          jim
        )
        const receipts = call<ReadonlyArray<Receipt>>("conversation.receipts", { conversationId }, jim)
        assert.deepStrictEqual(yield* receipts, [{ userId: kay.userId, read: 0, delivered: 0 }])
        yield* call("user.updateSettings", { invisible: true }, kay)
        assert.deepStrictEqual(yield* receipts, [])
      })
    )
  })
})
