/** Counting people online: what is stored, when, and which ids remain in memory. */
import { assert, describe, it } from "@effect/vitest"
import { PresenceCountsMemory } from "@hibiki/testing/PresenceCountsMemory"
import { PresenceMemory } from "@hibiki/testing/PresenceMemory"
import { Clock, Effect, Layer, TestClock } from "effect"
import { makeCollector, OpenBucket, presenceCollector } from "../../src/board/PresenceCollector.ts"
import { PresenceHistories } from "../../src/board/PresenceHistories.ts"
import { ConversationId, DeviceId, InstanceId, NodeId, type UserId } from "../../src/domain/Ids.ts"
import { presenceCountLimits, rangeOf } from "../../src/domain/PresenceCounts.ts"
import { directConversationId, makeUuidV7 } from "../../src/domain/Uuid.ts"
import { StoreUnavailable } from "../../src/ports/EventStore.ts"
import { Presence } from "../../src/ports/Presence.ts"
import { PresenceCounts } from "../../src/ports/PresenceCounts.ts"
import { addUser, boardStage, makeGroup, openDirect } from "./boardStage.ts"

const { bucketMs, conversationsMax } = presenceCountLimits
const node = NodeId.make("00000000-0000-7000-8000-0000000000f1")
const stage = PresenceHistories.Default.pipe(
  Layer.provideMerge(Layer.merge(PresenceMemory, PresenceCountsMemory)),
  Layer.provideMerge(boardStage())
)

/** The user's one device is so from now on. */
const says = (userId: UserId, state: "active" | "idle" | "offline", invisible = false) =>
  Effect.gen(function* () {
    const [presence, at] = [yield* Presence, yield* Clock.currentTimeMillis]
    const device = { deviceId: DeviceId.make(userId), instance: InstanceId.make(userId), kind: "browser" as const }
    yield* presence.report(node, [{ ...device, userId, state, invisible, at }])
  })
const identityOf = (userId: UserId, admin = false) => ({
  ...{ userId, admin, deviceId: DeviceId.make(userId), handle: "x", sessionVersion: 1 }
})
const pointsOf = (caller: UserId, conversationId: ConversationId | undefined, admin = false) =>
  Effect.flatMap(PresenceHistories, ({ history }) =>
    Effect.map(history(identityOf(caller, admin), conversationId, "1h"), (found) =>
      found?.points.map(({ active, online }) => [online, active])
    )
  )
const people = (count: number) => Effect.all(Array.from({ length: count }, (_, i) => addUser(`user${i}`)))

