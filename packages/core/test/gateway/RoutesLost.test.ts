import { assert, describe, it } from "@effect/vitest"
import { RoutesFlush } from "@hibiki/testing/RoutesMemory"
import { Effect } from "effect"
import type { ConversationId } from "../../src/domain/Ids.ts"
import { Routes, RoutesUnavailable } from "../../src/ports/Routes.ts"
import { group, run, runUnheard } from "../world/logRuns.ts"
import { pair } from "../world/pair.ts"
import { pass, rest } from "../world/waiting.ts"

const say = (text: string) => ({ kind: "post", text }) as const

/** Two people, and routes that can be away from the gateway, from the worker, or from both. */
const stage = Effect.gen(function* () {
  const away = { gateway: false, worker: false }
  const lost = { envelopes: 0 }
  let losing = false
  const unless = <A>(who: "gateway" | "worker", effect: Effect.Effect<A, RoutesUnavailable>) =>
    Effect.suspend(() => (away[who] ? Effect.fail(new RoutesUnavailable({ cause: "away" })) : effect))
  const scene = yield* pair({
    keep: () => {
      if (losing) lost.envelopes++
      return !losing
    },
    routes: (own) => ({
      renew: (lease, registered) => unless("gateway", own.renew(lease, registered)),
      register: (lease, logs) => unless("gateway", own.register(lease, logs)),
      withdraw: (lease, logs) => unless("gateway", own.withdraw(lease, logs)),
      heads: (logs) => unless("gateway", own.heads(logs)),
      raise: (heads) => unless("worker", own.raise(heads))
    })
  })
  const { ann, world } = scene
  return {
    ...scene,
    away,
    flush: world.provide(Effect.flatMap(RoutesFlush, ({ flush }) => flush)),
    remember: world.provide(Effect.flatMap(RoutesFlush, ({ remember }) => remember)),
    post: (log: ConversationId, text: string) => world.provide(run(ann, log, say(text))),
    /** Said, and told to nobody, since its envelope is lost. */
    postLost: (log: ConversationId, text: string) =>
      Effect.gen(function* () {
        losing = true
        yield* world.provide(run(ann, log, say(text)))
        losing = false
        assert.isAbove(lost.envelopes, 0)
      }),
    /** Whom a worker would tell of a change of this log. */
    toldOf: (log: ConversationId) =>
      world.provide(
        Effect.flatMap(Routes, (routes) =>
          Effect.map(routes.raise([[log, 0]]), (to) => (to._tag === "Nodes" ? to.of.get(log) : to._tag))
        )
      ),
    here: [world.gateway.node]
  } as const
})

describe("while the routes are away", () => {
  it.scoped("a hello goes on, hears what is said, and is told of in the routes when they are back", () =>
    Effect.gen(function* () {
      const { away, bob, here, log, post, toldOf, world } = yield* stage
      away.gateway = true
      away.worker = true
      const device = yield* world.connect(bob)
      yield* device.op("live")
      yield* post(log, "a")
      yield* device.reachSeq(log, 2)
      away.gateway = false
      away.worker = false
      yield* pass(5_000)
      assert.deepStrictEqual(yield* toldOf(log), here)
      yield* post(log, "b")
      yield* device.reachSeq(log, 3)
      assert.isUndefined(device.state.closedWith)
    })
  )

  it.scoped(
    "from a gateway alone, it compares with the store, and so hears late what workers tell only those they know of",
    () =>
      Effect.gen(function* () {
        const { away, bob, here, log, post, toldOf, world } = yield* stage
        away.gateway = true
        const device = yield* world.connect(bob)
        yield* device.op("live")
        yield* post(log, "a")
        yield* rest
        assert.deepStrictEqual(device.seqs(log), [])
        yield* pass(5_000)
        yield* device.reachSeq(log, 2)
        // The lease lapses, and with it what was registered.
        yield* pass(15_000)
        assert.strictEqual(yield* toldOf(log), "Everywhere")
        away.gateway = false
        yield* pass(2_000)
        assert.deepStrictEqual(yield* toldOf(log), here)
      })
  )

  it.scoped("from a worker, what it loses is looked for in the store, since heads were not raised", () =>
    Effect.gen(function* () {
      const { ann, away, bob, log, post, postLost, world } = yield* stage
      const other = yield* world.provide(group(ann, [bob]))
      const device = yield* world.connect(bob)
      yield* device.op("live")
      yield* post(log, "a")
      yield* device.reachSeq(log, 2)
      yield* rest
      away.worker = true
      yield* postLost(log, "b")
      yield* post(other, "next")
      yield* device.reachSeq(log, 3)
    })
  )

  it.scoped("heads that a worker could not raise are raised when it can again, for gateways to compare with", () =>
    Effect.gen(function* () {
      const { ann, away, bob, log, post, world } = yield* stage
      const other = yield* world.provide(group(ann, [bob]))
      away.worker = true
      yield* post(log, "a")
      yield* post(log, "b")
      away.worker = false
      yield* post(other, "c")
      const heads = yield* world.provide(Effect.flatMap(Routes, (routes) => routes.heads([log, other])))
      assert.deepStrictEqual(heads, [3, 2])
    })
  )
})

