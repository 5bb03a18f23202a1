/** What was measured around one strike. */

export interface StrikeFigures {
  readonly shown: Readonly<Record<string, number>>
  /** Of which it is asked that they go on as ever. */
  readonly sends: number
  /** Of sends while nothing was broken, and of those while it was. */
  readonly calmP99Ms: number
  readonly p99Ms: number
  /** The send that took longest, and how long after the strike the last of its sends was answered. */
  readonly settledMs: number
  readonly settledAfterMs: number
  /** Sockets that ended, and how long those took that took longest to be live again. */
  readonly ended: number
  readonly resumedP99Ms: number
  readonly firstAcceptedMs: number | undefined
  readonly presenceMs: number | undefined
}
