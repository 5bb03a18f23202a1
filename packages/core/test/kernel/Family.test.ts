import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect } from "effect"
import type { ActorRef } from "../../src/kernel/ActorRef.ts"
import { type Behaviour, restart, stop } from "../../src/kernel/Behaviour.ts"
import { acting, type End, onStage, start, writing } from "./stage.ts"

type Order = "spawn" | "fail" | "watch child"

const failing = acting<string>(
  () => {
    throw new Error("the child failed")
  },
  { name: "failing", supervision: stop }
)

/** Spawns `child` at each "spawn", keeps the ref as its state, and writes down the ends it hears of. */
const parenting = (
  child: Behaviour<undefined, string>,
  ends: Array<End>,
  parts: Partial<Behaviour<{ child: ActorRef<string> | undefined }, Order>> = {}
): Behaviour<{ child: ActorRef<string> | undefined }, Order> => ({
  name: "parenting",
  capacity: 10,
  onFull: "refuse",
  supervision: restart({ times: 3, within: "5 seconds" }),
  init: () => ({ child: undefined }),
  receive: (self, order) => {
    if (order === "fail") throw new Error("the parent failed")
    if (order === "spawn") self.state.child = self.spawn("child", child)
    else if (self.state.child !== undefined) self.watch(self.state.child)
  },
  onSignal: (_, signal) => {
    ends.push([signal.path, signal.reason._tag])
  },
  ...parts
})

describe("Family", () => {
  it.effect("a child's end beyond its supervision is told to its parent, once, though it also watches it", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const ends: Array<End> = []
        const parent = start(system, "parent", parenting(failing, ends))
        parent.tell("spawn")
        parent.tell("watch child")
        yield* system.settled
        system.find<string>("parent/child")?.tell("go")
        yield* system.settled
        assert.deepStrictEqual(ends, [["parent/child", "Failed"]])
        parent.tell("watch child")
        yield* system.settled
        assert.deepStrictEqual(ends, [
          ["parent/child", "Failed"],
          ["parent/child", "Failed"]
        ])
      })
    )
  )

  it.effect("a child whose init fails comes back stopped, and its end is told", () =>
    onStage((system, log) =>
      Effect.gen(function* () {
        const ends: Array<End> = []
        const stillborn = acting<string>(() => undefined, {
          init: () => {
            throw new Error("could not start")
          },
          onStop: () => void ends.push(["onStop of one that never started", "Failed"])
        })
        const parent = start(system, "parent", parenting(stillborn, ends))
        parent.tell("spawn")
        yield* system.settled
        assert.deepStrictEqual(ends, [["parent/child", "Failed"]])
        assert.include(log[0]?.text, "could not start")
        assert.isUndefined(system.find("parent/child"))
      })
    )
  )

  it.effect("a name in use makes the parent's handler fail, and the child that has it goes on", () =>
    onStage((system, log) =>
      Effect.gen(function* () {
        const seen: Array<string> = []
        const parent = start(system, "parent", {
          ...parenting(writing(seen), []),
          supervision: { _tag: "Resume" }
        })
        parent.tell("spawn")
        parent.tell("spawn")
        yield* system.settled
        system.find<string>("parent/child")?.tell("still here")
        yield* system.settled
        assert.deepStrictEqual(seen, ["still here"])
        assert.include(log[0]?.text, "PathTaken")
      })
    )
  )

  it.effect("children stop before their parent's onStop runs, youngest generation first", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const order: Array<string> = []
        const farewell: Pick<Behaviour<undefined, string>, "onStop"> = {
          onStop: (self) => Effect.yieldNow().pipe(Effect.zipRight(Effect.sync(() => void order.push(self.ref.path))))
        }
        const grandchild = writing<string>([], farewell)
        const child = writing<string>([], { ...farewell, init: (self) => void self.spawn("c", grandchild) })
        start(system, "a", writing<string>([], { ...farewell, init: (self) => void self.spawn("b", child) }))
        assert.strictEqual(system.count, 3)
        yield* system.stop("a")
        assert.deepStrictEqual(order, ["a/b/c", "a/b", "a"])
        assert.strictEqual(system.count, 0)
      })
    )
  )

  it.effect("a parent's restart stops its children first, so that its init may spawn them again", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const ends: Array<End> = []
        const gate = yield* Deferred.make<void>()
        const seen: Array<string> = []
        const child = writing(seen, { onStop: () => Deferred.await(gate) })
        const parent = start(
          system,
          "parent",
          parenting(child, ends, { init: (self) => ({ child: self.spawn("child", child) }) })
        )
        const former = system.find<string>("parent/child")
        parent.tell("fail")
        parent.tell("watch child")
        yield* system.settled
        assert.isTrue(former?.isStopped)
        parent.tell("watch child")
        yield* system.settled
        assert.strictEqual(system.counters.restarts, 1)
        assert.strictEqual(system.counters.spawned, 2)
        yield* Deferred.succeed(gate, undefined)
        yield* system.settled
        assert.strictEqual(system.counters.spawned, 3)
        assert.strictEqual(system.find<string>("parent/child")?.tell("new child"), "ok")
        yield* system.settled
        assert.deepStrictEqual(seen, ["new child"])
        // The end of a child of the former life means nothing to this one.
        assert.deepStrictEqual(ends, [])
      })
    )
  )

  it.effect("a parent that goes now takes its children with it", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const parent = start(
          system,
          "parent",
          parenting(
            acting<string>(() => Effect.never),
            []
          )
        )
        parent.tell("spawn")
        yield* system.settled
        system.find<string>("parent/child")?.tell("wait for ever")
        yield* system.settled
        yield* system.stop("parent", "now")
        assert.strictEqual(system.count, 0)
      })
    )
  )

  it.effect("a parent that waits for its children to drain takes them with it when it must go now", () =>
    onStage((system) =>
      Effect.gen(function* () {
        const stuck = acting<string>(() => Effect.never)
        const parent = start(system, "parent", parenting(stuck, []))
        parent.tell("spawn")
        yield* system.settled
        system.find<string>("parent/child")?.tell("wait for ever")
        parent.stop("drain")
        yield* system.settled
        assert.strictEqual(system.count, 2)
        parent.stop("now")
        yield* system.settled
        yield* system.settled
        assert.strictEqual(system.count, 0)
      })
    )
  )
})
