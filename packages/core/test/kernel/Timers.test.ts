import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, FastCheck, TestClock } from "effect"
import { restart, type Timer } from "../../src/kernel/Behaviour.ts"
import { TimerHeap } from "../../src/kernel/Timers.ts"
import { acting, onStage, start } from "./stage.ts"

type Arm = readonly [delayMs: number, word: string]

/** Puts off what it is told, and writes down each word with the time at which it came back. */
const delaying = (seen: Array<readonly [string, number]>, timers: Array<Timer> = []) =>
  acting<Arm | string>((self, message) => {
    if (typeof message === "string") seen.push([message, self.now()])
    else timers.push(self.after(...message))
  })

describe("Timers", () => {
  it.effect(
    "a timer delivers its message when its time has come, not before, in order of time and then of arming",
    () =>
      onStage((system) =>
        Effect.gen(function* () {
          const seen: Array<readonly [string, number]> = []
          const actor = start(system, "actor", delaying(seen))
          for (const arm of [
            [300, "c"],
            [100, "a"],
            [300, "d"],
            [200, "b"]
          ] as const)
            actor.tell(arm)
          yield* system.settled
          yield* TestClock.adjust("99 millis")
          assert.deepStrictEqual(seen, [])
          yield* TestClock.adjust("1 millis")
          assert.deepStrictEqual(seen, [["a", 100]])
          yield* TestClock.adjust("1 hour")
          assert.deepStrictEqual(seen, [
            ["a", 100],
            ["b", 200],
            ["c", 300],
            ["d", 300]
          ])
        })
      )
  )

  it.effect("a timer that arms the next one keeps its pace through one long adjustment", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const beats: Array<number> = []
        start(
          system,
          "heart",
          acting<"beat">(
            (self) => {
              beats.push(self.now())
              self.after(1000, "beat")
            },
            { init: (self) => void self.after(1000, "beat") }
          )
        )
        yield* TestClock.adjust("5 seconds")
        assert.deepStrictEqual(beats, [1000, 2000, 3000, 4000, 5000])
      })
    )
  )

  it.effect("a timer set for an earlier time than the one slept for fires in its own time", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const seen: Array<string> = []
        system.after(10_000, () => seen.push("late"))
        yield* TestClock.adjust("1 second")
        system.after(500, () => seen.push("early"))
        yield* TestClock.adjust("500 millis")
        assert.deepStrictEqual(seen, ["early"])
        yield* TestClock.adjust("8500 millis")
        assert.deepStrictEqual(seen, ["early", "late"])
      })
    )
  )

  it.effect("a cancelled timer is never received, even when its message already waits", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const seen: Array<readonly [string, number]> = []
        const timers: Array<Timer> = []
        const gate = yield* Deferred.make<void>()
        const actor = start(
          system,
          "actor",
          acting<"arm" | "wait" | "cancel" | "due">((self, message) => {
            if (message === "arm") timers.push(self.after(100, "due"), self.after(100, "due"), self.after(200, "due"))
            else if (message === "wait") return Deferred.await(gate)
            else if (message === "cancel") for (const timer of timers) timer.cancel()
            else seen.push([message, self.now()])
          })
        )
        actor.tell("arm")
        actor.tell("wait")
        actor.tell("cancel")
        yield* system.settled
        // Two fall due behind the message that cancels them.
        yield* TestClock.adjust("100 millis")
        assert.strictEqual(system.list()[0]?.depth, 3)
        yield* Deferred.succeed(gate, undefined)
        yield* system.settled
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(seen, [])
      })
    )
  )

  it.effect("timers die with their actor and with its state at a restart", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const seen: Array<string> = []
        let inits = 0
        const behaviour = acting<"fail" | string>(
          (_, message) => {
            if (message === "fail") throw new Error("start again")
            seen.push(message)
          },
          {
            supervision: restart({ times: 3, within: "1 hour" }),
            init: (self) => {
              inits++
              const armed = ["a", "b", "c", "d"].map((word) => self.after(1000, `${word} of life ${inits}`))
              armed[1]?.cancel()
              armed[3]?.cancel()
            }
          }
        )
        const restarted = start(system, "restarted", behaviour)
        const stopped = start(system, "stopped", behaviour)
        yield* TestClock.adjust("500 millis")
        restarted.tell("fail")
        stopped.stop()
        yield* system.settled
        yield* TestClock.adjust("999 millis")
        assert.deepStrictEqual(seen, [])
        yield* TestClock.adjust("1 millis")
        assert.deepStrictEqual(seen, ["a of life 3", "c of life 3"])
        assert.strictEqual(system.armedTimers, 0)
      })
    )
  )

  it.effect("a timer's message is taken also by a full mailbox", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const seen: Array<string> = []
        const gate = yield* Deferred.make<void>()
        const actor = start(
          system,
          "actor",
          acting<string>(
            (self, message) => {
              seen.push(message)
              if (message !== "first") return
              self.after(10, "due")
              return Deferred.await(gate)
            },
            { capacity: 1 }
          )
        )
        actor.tell("first")
        yield* system.settled
        actor.tell("second")
        assert.strictEqual(actor.tell("third"), "full")
        yield* TestClock.adjust("10 millis")
        yield* Deferred.succeed(gate, undefined)
        yield* system.settled
        assert.deepStrictEqual(seen, ["first", "second", "due"])
      })
    )
  )

  it.effect("a chain of zero delays lets others and the event loop go on", () =>
    onStage((system) =>
      Effect.gen(function* () {
        let rounds = 0
        const again = (): Timer =>
          system.after(0, () => {
            rounds++
            again()
          })
        again()
        yield* system.settled
        assert.isAtLeast(rounds, 1)
        const before = rounds
        yield* TestClock.adjust("1 millis")
        assert.isAbove(rounds, before)
      })
    )
  )

  it.effect("what a plain timer throws is logged and counted", () =>
    onStage((system, log) =>
      Effect.gen(function* () {
        system.after(10, () => {
          throw new Error("bad timer")
        })
        yield* TestClock.adjust("10 millis")
        assert.include(log[0]?.text, "bad timer")
        assert.strictEqual(system.counters.failures, 1)
      })
    )
  )

  it("the heap gives what was not cancelled in order of time and arming, and does not keep what was", () => {
    interface Entry {
      readonly dueMs: number
      readonly order: number
      live: boolean
    }
    const operation = FastCheck.oneof(
      {
        arbitrary: FastCheck.record({ kind: FastCheck.constant("push" as const), dueMs: FastCheck.nat(50) }),
        weight: 4
      },
      {
        arbitrary: FastCheck.record({ kind: FastCheck.constant("cancel" as const), index: FastCheck.nat(1000) }),
        weight: 3
      },
      { arbitrary: FastCheck.record({ kind: FastCheck.constant("pop" as const) }), weight: 1 }
    )
    const inOrder = (a: Entry, b: Entry) => a.dueMs - b.dueMs || a.order - b.order
    FastCheck.assert(
      FastCheck.property(FastCheck.array(operation, { maxLength: 600, size: "max" }), (operations) => {
        const heap = new TimerHeap<Entry>()
        let model: Array<Entry> = []
        operations.forEach((op, order) => {
          if (op.kind === "push") {
            const entry = { dueMs: op.dueMs, order, live: true }
            heap.push(entry)
            model.push(entry)
          } else if (op.kind === "cancel") {
            const entry = model[op.index % Math.max(1, model.length)]
            if (entry === undefined) return
            entry.live = false
            heap.noteCancelled()
            model = model.filter((other) => other !== entry)
          } else {
            const first = [...model].sort(inOrder)[0]
            assert.strictEqual(heap.peek(), first)
            if (first === undefined) return
            heap.removeFirst()
            model = model.filter((other) => other !== first)
          }
          assert.strictEqual(heap.armed, model.length)
          assert.isAtMost(heap.size, Math.max(2 * model.length + 1, model.length + 64))
        })
        const rest: Array<Entry> = []
        for (let entry = heap.peek(); entry !== undefined; entry = heap.peek()) {
          rest.push(entry)
          heap.removeFirst()
        }
        assert.deepStrictEqual(rest, [...model].sort(inOrder))
      })
    )
  })
})
