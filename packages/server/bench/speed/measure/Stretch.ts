/** From when to when, in milliseconds as all processes of the machine count them (`epochMs`). */
export type Stretch = readonly [from: number, to: number]

/** What this process' monotonic clock says, as time since 1970. */
export const epochMs = (monotonicMs: number): number => performance.timeOrigin + monotonicMs

/** How long these are together, each counted by itself. */
export const msOf = (stretches: ReadonlyArray<Stretch>): number =>
  stretches.reduce((sum, [from, to]) => sum + to - from, 0)
