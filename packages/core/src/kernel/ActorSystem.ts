/** The home of all actors of a process: one registry, one dispatcher, one heap of timers. */
import { Context } from "effect"
import type { ActorSystemApi } from "./Behaviour.ts"
export type { ActorSystemApi } from "./Behaviour.ts"

export class ActorSystem extends Context.Tag("@hibiki/core/kernel/ActorSystem")<ActorSystem, ActorSystemApi>() {}
