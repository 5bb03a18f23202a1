/**
 * A build that is intentionally broken by wrappers over its ports, to show that the simulation would find the fault.
 */
import type { Plan } from "./Plan.ts"
import type { OverStore } from "./SharedState.ts"
import type { OverClient } from "./SimulatedDevice.ts"
import type { OverPorts } from "./SimulatedServer.ts"

export interface Sabotage {
  readonly store?: OverStore
  readonly ports?: OverPorts
  readonly client?: OverClient
  /** Makes what it breaks more frequent in a plan, where that is rare. */
  readonly plan?: (plan: Plan) => Plan
}
