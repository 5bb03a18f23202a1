/**
 * A build that is broken on purpose by what stands over its ports, so that the simulation shows that it would be found.
 */
import type { OverStore } from "./SharedState.ts"
import type { OverClient } from "./SimulatedDevice.ts"
import type { OverPorts } from "./SimulatedServer.ts"

export interface Sabotage {
  readonly store?: OverStore
  readonly ports?: OverPorts
  readonly client?: OverClient
}
