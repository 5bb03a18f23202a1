/**
 * A build that is intentionally broken by wrappers over its ports, to show that the simulation would find the fault.
 */
import type { OverStore } from "./SharedState.ts"
import type { OverClient } from "./SimulatedDevice.ts"
import type { OverPorts } from "./SimulatedServer.ts"

export interface Sabotage {
  readonly store?: OverStore
  readonly ports?: OverPorts
  readonly client?: OverClient
}
