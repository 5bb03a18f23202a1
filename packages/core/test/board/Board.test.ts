import { assert, describe, it } from "@effect/vitest"
import { blockMemoryUser } from "@hibiki/testing/ChatMemory"
import { overService } from "@hibiki/testing/overService"
import { Chunk, Deferred, Effect, Metric, Stream, TestClock } from "effect"
import { defaultAccountLimits } from "../../src/accounts/AccountPolicy.ts"
import { Board, boardsMax, boardsOfUserMax, presenceBoards } from "../../src/board/Board.ts"
import type { ConversationId, UserId } from "../../src/domain/Ids.ts"
import { presenceLimits } from "../../src/domain/Limits.ts"
import { directConversationId } from "../../src/domain/Uuid.ts"
import { Conversations } from "../../src/ports/Conversations.ts"
import { Users } from "../../src/ports/Users.ts"
import type { BoardUpdate } from "../../src/protocol/rpc/PresenceRpcs.ts"
import { pass } from "../world/waiting.ts"
import { makeWallClock } from "../world/wallClock.ts"
import {
  addTo,
  addUser,
  boardStage,
  identityOf,
  look,
  makeGroup,
  openDirect,
  post,
  removeFrom,
  Scenes
} from "./boardStage.ts"

const states = (update: BoardUpdate) => update.users.map(({ state, userId }) => [userId, state])
const namesOf = (update: BoardUpdate) => (update._tag === "Snapshot" ? update.people.map(({ handle }) => handle) : [])
const setUp = Effect.gen(function* () {
  const [ada, bob, cat, eve] = [
    yield* addUser("ada"),
    yield* addUser("bob"),
    yield* addUser("cat"),
    yield* addUser("eve")
  ]
  const scenes = yield* Scenes
  return { ada, bob, cat, eve, scenes, tea: yield* makeGroup(ada, [bob, cat]) }
})
const onlineOf = (update: BoardUpdate) => (update._tag === "Snapshot" ? update.online.at(-1) : undefined)
const boardsOpen = Effect.map(Metric.value(presenceBoards), ({ value }) => value)

