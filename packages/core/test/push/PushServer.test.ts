import { assert, describe, it } from "@effect/vitest"
import { SimulatedTime } from "@hibiki/testing/simulation/SimulatedTime"
import { Cause, Effect, Exit, Scope } from "effect"
import type { DeviceId } from "../../src/domain/Ids.ts"
import { monotonicMs } from "../../src/fibers/Time.ts"
import { StoreUnavailable } from "../../src/ports/EventStore.ts"
import { PresenceUnavailable } from "../../src/ports/Presence.ts"
import { PushFailed } from "../../src/ports/PushProvider.ts"
import { makeLogLines } from "../world/logLines.ts"
import { makeWallClock } from "../world/wallClock.ts"
import { pushStage, type StageOptions } from "./pushStage.ts"

type Stage = Effect.Effect.Success<ReturnType<typeof pushStage>>

const longestMs = 24 * 3_600_000

/** Hours in milliseconds: time passes from one chore to the next. */
const inTime = (name: string, test: Effect.Effect<void, unknown, Scope.Scope>) =>
  it(name, () => {
    const time = new SimulatedTime(1)
    const fiber = time.fork(Effect.scoped(test))
    time.pass(longestMs)
    const exit = fiber.unsafePoll()
    time.end(1_000)
    if (exit === null) assert.fail("it has not ended")
    else if (Exit.isFailure(exit)) throw Cause.squash(exit.cause)
  })

const on = (
  name: string,
  test: (stage: Stage) => Effect.Effect<void, unknown, Scope.Scope>,
  options: StageOptions = {}
) =>
  inTime(
    name,
    Effect.flatMap(pushStage(options), (stage) => Effect.zipRight(stage.start, test(stage)))
  )

const minutes = 60

describe("who is away", () => {
  on("is woken once for all that comes until it was read", (stage) =>
    Effect.gen(function* () {
      const first = yield* stage.post
      yield* stage.pass(6)
      yield* stage.post
      yield* stage.pass(10 * minutes)
      const last = yield* stage.post
      yield* stage.pass(10 * minutes)
      assert.deepStrictEqual(
        stage.sent.map(({ collapseKey, conversationId, deviceId, kind, reason, seq, userId }) => [
          ...[kind, userId, deviceId, conversationId, seq, reason],
          collapseKey
        ]),
        [["wake", stage.bob, stage.phone, stage.log, first, "no device in use", stage.log.replaceAll("-", "")]]
      )
      yield* stage.read(last)
      yield* stage.pass(40)
      const next = yield* stage.post
      yield* stage.pass(40)
      assert.deepStrictEqual(
        stage.sent.map(({ kind, seq }) => [kind, seq]),
        [
          ["wake", first],
          ["cancel", first],
          ["wake", next]
        ]
      )
    })
  )
  on("is woken on each device that is signed in", (stage) =>
    Effect.gen(function* () {
      const [laptop, gone] = [yield* stage.device(stage.bob), yield* stage.device(stage.bob)]
      yield* stage.revoke(gone)
      yield* stage.post
      yield* stage.pass(6)
      assert.deepStrictEqual(stage.sent.map(({ deviceId }) => deviceId).sort(), [stage.phone, laptop].sort())
    })
  )
  on(
    "is not woken by what was read, nor in a conversation that it left, nor on a device that was signed out meanwhile",
    (stage) =>
      Effect.gen(function* () {
        yield* stage.read(yield* stage.post)
        yield* stage.pass(10 * minutes)
        yield* stage.post
        yield* stage.leave
        yield* stage.pass(10 * minutes)
        assert.deepStrictEqual(stage.sent, [])
      })
  )
  on("has what was shown taken back once it left", (stage) =>
    Effect.gen(function* () {
      const seq = yield* stage.post
      yield* stage.pass(6)
      yield* stage.leave
      yield* stage.pass(10)
      assert.deepStrictEqual(
        stage.sent.map((push) => [push.kind, push.deviceId, push.seq]),
        [
          ["wake", stage.phone, seq],
          ["cancel", stage.phone, seq]
        ]
      )
      assert.deepStrictEqual((yield* stage.facts).owed, [])
    })
  )
  on(
    "is woken though nobody knows who is there",
    (stage) =>
      Effect.gen(function* () {
        yield* stage.is(stage.bob, stage.phone, "active")
        yield* stage.post
        yield* stage.pass(6)
        assert.strictEqual(stage.sent.length, 1)
      }),
    { presence: () => ({ active: () => new PresenceUnavailable({ cause: "away" }) }) }
  )
})

