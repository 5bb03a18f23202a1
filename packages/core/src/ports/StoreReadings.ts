/** Port: how the store is doing, for operators. Asked only while somebody looks, since each reading costs the store. */
import { Context, type Effect } from "effect"
import type { ConversationId } from "../domain/Ids.ts"
import type { StoreUnavailable } from "./EventStore.ts"

export interface TableReading {
  readonly name: string
  /** With its indexes. */
  readonly bytes: number
  /** Estimates of the store. */
  readonly rows: number
  readonly deadRows: number
  /** The time since its last vacuum (ms). Undefined: it had none since its statistics began. */
  readonly vacuumedMs: number | undefined
}

export interface ReplicaReading {
  /** The standby's own name for operators. */
  readonly name: string
  /** Undefined where the server's user has no right to see more than the name. */
  readonly state: string | undefined
  /** How far behind it is in time (ms) and in bytes of the write-ahead log. */
  readonly lagMs: number | undefined
  readonly lagBytes: number | undefined
}

export interface StoreReading {
  /** The store's wall clock. */
  readonly at: number
  readonly databaseBytes: number
  /** Events added since the store's statistics began. May be some seconds old. */
  readonly eventsAdded: number
  /** Clients of the database's server. Undefined: it has only this process. */
  readonly connections: number | undefined
  readonly connectionsMax: number
  /** The age of the oldest open transaction (ms). Undefined: none is open. */
  readonly oldestTransactionMs: number | undefined
  /** The share of transaction ids that may be used until the store freezes old rows by itself, from 0 to 1. */
  readonly idsUsed: number
  /** The largest ones, the largest first. */
  readonly tables: ReadonlyArray<TableReading>
  readonly replicas: ReadonlyArray<ReplicaReading>
}

export interface LargeConversation {
  readonly id: ConversationId
  readonly kind: string
  readonly events: number
}

export class StoreReadings extends Context.Tag("@hibiki/core/ports/StoreReadings")<
  StoreReadings,
  {
    /** Takes milliseconds. Fails after some seconds at most. */
    readonly read: Effect.Effect<StoreReading, StoreUnavailable>
    /**
     * The conversations with the most events, the largest first, without personal logs. Reads many rows, so ask once a
     * minute at most. Of a very large store it looks at a part alone.
     */
    readonly largest: (limit: number) => Effect.Effect<ReadonlyArray<LargeConversation>, StoreUnavailable>
  }
>() {}
