/** What the system tells about its actors and about itself. */

/**
 * One row of the listing. `state`: `idle` plain data, `ready` waiting for its turn, `running` waiting for its own
 * Effect.
 */
export interface ActorInfo {
  readonly path: string
  /** The behaviour's name. */
  readonly kind: string
  /** The behaviour's own word for its state, empty when it has none. */
  readonly label: string
  /** Messages that wait. */
  readonly depth: number
  /** Messages and signals handled since the actor was spawned. */
  readonly handled: number
  readonly restarts: number
  readonly lastFailure: { readonly atMs: number; readonly message: string } | undefined
  readonly state: "idle" | "ready" | "running" | "stopping"
}

/** Which rows to list; `limit` is 100 when left out. */
export interface ActorFilter {
  readonly prefix?: string
  readonly kind?: string
  readonly state?: ActorInfo["state"]
  readonly limit?: number
}

/** Totals since the system started. They only grow. */
export interface ActorCounters {
  turns: number
  /** Messages and signals handed to a behaviour. */
  messages: number
  failures: number
  restarts: number
  spawned: number
  /** Actors that are gone. */
  stopped: number
  refused: number
  dropped: number
  coalesced: number
  /** Messages that still waited when their actor was cut. */
  discarded: number
}