describe("who has a device in use", () => {
  on("is left alone, whatever others see of it", (stage) =>
    Effect.gen(function* () {
      yield* stage.is(stage.bob, stage.phone, "active", true)
      yield* stage.post
      yield* stage.pass(10 * minutes)
      assert.deepStrictEqual(stage.sent, [])
      assert.deepStrictEqual((yield* stage.facts).lookAt, undefined)
    })
  )
  on("and goes without having read is woken when that is known", (stage) =>
    Effect.gen(function* () {
      yield* stage.is(stage.bob, stage.phone, "active")
      yield* stage.post
      yield* stage.pass(5 * minutes)
      assert.deepStrictEqual(stage.sent, [])
      yield* stage.is(stage.bob, stage.phone, "idle")
      yield* stage.pass(2 * minutes)
      assert.strictEqual(stage.sent.length, 1)
    })
  )
  on("and loses it is woken within half a minute", (stage) =>
    Effect.gen(function* () {
      yield* stage.is(stage.bob, stage.phone, "active")
      yield* stage.post
      yield* stage.pass(5)
      yield* stage.is(stage.bob, stage.phone, "offline")
      yield* stage.pass(35)
      assert.strictEqual(stage.sent.length, 1)
    })
  )
})

describe("a push that does not go out", () => {
  const failures = [new PushFailed({ cause: "away" }), new PushFailed({ cause: "busy", retryAfterMs: 60_000 })]
  on(
    "is tried again, later each time or when the provider says",
    (stage) =>
      Effect.gen(function* () {
        yield* stage.post
        yield* stage.pass(6)
        assert.strictEqual(stage.sent.length, 1)
        yield* stage.pass(11)
        assert.strictEqual(stage.sent.length, 2)
        yield* stage.pass(55)
        assert.strictEqual(stage.sent.length, 2)
        yield* stage.pass(8)
        assert.strictEqual(stage.sent.length, 3)
        yield* stage.pass(20 * minutes)
        assert.strictEqual(stage.sent.length, 3)
        assert.deepStrictEqual(
          (yield* stage.facts).owed.map(({ state }) => state),
          ["sent"]
        )
      }),
    { send: (_, nth) => failures[nth - 1] ?? Effect.succeed("sent") }
  )
  on(
    "is still tried when the push services come back after an hour and a half",
    (stage) =>
      Effect.gen(function* () {
        yield* stage.post
        yield* stage.pass(80 * minutes)
        assert.strictEqual(stage.sent.length, 10)
        assert.deepStrictEqual((yield* stage.facts).records, [])
        yield* stage.pass(30 * minutes)
        assert.strictEqual(stage.sent.length, 11)
        assert.deepStrictEqual(
          (yield* stage.facts).owed.map(({ state }) => state),
          ["sent"]
        )
      }),
    { send: (_, nth) => (nth > 10 ? Effect.succeed("sent") : new PushFailed({ cause: "away" })) }
  )
  on(
    "for want of an answer holds nobody else up, and is tried again",
    (stage) =>
      Effect.gen(function* () {
        yield* stage.post
        yield* stage.pass(15)
        assert.strictEqual(stage.sent.length, 1)
        yield* stage.pass(15)
        assert.strictEqual(stage.sent.length, 2)
      }),
    { send: (_, nth) => (nth === 1 ? Effect.never : Effect.succeed("sent")) }
  )
  on(
    "to a device without an address is not tried again",
    (stage) =>
      Effect.gen(function* () {
        yield* stage.post
        yield* stage.pass(10 * minutes)
        assert.strictEqual(stage.sent.length, 1)
        assert.deepStrictEqual(
          (yield* stage.facts).records.map(({ what }) => what),
          ["unreachable"]
        )
      }),
    { send: () => Effect.succeed("unreachable") }
  )
})

