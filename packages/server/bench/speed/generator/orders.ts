/** What the bench asks of the load generator's process. */

import type { Stretch } from "../measure/Stretch.ts"
import type { Scene } from "../Scene.ts"
import type { WireName } from "./Wire.ts"

export interface OpenOptions {
  /** Left out by those who come back. */
  readonly scene: Scene | undefined
  readonly port: number
  readonly wire: WireName
  /** The subject does not keep the order of a conversation: only that each of its numbers comes once. */
  readonly inAnyOrder: boolean
  /** Places of the devices that come. */
  readonly devices: ReadonlyArray<number>
  /** Of each; `resume`: they have been here before, and come back from where they were. */
  readonly tickets: ReadonlyArray<string> | "resume"
  /** Sockets that may be on their way in at the same time. */
  readonly atOnce: number
}

export interface Arrival {
  readonly failures: ReadonlyArray<string>
  /** Sockets that ended before they were live, by what ended them. */
  readonly ends: Readonly<Record<string, number>>
  readonly seconds: number
  /** Milliseconds from the first byte of TCP to `welcome`. */
  readonly welcomeMs: { readonly p50: number; readonly p99: number }
}

/**
 * Closed: each writer sends a frame of so many posts when all of its last one were accepted. Open: so many posts a
 * second come, each by itself, whatever became of those before.
 */
export type Load = { readonly writers: ReadonlyArray<number>; readonly textLength: number } & (
  | { readonly _tag: "Closed"; readonly postsAtOnce: number }
  | { readonly _tag: "Open"; readonly perSecond: number }
)

export interface Measured {
  readonly seconds: number
  /** Posts that were accepted, and events and acceptances that were read, in this time. */
  readonly posts: number
  readonly deliveries: number
  readonly ackMs: Percentiles
  readonly deliveryMs: Percentiles
  /** Times that a writer was asked to wait. */
  readonly busy: number
}

export interface Percentiles {
  readonly p50: number
  readonly p99: number
}

export type GeneratorOrders = {
  readonly open: { readonly told: OpenOptions; readonly answers: Arrival }
  readonly start: { readonly told: Load; readonly answers: undefined }
  /** Counts for so long, while the load goes on. */
  readonly measure: { readonly told: { readonly seconds: number }; readonly answers: Measured }
  /**
   * Of what was accepted in the last measure of an open load, and was not under way in any of these stretches: how long
   * it took.
   */
  readonly ackMsOutside: { readonly told: ReadonlyArray<Stretch>; readonly answers: Percentiles }
  /** Ends the load and waits until everything was read by everybody. Gives what must not happen, as sentences. */
  readonly settle: { readonly told: undefined; readonly answers: ReadonlyArray<string> }
  /** Each posts so often into each of these logs; answered when everything was accepted. */
  readonly say: {
    readonly told: ReadonlyArray<{
      readonly device: number
      readonly logs: ReadonlyArray<string>
      readonly posts: number
    }>
    readonly answers: undefined
  }
  /** Their sockets end, one after the other in this time. Answered when the last has ended. */
  readonly leave: {
    readonly told: { readonly devices: ReadonlyArray<number>; readonly overMs: number }
    readonly answers: undefined
  }
}