describe("a presence board", () => {
  it.scoped("begins with everybody of the conversation, and tells changes of these alone", () =>
    Effect.gen(function* () {
      const { ada, bob, cat, eve, scenes, tea } = yield* setUp
      yield* TestClock.adjust("2 hours")
      yield* scenes.becomes(bob, "active")
      yield* TestClock.adjust("10 minutes")
      const { next } = yield* look(ada, { conversationId: tea })
      const first = yield* next
      assert.deepStrictEqual(namesOf(first), ["ada", "bob", "cat"])
      assert.deepStrictEqual(states(first), [
        [ada, "offline"],
        [bob, "active"],
        [cat, "offline"]
      ])
      assert.deepStrictEqual(first._tag === "Snapshot" ? first.online : [], [
        ...new Array(49).fill(0),
        ...new Array(11).fill(1)
      ])
      yield* scenes.becomes(eve, "active")
      yield* scenes.becomes(cat, "idle")
      yield* TestClock.adjust("1 second")
      const second = yield* next
      assert.strictEqual(second._tag, "Changes")
      assert.deepStrictEqual(states(second), [[cat, "idle"]])
    }).pipe(Effect.provide(boardStage()))
  )

  it.scoped(
    "tells at most once a second, the latest state of each, and nothing when it came back to what was told",
    () =>
      Effect.gen(function* () {
        const { ada, bob, cat, scenes, tea } = yield* setUp
        yield* scenes.becomes(bob, "active")
        const board = yield* look(ada, { conversationId: tea })
        yield* board.next
        yield* scenes.becomes(bob, "idle")
        yield* scenes.becomes(cat, "active")
        yield* scenes.becomes(cat, "idle")
        yield* TestClock.adjust("999 millis")
        assert.strictEqual(yield* board.waiting, 0)
        yield* TestClock.adjust("1 millis")
        assert.deepStrictEqual(states(yield* board.next), [
          [bob, "idle"],
          [cat, "idle"]
        ])
        const { length } = scenes.reads
        yield* TestClock.adjust("4 seconds")
        assert.strictEqual(scenes.reads.length, length)
      }).pipe(Effect.provide(boardStage()))
  )

  it.scoped("lets a slow reader have the latest state once it asks, in one piece", () =>
    Effect.gen(function* () {
      const { ada, bob, scenes, tea } = yield* setUp
      const board = yield* Board
      const gate = yield* Effect.makeLatch(false)
      const told: Array<BoardUpdate> = []
      const reading = yield* board.watch(identityOf(ada), { conversationId: tea }).pipe(
        Stream.take(3),
        Stream.runForEach((update) =>
          Effect.zipRight(
            Effect.sync(() => void told.push(update)),
            gate.await
          )
        ),
        Effect.fork
      )
      yield* TestClock.adjust("1 second")
      const before = scenes.reads.length
      for (let n = 0; n < 50; n++) {
        yield* scenes.becomes(bob, n % 2 === 0 ? "active" : "idle")
        yield* TestClock.adjust("3 seconds")
      }
      assert.strictEqual(told.length, 1)
      assert.strictEqual(scenes.reads.length, before)
      yield* gate.open
      yield* scenes.becomes(bob, "offline")
      yield* TestClock.adjust("1 second")
      yield* scenes.becomes(bob, "active")
      yield* TestClock.adjust("2 seconds")
      yield* reading
      assert.deepStrictEqual(told.slice(1).map(states), [[[bob, "offline"]], [[bob, "active"]]])
    }).pipe(Effect.provide(boardStage()))
  )

  it.scoped("reads everybody anew when changes may have been missed", () =>
    Effect.gen(function* () {
      const { ada, bob, cat, scenes, tea } = yield* setUp
      const board = yield* look(ada, { conversationId: tea })
      yield* board.next
      yield* TestClock.adjust("2 seconds")
      const before = scenes.reads.length
      yield* scenes.missed
      yield* scenes.becomes(bob, "active")
      assert.deepStrictEqual(states(yield* board.next), [[bob, "active"]])
      assert.deepStrictEqual(scenes.reads.slice(before), [[ada, bob, cat]])
    }).pipe(Effect.provide(boardStage()))
  )

  it.scoped("shows of named users only those who share a conversation with the viewer, and the viewer", () =>
    Effect.gen(function* () {
      const { ada, bob, cat, eve, scenes } = yield* setUp
      yield* scenes.becomes(eve, "active")
      const board = yield* look(bob, { userIds: [eve, cat, bob] })
      assert.deepStrictEqual(namesOf(yield* board.next), ["cat", "bob"])
      yield* openDirect(eve, bob)
      yield* TestClock.adjust("5 seconds")
      const three = (eves: "active" | "offline") => [
        [eve, eves],
        [cat, "offline"],
        [bob, "offline"]
      ]
      assert.deepStrictEqual(states(yield* board.next), three("offline"))
      yield* post(eve, directConversationId(bob, eve), "hello")
      yield* TestClock.adjust(presenceLimits.rightsEveryMs)
      assert.deepStrictEqual(states(yield* board.next), three("active"))
      const stranger = yield* look(eve, { userIds: [ada, cat] })
      assert.deepStrictEqual(namesOf(yield* stranger.next), [])
    }).pipe(Effect.provide(boardStage()))
  )

  it.scoped("shows someone who blocks the viewer as offline, and counts them for others alone", () =>
    Effect.gen(function* () {
      const { ada, bob, cat, scenes, tea } = yield* setUp
      yield* scenes.becomes(ada, "active")
      yield* scenes.becomes(bob, "active")
      yield* blockMemoryUser(ada, bob)
      const [bobs, cats] = [yield* look(bob, { conversationId: tea }), yield* look(cat, { conversationId: tea })]
      const shown = yield* bobs.next
      assert.deepStrictEqual(namesOf(shown), ["ada", "bob", "cat"])
      assert.deepStrictEqual(states(shown), [
        [ada, "offline"],
        [bob, "active"],
        [cat, "offline"]
      ])
      assert.strictEqual(onlineOf(shown), 1)
      assert.strictEqual(onlineOf(yield* cats.next), 2)
      yield* TestClock.adjust("2 seconds")
      yield* scenes.becomes(ada, "idle")
      yield* scenes.becomes(cat, "idle")
      assert.deepStrictEqual(states(yield* bobs.next), [[cat, "idle"]])
    }).pipe(Effect.provide(boardStage()))
  )

  it.scoped("is begun anew when members come or go, soon; and ends for one who is removed", () =>
    Effect.gen(function* () {
      const { ada, bob, eve, tea } = yield* setUp
      const [mine, bobs] = [yield* look(ada, { conversationId: tea }), yield* look(bob, { conversationId: tea })]
      yield* mine.next
      yield* bobs.next
      yield* post(ada, tea, "nothing about members")
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(yield* mine.waiting, 0)
      yield* addTo(ada, tea, eve)
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(namesOf(yield* mine.next), ["ada", "bob", "cat", "eve"])
      assert.deepStrictEqual(namesOf(yield* bobs.next), ["ada", "bob", "cat", "eve"])
      yield* removeFrom(ada, tea, bob)
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* Effect.flip(bobs.next))._tag, "NotFound")
      assert.deepStrictEqual(namesOf(yield* mine.next), ["ada", "cat", "eve"])
      assert.strictEqual(yield* mine.waiting, 0)
    }).pipe(Effect.provide(boardStage()))
  )

  it.scoped("goes on as before when the wall clock is set back", () =>
    Effect.gen(function* () {
      const { ada, bob, cat, scenes, tea } = yield* setUp
      yield* TestClock.adjust("2 hours")
      const { clock, set } = yield* makeWallClock()
      const [mine, bobs] = yield* Effect.all([
        look(ada, { conversationId: tea }),
        look(bob, { conversationId: tea })
      ]).pipe(Effect.withClock(clock))
      const { at } = yield* mine.next
      yield* bobs.next
      set(-3_600_000)
      yield* scenes.becomes(cat, "active")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* mine.waiting, 1)
      const changed = yield* mine.next
      assert.deepStrictEqual([states(changed), changed.at], [[[cat, "active"]], at + 1_000 - 3_600_000])
      yield* bobs.next
      yield* removeFrom(ada, tea, bob)
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(yield* bobs.waiting, -1)
      assert.strictEqual((yield* Effect.flip(bobs.next))._tag, "NotFound")
    }).pipe(Effect.provide(boardStage()))
  )

  it.scoped("takes in a new name within a minute", () =>
    Effect.gen(function* () {
      const { ada, bob, tea } = yield* setUp
      const board = yield* look(ada, { conversationId: tea })
      yield* board.next
      const users = yield* Users
      yield* users.setDisplayName(bob, "Robert", 0)
      yield* TestClock.adjust("60 seconds")
      const update = yield* board.next
      assert.deepStrictEqual(update._tag === "Snapshot" ? update.people.map(({ displayName }) => displayName) : [], [
        "ada",
        "Robert",
        "cat"
      ])
    }).pipe(Effect.provide(boardStage()))
  )

  it.scoped("is absent for strangers, as a conversation that does not exist", () =>
    Effect.gen(function* () {
      const { ada, eve, tea } = yield* setUp
      const asked: ReadonlyArray<readonly [UserId, ConversationId]> = [
        [eve, tea],
        [ada, ada as never],
        [ada, eve as never]
      ]
      for (const [viewer, conversationId] of asked) {
        assert.strictEqual((yield* Effect.flip((yield* look(viewer, { conversationId })).next))._tag, "NotFound")
      }
    }).pipe(Effect.provide(boardStage()))
  )

  it.scoped("costs nothing when nobody looks, and is counted while somebody does", () =>
    Effect.gen(function* () {
      const { ada, bob, scenes, tea } = yield* setUp
      assert.strictEqual(scenes.listeners(), 0)
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* (yield* look(ada, { conversationId: tea })).next
          yield* (yield* look(bob, { userIds: [ada] })).next
          assert.deepStrictEqual([scenes.listeners(), yield* boardsOpen], [2, 2])
        })
      )
      assert.deepStrictEqual([scenes.listeners(), yield* boardsOpen], [0, 0])
      const { length } = scenes.reads
      yield* scenes.becomes(bob, "active")
      yield* TestClock.adjust("5 minutes")
      assert.strictEqual(scenes.reads.length, length)
    }).pipe(Effect.provide(boardStage()))
  )

  it.scoped(
    "is one of so many that a process shows, and of so few of those that one user may have",
    () =>
      Effect.gen(function* () {
        const { ada } = yield* setUp
        const others = yield* Effect.all(
          Array.from({ length: boardsMax / boardsOfUserMax }, (_, n) => addUser(`viewer${n}`))
        )
        const board = yield* Board
        const openedBy = (viewer: UserId) => board.watch(identityOf(viewer), { userIds: [] })
        const open = (viewer: UserId) =>
          Effect.gen(function* () {
            const told = yield* Deferred.make<void>()
            const looking = Stream.runForEach(openedBy(viewer), () => Deferred.succeed(told, undefined))
            yield* Effect.forkScoped(Effect.zipRight(looking, Effect.void))
            yield* Deferred.await(told)
          })
        yield* Effect.scoped(
          Effect.gen(function* () {
            for (const viewer of others) {
              for (let n = 0; n < boardsOfUserMax; n++) yield* open(viewer)
              assert.deepInclude(yield* Effect.flip(Stream.runDrain(openedBy(viewer))), { _tag: "RateLimited" })
            }
            assert.deepInclude(yield* Effect.flip(Stream.runDrain(openedBy(ada))), { _tag: "Unavailable" })
          })
        )
        yield* Effect.scoped(open(ada))
        assert.strictEqual(yield* boardsOpen, 0)
      }).pipe(
        Effect.provide(
          boardStage({
            limits: { ...defaultAccountLimits, watchUser: { name: "watchUser", burst: 2_000, perMinute: 1 } }
          })
        )
      ),
    // A thousand boards on a slow machine.
    60_000
  )

  const slow = { underWay: 0, most: 0, checked: 0 }
  const slowly = overService(Conversations, (own) => ({
    ...own,
    everyMember: (...asked) =>
      Effect.suspend(() => {
        slow.checked++
        slow.most = Math.max(slow.most, ++slow.underWay)
        return Effect.delay(own.everyMember(...asked), "100 millis")
      }).pipe(Effect.ensuring(Effect.sync(() => void slow.underWay--)))
  }))

  it.scoped("of which somebody opens many takes a quarter of the store's time for all, one after the other", () =>
    Effect.gen(function* () {
      const { ada, tea } = yield* setUp
      Object.assign(slow, { most: 0, checked: 0 })
      const boards = yield* Effect.forEach(Array.from({ length: 20 }), () => look(ada, { conversationId: tea }))
      // 250 ms at once, then a quarter of three seconds.
      yield* pass(3_000, 50)
      assert.deepStrictEqual([slow.most, slow.checked <= 12], [1, true], `${slow.checked}`)
      yield* pass(6_000, 50)
      for (const { next } of boards) assert.strictEqual((yield* next)._tag, "Snapshot")
    }).pipe(Effect.provide(boardStage({}, slowly)))
  )

  it.scoped("is opened so often and no more", () =>
    Effect.gen(function* () {
      const { ada, tea } = yield* setUp
      const board = yield* Board
      const once = board.watch(identityOf(ada), { conversationId: tea }).pipe(Stream.take(1), Stream.runCollect)
      assert.strictEqual(Chunk.size(yield* once), 1)
      assert.deepInclude(yield* Effect.flip(once), { _tag: "RateLimited" })
    }).pipe(
      Effect.provide(
        boardStage({ limits: { ...defaultAccountLimits, watchUser: { name: "watchUser", burst: 1, perMinute: 60 } } })
      )
    )
  )
})