describe("a push service that does not answer", () => {
  /** A post owes a push to so many devices at the service that is silent, before those to devices at another one. */
  const owing = (quiet: number, others: number) =>
    Effect.gen(function* () {
      const quietly = new Set<DeviceId>()
      const tries: Array<number> = []
      let isQuiet = true
      const stage = yield* pushStage({
        serviceOf: ({ deviceId }) => (quietly.has(deviceId) ? "quiet" : "other"),
        send: ({ deviceId }) => {
          if (!quietly.has(deviceId)) return Effect.sleep("100 millis").pipe(Effect.as("sent"))
          return Effect.flatMap(monotonicMs, (now) => {
            tries.push(now)
            return isQuiet ? Effect.never : Effect.succeed("sent")
          })
        }
      })
      quietly.add(stage.phone)
      while (quietly.size < quiet) quietly.add(yield* stage.device(stage.bob))
      for (let i = 0; i < others; i++) yield* stage.device(stage.bob)
      yield* stage.start
      yield* stage.post
      // It is owed by the look after three seconds.
      yield* stage.pass(4)
      const arrived = () => stage.sent.filter(({ deviceId }) => !quietly.has(deviceId)).length
      const answer = () => {
        isQuiet = false
      }
      return { stage, tries, arrived, answer }
    })

  inTime(
    "holds up none to another, however many are due there",
    Effect.gen(function* () {
      const { arrived, stage, tries } = yield* owing(300, 200)
      yield* stage.pass(10)
      assert.strictEqual(arrived(), 200)
      // What is due there comes again and again.
      yield* stage.pass(60)
      yield* stage.read(yield* stage.post)
      yield* stage.pass(10)
      assert.strictEqual(arrived(), 400)
      // At first as many as one service has places; then one at a time tries whether it answers.
      const [first = 0] = tries
      const [early, late] = [tries.filter((at) => at < first + 10_000), tries.filter((at) => at >= first + 10_000)]
      assert.isAtMost(early.length, 16)
      assert.isAbove(late.length, 3)
      for (const [i, at] of late.slice(1).entries()) assert.isAtLeast(at - (late[i] ?? 0), 10_000)
    })
  )
  inTime(
    "gets all that is owed there once it answers again",
    Effect.gen(function* () {
      const { answer, stage } = yield* owing(100, 0)
      yield* stage.pass(60)
      answer()
      yield* stage.pass(10 * minutes)
      assert.deepStrictEqual(
        (yield* stage.facts).owed.filter(({ state }) => state !== "sent"),
        []
      )
    })
  )
})

describe("what comes while a push that does not go out is still due", () => {
  const told = (stage: Stage) => stage.sent.map(({ kind, seq }) => [kind, seq])
  /** What is owed is read before it goes out, and then something comes. Gives both numbers. */
  const readMeanwhile = (stage: Stage) =>
    Effect.gen(function* () {
      const first = yield* stage.post
      yield* stage.pass(6)
      yield* stage.read(first)
      return [first, yield* stage.post] as const
    })
  on(
    "wakes somebody though what was due is read when it is tried again",
    (stage) =>
      Effect.gen(function* () {
        const [first, second] = yield* readMeanwhile(stage)
        yield* stage.pass(70 * minutes)
        assert.deepStrictEqual(told(stage), [
          ["wake", first],
          ["cancel", first],
          ["wake", second]
        ])
        assert.deepStrictEqual((yield* stage.facts).lookAt, undefined)
      }),
    {
      send: (_, nth) =>
        nth === 1 ? new PushFailed({ cause: "busy", retryAfterMs: 3_600_000 }) : Effect.succeed("sent")
    }
  )
  on(
    "is tried when what was due was tried too often to be taken back, and that it was read is on record",
    (stage) =>
      Effect.gen(function* () {
        const [first, second] = yield* readMeanwhile(stage)
        yield* stage.pass(180 * minutes)
        assert.deepStrictEqual(told(stage), [
          ["wake", first],
          ...new Array(7).fill(["cancel", first]),
          ...new Array(stage.sent.length - 8).fill(["wake", second])
        ])
        assert.isAbove(stage.sent.length, 16)
        const { lookAt, records } = yield* stage.facts
        assert.deepStrictEqual([lookAt, records.map(({ what }) => what)], [undefined, ["read"]])
      }),
    { send: () => new PushFailed({ cause: "away" }) }
  )
})

describe("a store that is away for a while", () => {
  inTime(
    "is told of once by each round that needs it, and once when it is there again",
    Effect.suspend(() => {
      const { keep, lines } = makeLogLines()
      let away = false
      const unless = <A>(call: Effect.Effect<A, StoreUnavailable>) =>
        Effect.suspend(() => (away ? Effect.fail(new StoreUnavailable({ operation: "pushes", cause: "away" })) : call))
      return Effect.gen(function* () {
        const stage = yield* pushStage({
          store: ({ claim, look }) => ({
            look: (...asked) => unless(look(...asked)),
            claim: (...asked) => unless(claim(...asked))
          })
        })
        yield* stage.start
        yield* stage.pass(10)
        assert.deepStrictEqual(lines, [])
        away = true
        yield* stage.pass(10 * minutes)
        const began = [
          "WARN A look at what is unread failed; trying again",
          "WARN Pushes could not be sent; trying again"
        ]
        assert.deepStrictEqual([...lines].sort(), began)
        away = false
        yield* stage.pass(10)
        const ended = ["INFO Pushes can be sent again", "INFO What is unread can be looked at again"]
        assert.deepStrictEqual([...lines].sort(), [...ended, ...began])
        yield* stage.post
        yield* stage.pass(6)
        assert.strictEqual(stage.sent.length, 1)
      }).pipe(keep)
    })
  )
})

