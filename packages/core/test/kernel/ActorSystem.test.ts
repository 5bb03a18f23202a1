import { assert, describe, it } from "@effect/vitest"
import { Clock, Deferred, Effect, Exit, Fiber, Layer, Scheduler, Scope, TestClock } from "effect"
import type { ActorRef } from "../../src/kernel/ActorRef.ts"
import { ActorSystem } from "../../src/kernel/ActorSystem.ts"
import { type Behaviour, resume } from "../../src/kernel/Behaviour.ts"
import { acting, onStage, start, writing } from "./stage.ts"

describe("ActorSystem", () => {
  it.effect("lists every actor with what it is and does", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const counting = {
          name: "counting",
          capacity: 10,
          onFull: "refuse" as const,
          supervision: { _tag: "Resume" as const },
          init: () => ({ n: 0 }),
          receive: (self: { state: { n: number } }, by: number) => {
            self.state.n += by
            if (by === 0) return Effect.never
          },
          label: (state: { n: number }) => `at ${state.n}`
        }
        const idle = start(system, "user/1", counting)
        const running = start(system, "user/2", counting)
        start(system, "room/1", writing<string>([]))
        idle.tell(1)
        idle.tell(2)
        running.tell(0)
        running.tell(5)
        yield* system.settled
        const common = { kind: "counting", restarts: 0, lastFailure: undefined }
        assert.deepStrictEqual(system.list({ prefix: "user/" }), [
          { ...common, path: "user/1", label: "at 3", depth: 0, handled: 2, state: "idle" },
          { ...common, path: "user/2", label: "at 0", depth: 1, handled: 1, state: "running" }
        ])
        idle.tell(1)
        assert.deepStrictEqual(
          system.list({ state: "ready" }).map(({ path }) => path),
          ["user/1"]
        )
        assert.lengthOf(system.list({ kind: "counting", limit: 1 }), 1)
        assert.strictEqual(system.count, 3)
        running.stop("now")
        assert.strictEqual(system.list({ state: "stopping" })[0]?.path, "user/2")
      })
    )
  )

  it.effect("leads with the actors that have most of something, among thousands", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const gate = yield* Effect.makeLatch()
        const patient = { ...writing<string>([]), receive: () => gate.await }
        for (let n = 0; n < 5_000; n++) start(system, `user/${n}`, patient)
        const busy = [4_321, 7, 2_500].map((n, rank) => {
          const ref = system.find<string>(`user/${n}`)
          for (let sent = -1; sent <= rank; sent++) ref?.tell("a message")
          return ref?.path
        })
        yield* system.settled
        const waiting = yield* system.top({ limit: 3 }, "depth")
        assert.strictEqual(waiting.total, 5_000)
        assert.deepStrictEqual(
          waiting.rows.map(({ depth, path }) => [path, depth]),
          busy.toReversed().map((path, at) => [path, 3 - at])
        )
        yield* gate.open
        yield* Effect.yieldNow()
        yield* system.settled
        const handled = yield* system.top({ prefix: "user/25", limit: 1 }, "handled")
        assert.deepStrictEqual(
          handled.rows.map(({ path }) => path),
          ["user/2500"]
        )
        assert.strictEqual(handled.total, 111)
        assert.lengthOf((yield* system.top({ kind: "none" }, "failed")).rows, 0)
      })
    )
  )

  it.effect("a label that throws leaves the listing whole", () =>
    onStage((system, log) =>
      Effect.gen(function* () {
        const label = () => {
          throw new Error("no label")
        }
        start(system, "actor", writing<string>([], { label }))
        assert.deepStrictEqual(
          system.list().map((row) => [row.path, row.label]),
          [["actor", ""]]
        )
        assert.include(log[0]?.text, "no label")
        yield* system.settled
      })
    )
  )

  it.effect("a path in use, an init that fails and a system that closes refuse to spawn, each by its name", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(ActorSystem.layer, scope)
      const system = yield* Effect.provide(ActorSystem, context)
      const refusal = (path: string, init = () => undefined) => {
        const made = system.spawn(path, writing<string>([], { init }))
        return made._tag === "Left" ? made.left._tag : "none"
      }
      assert.strictEqual(refusal("a"), "none")
      assert.strictEqual(refusal("a"), "PathTaken")
      const failing = () => {
        throw new Error("no start")
      }
      assert.strictEqual(refusal("b", failing), "InitFailed")
      yield* system.settled
      assert.strictEqual(refusal("b"), "none")
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(refusal("c"), "SystemStopped")
    })
  )

  it.effect("closing drains all actors, cuts those that take longer, and ends only when all are gone", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(ActorSystem.layerWith({ drain: "3 seconds" }), scope)
      const system = yield* Effect.provide(ActorSystem, context)
      const seen: Array<string> = []
      const onStop = (_: unknown, { _tag }: { readonly _tag: string }) => void seen.push(_tag)
      start(system, "quick", writing(seen, { onStop })).tell("drained")
      start(
        system,
        "stuck",
        acting<string>(() => Effect.never, { onStop })
      ).tell("wait")
      const closed = yield* Effect.fork(Scope.close(scope, Exit.void))
      yield* TestClock.adjust("2999 millis")
      assert.deepStrictEqual(seen, ["drained", "Shutdown"])
      assert.isNull(closed.unsafePoll())
      yield* TestClock.adjust("1 millis")
      yield* Fiber.join(closed)
      assert.deepStrictEqual(seen, ["drained", "Shutdown", "Shutdown"])
      assert.strictEqual(system.count, 0)
    })
  )

  it.effect(
    "closing lets a parent tell its children what still waits, and gives all generations together one time to drain",
    () =>
      Effect.gen(function* () {
        const scope = yield* Scope.make()
        const context = yield* Layer.buildWithScope(ActorSystem.layerWith({ drain: "3 seconds" }), scope)
        const system = yield* Effect.provide(ActorSystem, context)
        const seen: Array<string> = []
        const child = acting<string>((_, word) => {
          seen.push(word)
          return Effect.never
        })
        const behaviour: Behaviour<ActorRef<string>, string> = {
          name: "parent",
          capacity: 10,
          onFull: "refuse",
          supervision: resume,
          init: (self) => self.spawn("child", child),
          receive: (self, word) => Effect.sync(() => void self.state.tell(word)).pipe(Effect.delay("2 seconds"))
        }
        const parent = start(system, "parent", behaviour)
        parent.tell("from the drain")
        const closed = yield* Effect.fork(Scope.close(scope, Exit.void))
        yield* TestClock.adjust("2999 millis")
        assert.deepStrictEqual(seen, ["from the drain"])
        assert.isNull(closed.unsafePoll())
        yield* TestClock.adjust("1 millis")
        yield* Fiber.join(closed)
        assert.strictEqual(system.count, 0)
      })
  )

  it.effect("closing ends the sleep of timers that are still armed", () =>
    Effect.gen(function* () {
      const sleeps: Array<string> = []
      const sleep = () => Effect.onInterrupt(Effect.never, () => Effect.sync(() => void sleeps.push("interrupted")))
      const clock = Object.assign(Clock.make(), { sleep })
      yield* Effect.flatMap(ActorSystem, (system) => Effect.sync(() => system.after(3_600_000, () => undefined))).pipe(
        Effect.provide(ActorSystem.layer),
        Effect.withClock(clock)
      )
      yield* Effect.yieldNow()
      assert.deepStrictEqual(sleeps, ["interrupted"])
    })
  )

  it.effect("with no time to drain, closing cuts at once", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      yield* Effect.gen(function* () {
        const system = yield* ActorSystem
        start(
          system,
          "stuck",
          acting<string>(() => Effect.ensuring(Effect.never, Deferred.succeed(gate, undefined)))
        ).tell("wait")
        yield* system.settled
      }).pipe(Effect.provide(ActorSystem.layerWith({ drain: 0 })))
      assert.isTrue(yield* Deferred.isDone(gate))
    })
  )

  it.effect("Effects of handlers can be cut also when the layer was built where interruption is off", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const actor = start(
          system,
          "actor",
          acting<string>(() => Effect.never)
        )
        actor.tell("wait")
        yield* system.settled
        yield* system.stop("actor", "now")
        assert.strictEqual(system.count, 0)
      })
    ).pipe(Effect.uninterruptible)
  )

  it.effect("a scheduler of the caller's own drives the dispatcher", () => {
    const tasks: Array<() => void> = []
    const scheduler = Scheduler.make((task) => void tasks.push(task))
    return Effect.gen(function* () {
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(ActorSystem.layer, scope).pipe(Effect.withScheduler(scheduler))
      const system = yield* Effect.provide(ActorSystem, context)
      const seen: Array<string> = []
      for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) task()
      start(system, "actor", writing(seen)).tell("hello")
      yield* Effect.yieldNow()
      assert.deepStrictEqual(seen, [])
      assert.lengthOf(tasks, 1)
      tasks.shift()?.()
      assert.deepStrictEqual(seen, ["hello"])
    })
  })
})
