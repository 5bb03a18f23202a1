/** What is broken on purpose, how that shows, and what is asked of the time around it. */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import type { Presence } from "./load/Presence.ts"
import type { Stage } from "./Stage.ts"

/** What a fault may use. */
export interface Scene {
  readonly stage: Stage
  readonly presence: Presence
  /** All that are written in, the busiest first. */
  readonly conversations: readonly [busiest: ConversationId, ...others: ReadonlyArray<ConversationId>]
  /** Which of its fault's strikes this is, from 1 on. */
  readonly strike: number
  /** A worker that ends itself at the point that it is given. */
  readonly workerProgram: () => Promise<string>
  /** Below `below`, from the run's seed. */
  readonly dice: (below: number) => number
  /** How long what is away stays away: the long form's time, or the short one's. */
  readonly forMs: (long: number, short: number) => number
}

/** What came of one strike. */
export interface Bite {
  /** Counters that show that the fault was felt; a fault that leaves any of them at 0 proves nothing. */
  readonly shown: Readonly<Record<string, number>>
  /** When what was broken took work again, by the clock of histories. */
  readonly backAt?: number
  /** How long it took until presence was right (ms). */
  readonly presenceMs?: number
  /** Conversations that the fault itself stops. Their sends must be answered as busy meanwhile. */
  readonly heldBack?: ReadonlyArray<ConversationId>
  /** What was wrong and is seen by the fault alone. */
  readonly misses?: ReadonlyArray<string>
}

/** What is asked of the time around a strike, beside that no promise is broken. */
export interface Asked {
  /** The first send is accepted so soon after what was broken is back (ms). */
  readonly firstAcceptedMs?: number
  /** 99 % of the sockets that ended are live again within this time (ms). */
  readonly resumedMs?: number
  readonly presenceMs?: number
  /**
   * Every send of the time is answered so soon at the latest (ms); when nothing is said, within 30 s, or soon after all
   * is mended.
   */
  readonly settledMs?: number
  /** No socket ends. */
  readonly socketsStay?: boolean
  /** While it lasts sends are answered about as ever, in all conversations but those that are held back. */
  readonly goesOn?: boolean
}

export interface Fault {
  readonly name: string
  readonly asked: Asked
  /** Done when everything is mended. */
  readonly strike: (scene: Scene) => Promise<Bite>
}
