/** What the bench asks of the process of its clients. */
import type { Crowd } from "../kit/crowd.ts"

export interface LoadOptions {
  readonly perSecond: number
  readonly seconds: number
  /** Of each text, in characters of three bytes. */
  readonly textLength: number
  /** The time, in ms from the start, in which the first reader does not read, if it is to stall. */
  readonly stall?: { readonly fromMs: number; readonly untilMs: number; readonly stalls: boolean }
}

/** In ms. */
export interface Latencies {
  readonly count: number
  readonly p50: number
  readonly p99: number
  readonly most: number
}

export interface LoadReport {
  /** From when a message was to be sent to when it was read, of all readers but the first. */
  readonly latencies: Latencies
  /** Of these, messages that were to be sent in the seconds after the stall, in which the first reader is caught up. */
  readonly afterStall: Latencies
  /** Times that a writer was asked to wait. */
  readonly busy: number
  readonly head: number
}

export type ClientOrders = {
  readonly open: {
    readonly told: Crowd & { readonly origin: string; readonly writers: number }
    readonly answers: void
  }
  /** Answered when everybody but a reader that is still stalled has read everything. */
  readonly load: { readonly told: LoadOptions; readonly answers: LoadReport }
  readonly stall: { readonly told: void; readonly answers: void }
  /** It reads on; answered when it has read everything. */
  readonly readOn: { readonly told: void; readonly answers: void }
  /** It reads on until its socket ends; answered with how. */
  readonly readToEnd: { readonly told: void; readonly answers: { readonly closeCode: number | undefined } }
  /**
   * A new socket in place of the old one, from where that ended; answered when everything is read, with the socket's
   * port.
   */
  readonly comeBack: { readonly told: void; readonly answers: { readonly port: number } }
  /** What must not happen, as sentences, and how far everybody is. */
  readonly check: {
    readonly told: void
    readonly answers: { readonly wrong: ReadonlyArray<string>; readonly cursors: ReadonlyArray<number> }
  }
}
