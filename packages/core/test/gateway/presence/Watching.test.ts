import { assert, describe, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { UserId } from "../../../src/domain/Ids.ts"
import { watchedUsers, watchers } from "../../../src/gateway/presence/Watches.ts"
import { beforeLook } from "../../../src/metrics/declareMetric.ts"
import { StoreUnavailable } from "../../../src/ports/EventStore.ts"
import { PresenceUnavailable } from "../../../src/ports/Presence.ts"
import { CloseCodes } from "../../../src/protocol/CloseCode.ts"
import { run } from "../../world/logRuns.ts"
import { pass, presenceFrames, presenceStage, rest, seen, takes, toldOf } from "./presenceStage.ts"

const gauges = Effect.sync(() => {
  beforeLook()
  return [watchedUsers, watchers].map((gauge) => gauge.unsafeValue([]).value)
})

describe("a watch", () => {
  it.scoped(
    "is answered at once, of everybody: strangers, those who block the viewer and those who are not there look alike",
    () =>
      Effect.gen(function* () {
        const { ann, bob, eve, live, log, watcher, world } = yield* presenceStage()
        yield* live(ann)
        yield* live(eve)
        const nobody = UserId.make("00000000-0000-7000-8000-00000000dead")
        const watching = yield* watcher(bob, [eve, ann, bob, nobody, ann])
        const [visible = [], unseen = []] = [2, 4].map((to) => presenceFrames(watching)[0]?.slice(to - 2, to))
        assert.deepStrictEqual(
          visible.map(({ state, userId }) => [userId, state]),
          [
            [ann, "active"],
            [bob, "active"]
          ]
        )
        const offline = (...users: ReadonlyArray<UserId>) =>
          users.map((userId) => ({ userId, state: "offline" as const, kinds: [] }))
        assert.deepStrictEqual(unseen, offline(eve, nobody))
        const stranger = yield* watcher(eve, [ann, bob])
        assert.deepStrictEqual(presenceFrames(stranger), [offline(ann, bob)])
        yield* live(ann)
        yield* pass(3_000)
        assert.deepStrictEqual(presenceFrames(stranger), [offline(ann, bob)])
        yield* world.provide(run(ann, log, { kind: "add", userIds: [eve] }))
        yield* world.block(ann, eve, true)
        const blocked = yield* watcher(eve, [ann, nobody])
        assert.deepStrictEqual(presenceFrames(blocked), [offline(ann, nobody)])
      })
  )

  it.scoped("takes the place of the one before, and of nobody ends it", () =>
    Effect.gen(function* () {
      const { ann, bob, live, watcher } = yield* presenceStage()
      const watching = yield* watcher(bob, [ann])
      watching.send({ op: "watch", userIds: [bob] })
      yield* takes(500, () => presenceFrames(watching).length === 2)
      const device = yield* live(ann)
      yield* pass(3_000)
      assert.strictEqual(toldOf(watching, ann).length, 1)
      watching.send({ op: "watch", userIds: [] })
      yield* takes(500, () => presenceFrames(watching).length === 3)
      assert.deepStrictEqual(presenceFrames(watching)[2], [])
      device.send({ op: "bye" })
      yield* pass(3_000)
      assert.strictEqual(presenceFrames(watching).length, 3)
    })
  )

  it.scoped("of more than 200 users ends the socket", () =>
    Effect.gen(function* () {
      const { ann, bob, live } = yield* presenceStage()
      const device = yield* live(bob)
      device.send({ op: "watch", userIds: Array.from({ length: 200 }, () => ann) })
      yield* device.op("presence")
      device.send({ op: "watch", userIds: Array.from({ length: 201 }, () => ann) })
      assert.strictEqual(yield* device.closed, CloseCodes.badFrame)
    })
  )

  it.scoped(
    "sent again and again asks the store five times a second at most, and ends with the last one's answer",
    () =>
      Effect.gen(function* () {
        let asked = 0
        const { ann, bob, watcher } = yield* presenceStage({
          conversations: ({ shared }) => ({
            shared: (viewer, users) => {
              asked++
              return shared(viewer, users)
            }
          })
        })
        const watching = yield* watcher(bob, [ann])
        asked = 0
        for (let i = 0; i < 100; i++) {
          watching.send({ op: "watch", userIds: i === 99 ? [ann, bob] : [bob] })
          yield* pass(10, 10)
        }
        yield* pass(500, 100)
        assert.isAtMost(asked, 6)
        assert.deepStrictEqual(
          presenceFrames(watching)
            .at(-1)
            ?.map(({ userId }) => userId),
          [ann, bob]
        )
      })
  )

  it.scoped("of many sockets of one person is checked one after the other, in a quarter of the store's time", () =>
    Effect.gen(function* () {
      let [asked, underWay, most] = [0, 0, 0]
      const { ann, bob, live } = yield* presenceStage({
        conversations: ({ shared }) => ({
          shared: (viewer, users) => {
            asked++
            most = Math.max(most, ++underWay)
            return shared(viewer, users).pipe(
              Effect.delay("100 millis"),
              Effect.ensuring(Effect.sync(() => void underWay--))
            )
          }
        })
      })
      const sockets = yield* Effect.forEach(Array.from({ length: 10 }), () => live(bob))
      for (let half = 0; half < 6; half++) {
        for (const each of sockets) each.send({ op: "watch", userIds: half % 2 === 0 ? [ann] : [ann, bob] })
        yield* pass(500, 50)
      }
      // 250 ms at once, then a quarter of three seconds.
      assert.deepStrictEqual([most, asked <= 12], [1, true], `${asked}`)
      yield* pass(8_000, 50)
      for (const each of sockets) assert.strictEqual(presenceFrames(each).at(-1)?.length, 2)
    })
  )

  it.scoped("gathers what changes within a second into one frame, with the latest of each user", () =>
    Effect.gen(function* () {
      const { ann, bob, live, log, watcher, world } = yield* presenceStage()
      const many = yield* Effect.forEach(
        Array.from({ length: 20 }, (_, i) => `m${i}`),
        world.user
      )
      yield* world.provide(run(ann, log, { kind: "add", userIds: many }))
      const watching = yield* watcher(bob, many)
      const devices = yield* Effect.forEach(many, (user) => live(user))
      yield* takes(2_000, () => presenceFrames(watching).length > 1)
      assert.strictEqual(presenceFrames(watching).length, 2)
      assert.strictEqual(presenceFrames(watching)[1]?.length, 20)
      const began = presenceFrames(watching).length
      for (let tenth = 0; tenth < 100; tenth++) {
        for (const device of devices) device.send({ op: "presence", state: tenth % 2 === 0 ? "idle" : "active" })
        yield* pass(100, 100)
      }
      yield* pass(1_500, 100)
      const frames = presenceFrames(watching).slice(began)
      assert.isAtMost(frames.length, 11)
      assert.isAtLeast(frames.length, 9)
      for (const users of frames) assert.strictEqual(new Set(users.map(({ userId }) => userId)).size, users.length)
      for (const user of many) assert.strictEqual(seen(watching, user), "active")
    })
  )

  it.scoped("of a socket that takes nothing is told when it does, as of then", () =>
    Effect.gen(function* () {
      const { ann, bob, live, watcher } = yield* presenceStage()
      const watching = yield* watcher(bob, [ann])
      watching.state.buffered = 500_000
      const device = yield* live(ann)
      yield* pass(5_000)
      device.send({ op: "presence", state: "idle" })
      yield* pass(5_000)
      assert.strictEqual(presenceFrames(watching).length, 1)
      watching.state.buffered = 0
      yield* takes(1_500, () => seen(watching, ann) !== "offline")
      assert.deepStrictEqual(
        toldOf(watching, ann).map(({ state }) => state),
        ["offline", "idle"]
      )
    })
  )

  it.scoped(
    "tells nothing more of those with whom the viewer shares nothing any more, at once when the viewer is removed",
    () =>
      Effect.gen(function* () {
        const { ann, bob, eve, live, log, watcher, world } = yield* presenceStage()
        yield* world.provide(run(ann, log, { kind: "add", userIds: [eve] }))
        const device = yield* live(ann)
        const watching = yield* watcher(eve, [ann, bob])
        assert.strictEqual(seen(watching, ann), "active")
        yield* world.provide(run(ann, log, { kind: "remove", userId: eve }))
        yield* takes(2_500, () => seen(watching, ann) === "offline")
        assert.deepStrictEqual(toldOf(watching, ann).at(-1), { userId: ann, state: "offline", kinds: [] })
        const told = presenceFrames(watching).length
        device.send({ op: "presence", state: "idle" })
        yield* pass(120_000, 5_000)
        assert.strictEqual(presenceFrames(watching).length, told)
        yield* world.provide(run(ann, log, { kind: "add", userIds: [eve] }))
        yield* takes(2_500, () => seen(watching, ann) === "idle")
      })
  )

  it.scoped("loses whoever leaves the last shared conversation within a minute", () =>
    Effect.gen(function* () {
      const { ann, bob, eve, live, log, watcher, world } = yield* presenceStage()
      yield* world.provide(run(ann, log, { kind: "add", userIds: [eve] }))
      yield* live(eve)
      const watching = yield* watcher(bob, [ann, eve])
      yield* pass(7_000, 1_000)
      yield* world.provide(run(ann, log, { kind: "remove", userId: eve }))
      const ms = yield* takes(60_000, () => seen(watching, eve) === "offline", 1_000)
      assert.isAbove(ms, 2_000)
      assert.strictEqual(toldOf(watching, eve).at(-1)?.since, undefined)
    })
  )

  it.scoped("is answered when rights and presence can be read again", () =>
    Effect.gen(function* () {
      let away: "rights" | "presence" | undefined = "rights"
      const { ann, bob, live } = yield* presenceStage({
        conversations: ({ shared }) => ({
          shared: (viewer, users) =>
            away === "rights"
              ? Effect.fail(new StoreUnavailable({ operation: "shared", cause: "away" }))
              : shared(viewer, users)
        }),
        presence: ({ read }) => ({
          read: (users) => (away === "presence" ? Effect.fail(new PresenceUnavailable({ cause: "away" })) : read(users))
        })
      })
      const watching = yield* live(bob)
      watching.send({ op: "watch", userIds: [ann] })
      yield* pass(3_000)
      away = "presence"
      yield* pass(3_000)
      assert.deepStrictEqual(presenceFrames(watching), [])
      away = undefined
      yield* takes(2_000, () => seen(watching, ann) === "offline")
      assert.strictEqual(presenceFrames(watching).length, 1)
    })
  )

  it.scoped("is answered though a look into somebody's rights met a defect, and so is whom that was for, soon", () =>
    Effect.gen(function* () {
      let defects = 1
      const { ann, bob, live } = yield* presenceStage({
        conversations: ({ shared }) => ({
          shared: (viewer, users) => (defects-- > 0 ? Effect.die("a defect") : shared(viewer, users))
        })
      })
      const [one, other] = [yield* live(ann), yield* live(bob)]
      one.send({ op: "watch", userIds: [bob] })
      other.send({ op: "watch", userIds: [ann] })
      yield* takes(2_000, () => presenceFrames(one).length === 1 && presenceFrames(other).length === 1)
    })
  )

  it.scoped("whose rights can't be read asks for them once a second, however often it was sent before", () =>
    Effect.gen(function* () {
      let asked = 0
      const { ann, bob, live } = yield* presenceStage({
        conversations: () => ({
          shared: () => {
            asked++
            return Effect.fail(new StoreUnavailable({ operation: "shared", cause: "away" }))
          }
        })
      })
      const watching = yield* live(bob)
      for (let i = 0; i < 10; i++) {
        watching.send({ op: "watch", userIds: [ann] })
        yield* pass(500, 100)
      }
      asked = 0
      yield* pass(10_000, 100)
      assert.isAtLeast(asked, 9)
      assert.isAtMost(asked, 11)
    })
  )

  it.scoped("is read anew when changes may have been missed", () =>
    Effect.gen(function* () {
      let missed: () => void = () => undefined
      let hidden: ReadonlyArray<UserId> = []
      const { ann, bob, live, watcher } = yield* presenceStage({
        presence: ({ listen, read }) => ({
          listen: (listener) => {
            missed = () => listener(undefined)
            return listen((users) => listener(users?.filter((user) => !hidden.includes(user))))
          },
          read
        })
      })
      const watching = yield* watcher(bob, [ann])
      hidden = [ann]
      yield* live(ann)
      yield* pass(3_000)
      assert.strictEqual(seen(watching, ann), "offline")
      missed()
      yield* takes(1_500, () => seen(watching, ann) === "active")
    })
  )

  it.scoped("costs nothing when nobody watches: no reads, no timers, and gauges at zero", () =>
    Effect.gen(function* () {
      let reads = 0
      const { ann, bob, live, watcher, world } = yield* presenceStage({
        presence: ({ read }) => ({
          read: (users) => {
            reads++
            return read(users)
          }
        })
      })
      const watching = yield* watcher(bob, [ann, bob])
      yield* TestClock.adjust("1 second")
      yield* rest
      assert.deepStrictEqual(yield* gauges, [2, 1])
      watching.send({ op: "bye" })
      yield* pass(12_000, 1_000)
      assert.deepStrictEqual(yield* gauges, [0, 0])
      reads = 0
      const device = yield* live(ann)
      yield* pass(2_000)
      const { armedTimers } = yield* world.actors
      device.send({ op: "presence", state: "idle" })
      yield* pass(2_000)
      // The one that looked for five minutes without an act is not needed while the device is idle.
      assert.deepStrictEqual([reads, (yield* world.actors).armedTimers - armedTimers], [0, -1])
    })
  )
})
