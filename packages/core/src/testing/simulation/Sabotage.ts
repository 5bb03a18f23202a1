/** Builds that are broken on purpose, each by what stands over a port, so that the checker and the simulation show that they would find it. */

import type { OverStore } from "./SharedState.ts"
import type { OverClient } from "./SimulatedDevice.ts"
import type { OverPorts } from "./SimulatedServer.ts"

export interface Sabotage {
  readonly store?: OverStore
  readonly ports?: OverPorts
  readonly client?: OverClient
}
