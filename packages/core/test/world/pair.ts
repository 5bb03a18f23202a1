/** Two people in one group, whose log holds one event. */
import { Effect } from "effect"
import { makeWorld, type WorldOptions } from "./ChatWorld.ts"
import { group } from "./logRuns.ts"

export const pair = (options: WorldOptions = {}) =>
  Effect.gen(function* () {
    const world = yield* makeWorld(options)
    const ann = yield* world.user("ann")
    const bob = yield* world.user("bob")
    const log = yield* world.provide(group(ann, [bob]))
    return { world, ann, bob, log } as const
  })