describe("heads that a worker could not raise", () => {
  it.scoped("are raised when it can again, though nothing more is said", () =>
    Effect.gen(function* () {
      const { away, log, post, world } = yield* stage
      away.worker = true
      yield* post(log, "a")
      yield* pass(3_000)
      away.worker = false
      yield* pass(1_000)
      const heads = yield* world.provide(Effect.flatMap(Routes, (routes) => routes.heads([log])))
      assert.deepStrictEqual(heads, [2])
    })
  )
})

describe("when the routes have lost everything", () => {
  it.scoped("what is said is told to every gateway, until all are registered again", () =>
    Effect.gen(function* () {
      const { bob, flush, here, log, post, toldOf, world } = yield* stage
      const device = yield* world.connect(bob)
      yield* device.op("live")
      assert.deepStrictEqual(yield* toldOf(log), here)
      yield* flush
      yield* post(log, "a")
      yield* device.reachSeq(log, 2)
      yield* pass(4_000)
      // A gateway that has not noticed yet may live for one more lease.
      assert.strictEqual(yield* toldOf(log), "Everywhere")
      yield* pass(12_000)
      assert.deepStrictEqual(yield* toldOf(log), here)
      yield* post(log, "b")
      yield* device.reachSeq(log, 3)
    })
  )

  it.scoped("what they knew of and no gateway had heard is found in the store as soon as the loss is noticed", () =>
    Effect.gen(function* () {
      const { ann, bob, flush, log, world } = yield* stage
      const device = yield* world.connect(bob)
      yield* device.op("live")
      yield* world.provide(runUnheard(ann, log, [say("lost")]))
      yield* flush
      yield* pass(4_000)
      yield* device.reachSeq(log, 2)
    })
  )

  it.scoped("a conversation that nobody here is in stays unheard of, whatever is told to every gateway", () =>
    Effect.gen(function* () {
      const { bob, flush, log, post, world } = yield* stage
      const eve = yield* world.user("eve")
      const device = yield* world.connect(eve)
      yield* device.op("live")
      yield* flush
      yield* post(log, "not for eve")
      yield* rest
      assert.deepStrictEqual(device.seqs(log), [])
      const late = yield* world.connect(bob)
      yield* late.op("live")
      assert.strictEqual((yield* late.op("behind", (frame) => frame.conversationId === log)).head, 2)
    })
  )

  it.scoped("or came back as they were before, it is the same, though the lease still lives", () =>
    Effect.gen(function* () {
      const { ann, bob, here, log, post, remember, toldOf, world } = yield* stage
      const comeBack = yield* remember
      const device = yield* world.connect(bob)
      yield* device.op("live")
      yield* world.provide(runUnheard(ann, log, [say("lost")]))
      yield* comeBack
      assert.strictEqual(yield* toldOf(log), "Everywhere")
      yield* post(log, "a")
      yield* device.reachSeq(log, 3)
      yield* pass(16_000)
      assert.deepStrictEqual(yield* toldOf(log), here)
    })
  )
})
