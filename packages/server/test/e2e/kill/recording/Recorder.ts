/** Writes down what one child process of a run does and sees, and hands it to the run in pieces. */
import type { HistoryEntry } from "@hibiki/testing/checker/History"

/** What a child tells by itself. */
export interface Piece {
  readonly op: "entries"
  readonly entries: ReadonlyArray<HistoryEntry>
}

/** An entry without its time. Distributes over the union, whose members are told apart by their tag. */
type Untimed<A> = A extends HistoryEntry ? Omit<A, "at"> : never

/**
 * Milliseconds of the machine's monotonic clock: the same for all its processes, and finer than two things that one of
 * them does.
 */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6

const flushEveryMs = 500

export class Recorder {
  #entries: Array<HistoryEntry> = []
  #socket: number

  /** Sockets are numbered from `firstSocket` on: no two processes may share a number. */
  constructor(firstSocket: number) {
    this.#socket = firstSocket
    setInterval(() => this.flush(), flushEveryMs).unref()
  }

  nextSocket(): number {
    return this.#socket++
  }

  /**
   * What was received is written down when it is here, what is sent or submitted before it goes out: then what stands
   * first in the order of times has happened first, also where two processes wrote it down.
   */
  record(entry: Untimed<HistoryEntry>, at = now()): void {
    this.#entries.push({ ...entry, at })
  }

  /** What was recorded is with the run before anything that is sent to it later. */
  flush(): void {
    if (this.#entries.length > 0) process.send?.({ op: "entries", entries: this.#entries } satisfies Piece)
    this.#entries = []
  }
}