describe("counting presence", () => {
  it.scoped("counts each person once in a bucket, by conversation too, and an invisible one never", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_764_000_000_000)
      const { step } = yield* makeCollector
      const [ada, bob, cat, eve] = [
        yield* addUser("ada"),
        yield* addUser("bob"),
        yield* addUser("cat"),
        yield* addUser("eve")
      ]
      const tea = yield* makeGroup(ada, [bob, cat])
      yield* openDirect(ada, bob)
      yield* says(ada, "active")
      yield* says(bob, "idle")
      yield* says(cat, "active", true)
      yield* step
      yield* says(ada, "offline")
      yield* says(bob, "active")
      yield* TestClock.adjust(60_000)
      yield* step
      yield* says(bob, "idle")
      yield* TestClock.adjust(60_000)
      yield* step
      assert.deepStrictEqual(yield* pointsOf(ada, tea), [], "the bucket is open")
      yield* TestClock.adjust(bucketMs)
      yield* step
      assert.deepStrictEqual(yield* pointsOf(ada, tea), [[2, 2]])
      assert.deepStrictEqual(yield* pointsOf(eve, undefined, true), [[2, 2]])
      assert.strictEqual(
        yield* pointsOf(ada, directConversationId(ada, bob)),
        undefined,
        "it would be the other's own history"
      )
    }).pipe(Effect.provide(stage))
  )

  it.scoped("tells an administrator who is no member rounded counts, and anybody else that nothing is there", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_764_000_000_000)
      const { step } = yield* makeCollector
      const [ada, root, ...others] = yield* people(9)
      if (ada === undefined || root === undefined) return yield* Effect.die("nobody")
      const tea = yield* makeGroup(ada, others)
      const seen: Array<unknown> = []
      // One after the other comes, each in a bucket of their own.
      for (const userId of [ada, ...others]) {
        yield* says(userId, "active")
        yield* step
        const before = yield* pointsOf(root, tea, true)
        // The newest is not told before their bucket is closed.
        assert.strictEqual(before?.length, seen.length)
        yield* TestClock.adjust(bucketMs)
        yield* step
        seen.push((yield* pointsOf(root, tea, true))?.at(-1))
      }
      const hidden = [null, null]
      assert.deepStrictEqual(seen, [hidden, hidden, hidden, hidden, [5, 5], [5, 5], [5, 5], [5, 5]])
      assert.deepStrictEqual(
        (yield* pointsOf(ada, tea))?.map(([online]) => online),
        [1, 2, 3, 4, 5, 6, 7, 8]
      )
      const absent = ConversationId.make(yield* makeUuidV7)
      assert.deepStrictEqual(
        [yield* pointsOf(root, tea), yield* pointsOf(root, absent), yield* pointsOf(root, undefined)],
        [undefined, undefined, undefined]
      )
      assert.strictEqual(yield* pointsOf(root, absent, true), undefined)
      assert.strictEqual(yield* pointsOf(ada, ConversationId.make(ada)), undefined, "a personal log")
    }).pipe(Effect.provide(stage))
  )

  it.scoped("holds no id for longer than ten minutes, also if nothing can be stored or read", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_764_000_000_000)
      const counts = yield* PresenceCounts
      const failing = new StoreUnavailable({ operation: "x", cause: "the test" })
      let isAway = false
      const away = <A, E>(otherwise: Effect.Effect<A, E>) =>
        Effect.suspend((): Effect.Effect<A, E | StoreUnavailable> => (isAway ? failing : otherwise))
      const collector = yield* makeCollector.pipe(
        Effect.provideService(PresenceCounts, {
          ...counts,
          lead: (holder, forMs) => away(counts.lead(holder, forMs)),
          store: (bucket) => away(counts.store(bucket))
        })
      )
      const ada = yield* addUser("ada")
      yield* says(ada, "active")
      yield* collector.step
      assert.deepStrictEqual([...(collector.held()?.online ?? [])], [ada])
      yield* says(ada, "offline")
      isAway = true
      for (let minute = 0; minute < 5; minute++) {
        yield* TestClock.adjust(60_000)
        yield* Effect.ignore(collector.step)
      }
      assert.deepStrictEqual([...(collector.held()?.online ?? [])], [])
      isAway = false
      yield* says(ada, "active")
      yield* collector.step
      // Another process counts from now on.
      yield* counts.lead("another", 0)
      yield* TestClock.adjust(180_000)
      assert.strictEqual(yield* counts.lead("another", 3_600_000), true)
      yield* collector.step
      assert.strictEqual(collector.held(), undefined)
    }).pipe(Effect.provide(stage))
  )

  it.scoped("runs each minute by itself, in one of two processes, unless it is off", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1_764_000_000_000)
      const ada = yield* addUser("ada")
      yield* says(ada, "active")
      const counts = yield* PresenceCounts
      let stored = 0
      const counted = Layer.succeed(PresenceCounts, {
        ...counts,
        store: (bucket) =>
          Effect.zipRight(
            Effect.sync(() => stored++),
            counts.store(bucket)
          )
      })
      const run = (history: "off" | "counts") => Layer.build(presenceCollector(history).pipe(Layer.provide(counted)))
      yield* run("off")
      yield* TestClock.adjust(2 * bucketMs)
      assert.strictEqual(stored, 0)
      yield* run("counts")
      yield* run("counts")
      yield* TestClock.adjust(3 * bucketMs)
      assert.strictEqual(stored, 3)
      const points = yield* counts.points(undefined, rangeOf("1h", yield* Clock.currentTimeMillis))
      assert.deepStrictEqual(
        points.map(({ online }) => online),
        [1, 1, 1]
      )
    }).pipe(Effect.provide(stage))
  )

  it("stores the conversations with the most people online, and says if some are left out", () => {
    const count = (n: number) =>
      [ConversationId.make(`00000000-0000-7000-8000-${String(n).padStart(12, "0")}`), { online: n, active: 0 }] as const
    const tally = (size: number) => new Map(Array.from({ length: size }, (_, i) => count(i + 1)))
    const all = new OpenBucket(0).close(tally(conversationsMax))
    assert.deepStrictEqual([all.conversations.length, all.isComplete], [conversationsMax, true])
    const some = new OpenBucket(0).close(tally(conversationsMax + 10))
    assert.deepStrictEqual([some.conversations.length, some.isComplete], [conversationsMax, false])
    assert.deepStrictEqual(
      [some.conversations[0]?.online, some.conversations.at(-1)?.online],
      [conversationsMax + 10, 11]
    )
  })
})
