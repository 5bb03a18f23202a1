import { assert, describe, it } from "@effect/vitest"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Clock, Deferred, Effect, Fiber, Option, Random } from "effect"
import { makeDice } from "../../src/simulation/Dice.ts"
import { SimulatedTime } from "../../src/simulation/SimulatedTime.ts"

const step = Effect.sync(() => undefined)
const steps = (count: number) => Effect.forEach(Array.from({ length: count }), () => step, { discard: true })

/** Reads, thinks, writes: right only while nobody comes in between. */
const addOne = (cell: { value: number }) =>
  Effect.gen(function* () {
    const before = cell.value
    yield* steps(6)
    cell.value = before + 1
  })

const run = <A>(
  seed: number,
  effect: Effect.Effect<A>,
  forMs = 60_000
): { readonly value: A | undefined; readonly time: SimulatedTime } => {
  const time = new SimulatedTime(seed)
  const fiber = time.fork(effect)
  time.pass(forMs)
  const exit = Option.getOrUndefined(Effect.runSync(Fiber.poll(fiber)))
  return { value: exit?._tag === "Success" ? exit.value : undefined, time }
}

const seeds = Array.from({ length: 100 }, (_, seed) => seed)

describe("a simulation's fibers", () => {
  it("lose an update that two of them make at once, in many orders: a planted race is found", () => {
    const cell = { value: 0 }
    const both = Effect.suspend(() => {
      cell.value = 0
      return Effect.all([addOne(cell), addOne(cell)], { concurrency: "unbounded" })
    })
    const found = seeds.filter((seed) => {
      run(seed, both)
      return cell.value === 1
    })
    assert.isAbove(found.length, 10)
    // And not by being unable to do anything right.
    assert.isBelow(found.length, 100)
  })

  it("are awaited in an order that differs from seed to seed when one instant wakes several", () => {
    const orders = new Set(
      seeds.map((seed) => {
        const order: Array<string> = []
        const sleeper = (name: string) =>
          Effect.zipRight(
            Effect.sleep("1 second"),
            Effect.sync(() => void order.push(name))
          )
        run(seed, Effect.all(["a", "b", "c"].map(sleeper), { concurrency: "unbounded" }))
        return order.join("")
      })
    )
    assert.strictEqual(orders.size, 6)
  })

  it("all fire the timers of an instant before one of them goes on", () => {
    for (const seed of seeds) {
      const { value } = run(
        seed,
        Effect.gen(function* () {
          const late = yield* Deferred.make<string>()
          yield* Effect.fork(Effect.zipRight(Effect.sleep("1 second"), Deferred.succeed(late, "came")))
          // Due at the same instant: either may win, and both are due.
          return yield* Effect.raceFirst(Deferred.await(late), Effect.as(Effect.sleep("1 second"), "timed out"))
        })
      )
      assert.include(["came", "timed out"], value)
    }
    const both = new Set(
      seeds.map(
        (seed) =>
          run(
            seed,
            Effect.raceFirst(Effect.as(Effect.sleep("1 second"), "a"), Effect.as(Effect.sleep("1 second"), "b"))
          ).value
      )
    )
    assert.deepStrictEqual([...both].sort(), ["a", "b"])
  })

  it("have a quantum in which nobody takes the turn from them", () => {
    const lost = (quantum: number, preempts: number) =>
      seeds.filter((seed) => {
        const cell = { value: 0 }
        const time = new SimulatedTime(seed, { quantum, preempts })
        time.fork(Effect.all([addOne(cell), addOne(cell)], { concurrency: "unbounded" }))
        time.pass(1)
        return cell.value === 1
      }).length
    assert.strictEqual(lost(100, 1), 0)
    assert.isAbove(lost(4, 0.1), 10)
  })

  it("that go round in a circle are noticed", () => {
    const time = new SimulatedTime(1, { tasksMost: 1_000 })
    time.fork(Effect.forever(Effect.yieldNow()))
    assert.throws(() => time.pass(1), /do not come to rest/)
  })
})

describe("a simulation's time", () => {
  it("passes from instant to instant, and a day of waiting costs nothing", () => {
    const { time, value } = run(
      1,
      Effect.gen(function* () {
        const since = yield* Clock.currentTimeMillis
        yield* Effect.sleep("1 day")
        return (yield* Clock.currentTimeMillis) - since
      }),
      2 * 86_400_000
    )
    assert.strictEqual(value, 86_400_000)
    assert.isBelow(time.scheduler.runs, 100)
  })

  it("lets nothing happen that was taken back, and wakes nobody who was interrupted", () => {
    const time = new SimulatedTime(1)
    const happened: Array<string> = []
    time.at(time.now + 5, () => happened.push("at"))
    time.at(time.now + 5, () => happened.push("undone"))()
    const sleeper = time.fork(
      Effect.zipRight(
        Effect.sleep("5 millis"),
        Effect.sync(() => happened.push("slept"))
      )
    )
    time.pass(1)
    time.fork(Fiber.interrupt(sleeper))
    time.pass(100)
    assert.deepStrictEqual(happened, ["at"])
  })
})

describe("a seed", () => {
  const story = Effect.gen(function* () {
    const said: Array<unknown> = []
    const one = (name: string) =>
      Effect.gen(function* () {
        for (let i = 0; i < 5; i++) {
          yield* Effect.sleep(yield* Random.nextIntBetween(0, 3))
          yield* steps(8)
          said.push(`${name}${i}`)
        }
        said.push(yield* makeUuidV7)
      })
    yield* Effect.all([one("a"), one("b"), one("c")], { concurrency: "unbounded" })
    return said
  })

  it("tells the same story again, to the last id, and another one another", () => {
    for (const seed of seeds.slice(0, 20)) {
      const [first, again] = [run(seed, story), run(seed, story)]
      assert.isDefined(first.value)
      assert.deepStrictEqual(first.value, again.value)
      assert.strictEqual(first.time.scheduler.fingerprint, again.time.scheduler.fingerprint)
    }
    assert.strictEqual(new Set(seeds.slice(0, 20).map((seed) => JSON.stringify(run(seed, story).value))).size, 20)
  })

  it("gives each purpose numbers of its own", () => {
    const draw = (purpose: string) => Array.from({ length: 3 }, makeDice(7, purpose).next)
    assert.deepStrictEqual(draw("schedule"), draw("schedule"))
    assert.notDeepEqual(draw("schedule"), draw("faults"))
    const dice = makeDice(7, "spread")
    const counts = new Map<number, number>()
    for (let i = 0; i < 10_000; i++) {
      const side = dice.below(10)
      counts.set(side, (counts.get(side) ?? 0) + 1)
    }
    for (let side = 0; side < 10; side++) assert.isAbove(counts.get(side) ?? 0, 800)
  })
})
