/**
 * The simulation's broker keeps the contracts of the ports while nothing is broken, whatever order its fibers run in.
 */
import { assert, describe, it } from "@effect/vitest"
import { Deliveries } from "@hibiki/core/ports/Deliveries"
import { Ingress, IngressConsumer } from "@hibiki/core/ports/Ingress"
import { Context, Effect, Exit, type Fiber, Option } from "effect"
import { deliveriesContract } from "../../src/contracts/DeliveriesContract.ts"
import { ingressContract } from "../../src/contracts/IngressContract.ts"
import { SimulatedDeliveries } from "../../src/simulation/SimulatedDeliveries.ts"
import { SimulatedIngress } from "../../src/simulation/SimulatedIngress.ts"
import { makeWorld, type World } from "../../src/simulation/World.ts"

const seeds = 20

/** Runs each case with many seeds, each in a world of its own. */
const inSimulation = <R>(services: (world: World) => Context.Context<R>) => ({
  effect: (name: string, run: () => Effect.Effect<void, unknown, R>) =>
    it(name, () => {
      for (let seed = 0; seed < seeds; seed++) {
        const world = makeWorld(seed)
        const fiber: Fiber.RuntimeFiber<void, unknown> = world.time.fork(
          Effect.provide(Effect.suspend(run), services(world))
        )
        world.time.pass(60_000)
        const exit = Option.getOrUndefined(Effect.runSync(fiber.poll))
        assert.deepStrictEqual(exit, Exit.void, `seed ${seed}`)
      }
    })
})

describe("Ingress in a simulation", () => {
  const services = (world: World) => {
    const ingress = new SimulatedIngress(world, 4)
    return Context.make(Ingress, ingress.sender).pipe(Context.add(IngressConsumer, ingress.consumer))
  }
  ingressContract({ it: inSimulation(services), assert })
})

describe("Deliveries in a simulation", () => {
  deliveriesContract({
    it: inSimulation((world) => Context.make(Deliveries, new SimulatedDeliveries(world).service)),
    assert
  })
})