describe("a store that takes no note of what comes for a while", () => {
  inTime(
    "is told of at once, and what came meanwhile is pushed for",
    Effect.suspend(() => {
      const { keep, lines } = makeLogLines()
      let away = true
      return Effect.gen(function* () {
        const stage = yield* pushStage({
          store: ({ note }) => ({
            note: (...asked) =>
              Effect.suspend(() =>
                away ? Effect.fail(new StoreUnavailable({ operation: "pushes", cause: "away" })) : note(...asked)
              )
          })
        })
        yield* stage.start
        yield* stage.post
        yield* stage.pass(10 * minutes)
        const began = "WARN What may be pushed for could not be noted; trying again"
        assert.deepStrictEqual(lines, [began])
        away = false
        yield* stage.pass(10)
        assert.deepStrictEqual(lines, [began, "INFO What may be pushed for can be noted again"])
        assert.strictEqual(stage.sent.length, 1)
      }).pipe(keep)
    })
  )
})

describe("a push service that refuses what thousands are to get", () => {
  inTime(
    "is told of now and then, and not for each",
    Effect.suspend(() => {
      const { keep, lines } = makeLogLines()
      return Effect.gen(function* () {
        const stage = yield* pushStage({ send: () => new PushFailed({ cause: "busy" }) })
        for (let device = 0; device < 200; device++) yield* stage.device(stage.bob)
        yield* stage.start
        yield* stage.post
        yield* stage.pass(5 * minutes)
        assert.isAbove(stage.sent.length, 600)
        assert.isAtMost(lines.length, 5)
        assert.deepStrictEqual([...new Set(lines)], ["WARN A push was not sent; it is tried again"])
      }).pipe(keep)
    })
  )
})

describe("a wall clock that is set back an hour", () => {
  inTime(
    "keeps nobody from being woken for what comes then",
    Effect.flatMap(makeWallClock(), ({ clock, set }) =>
      Effect.gen(function* () {
        const stage = yield* pushStage()
        yield* stage.start
        const first = yield* stage.post
        yield* stage.pass(10 * minutes)
        yield* stage.read(first)
        yield* stage.pass(1 * minutes)
        set(-3_600_000)
        const next = yield* stage.post
        yield* stage.pass(10)
        assert.deepStrictEqual(
          stage.sent.map(({ kind, seq }) => [kind, seq]),
          [
            ["wake", first],
            ["cancel", first],
            ["wake", next]
          ]
        )
      }).pipe(Effect.withClock(clock))
    )
  )
})

describe("push servers whose own clocks are wrong", () => {
  inTime(
    "send what is due once: what one has in hand the other passes by, though it is a minute ahead",
    Effect.flatMap(makeWallClock(60_000), ({ clock }) =>
      Effect.gen(function* () {
        const stage = yield* pushStage({ send: () => Effect.as(Effect.sleep(8_000), "sent") })
        yield* stage.start
        yield* stage.post
        yield* stage.pass(6)
        assert.strictEqual(stage.sent.length, 1)
        yield* Effect.withClock(stage.start, clock)
        yield* stage.pass(2 * minutes)
        assert.strictEqual(stage.sent.length, 1)
      })
    )
  )
  inTime(
    "send what was noted before they were set back an hour when it is time for it",
    Effect.flatMap(makeWallClock(), ({ clock, set }) =>
      Effect.gen(function* () {
        const stage = yield* pushStage()
        yield* Effect.withClock(stage.start, clock)
        yield* stage.post
        yield* stage.pass(1)
        set(-3_600_000)
        yield* stage.pass(10)
        assert.strictEqual(stage.sent.length, 1)
      })
    )
  )
})

describe("a push server that ends", () => {
  inTime(
    "leaves what it had in hand to the next, under the same key",
    Effect.gen(function* () {
      const stage = yield* pushStage({ send: (_, nth) => (nth === 1 ? Effect.never : Effect.succeed("sent")) })
      const scope = yield* stage.start
      yield* stage.post
      yield* stage.pass(6)
      assert.strictEqual(stage.sent.length, 1)
      yield* Scope.close(scope, Exit.void)
      yield* stage.start
      yield* stage.pass(40)
      const [before, after, more] = stage.sent
      assert.deepStrictEqual([before?.collapseKey, more], [after?.collapseKey, undefined])
    })
  )
  inTime(
    "leaves what was not noted yet to the next",
    Effect.gen(function* () {
      const stage = yield* pushStage()
      yield* stage.post
      yield* stage.start
      yield* stage.pass(6)
      assert.strictEqual(stage.sent.length, 1)
    })
  )
})
