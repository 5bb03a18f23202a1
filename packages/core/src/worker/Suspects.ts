/**
 * Finds poison: submissions to which the store gives no answer by their own fault, as opposed to an unreachable store
 * (`Suspects`), and the ids of those that were dead-lettered (`PoisonNotes`). Pure; times are monotonic (ms).
 *
 * Rule: a submission to which the store gave no answer when it was asked with that alone is under suspicion, and the
 * others are asked for meanwhile. It counts against it if the store then stores something else before it answers
 * nothing to others either; after five times it is guilty.
 * While the store stores nothing, nothing counts, however long that is.
 */
import type { Command } from "../commands/Command.ts"
import type { CommandId, ConversationId } from "../domain/Ids.ts"
import type { Submission } from "../ports/Submission.ts"

/**
 * How often it must be so, and how long one that it was so for rests before it is tried again (ms), doubled by each
 * further time: 7 s in all. An answer may be lost by chance, also of what was stored, and a network that loses a third
 * of them loses three in a row of some.
 */
const countedMax = 5
const restMs = 1_000

interface Suspicion {
  readonly counted: number
  /** Whether it failed alone, and nobody else was heard of since. */
  readonly isOpen: boolean
  readonly dueMs: number
  readonly cause: unknown
}

export class Suspects<Key> {
  /** Those that were tried longest ago first. */
  readonly #suspicions = new Map<Key, Suspicion>()

  get size(): number {
    return this.#suspicions.size
  }

  has(key: Key): boolean {
    return this.#suspicions.has(key)
  }

  /** The store was asked with this alone, and did not answer. */
  failedAlone(key: Key, cause: unknown, nowMs: number): void {
    const counted = this.#suspicions.get(key)?.counted ?? 0
    this.#suspicions.delete(key)
    this.#suspicions.set(key, {
      counted,
      isOpen: true,
      dueMs: counted === 0 ? nowMs : nowMs + restMs * 2 ** (counted - 1),
      cause
    })
  }

  /** The store did not answer to what is under no suspicion: it may be away. */
  othersFailed(): void {
    for (const [key, suspicion] of this.#suspicions)
      if (suspicion.isOpen) this.#suspicions.set(key, { ...suspicion, isOpen: false })
  }

  /** The store has stored something. */
  othersStored(): void {
    for (const [key, suspicion] of this.#suspicions) {
      if (suspicion.isOpen) this.#suspicions.set(key, { ...suspicion, isOpen: false, counted: suspicion.counted + 1 })
    }
  }

  /** It was answered, or nobody waits for it any more. */
  clear(key: Key): void {
    this.#suspicions.delete(key)
  }

  /** Of those that may be tried again the one that was tried longest ago. */
  due(nowMs: number): Key | undefined {
    for (const [key, { dueMs }] of this.#suspicions) if (dueMs <= nowMs) return key
    return undefined
  }

  /** Until one may be tried again (ms). */
  restMs(nowMs: number): number {
    let least = Number.POSITIVE_INFINITY
    for (const { dueMs } of this.#suspicions.values()) least = Math.min(least, dueMs - nowMs)
    return Math.max(0, least)
  }

  /** Those that are not to be tried again, and what the store said last. */
  guilty(): ReadonlyArray<readonly [key: Key, cause: unknown]> {
    return [...this.#suspicions]
      .filter(([, { counted }]) => counted >= countedMax)
      .map(([key, { cause }]) => [key, cause] as const)
  }
}

type Named = Pick<Command, "id" | "log">

const keptMs = 600_000

/**
 * What a worker knows of commands that it has parked. Those that the store would not take are answered without being
 * run again, which would cost everybody else's batch another search; those that it can't read are not parked again.
 * Plain; times are monotonic (ms). Bounds: `most` commands, above which the oldest note goes, and `keptMs`, after which
 * the store may think otherwise, or what was parked may have been dropped: the command is found out again.
 */
export class PoisonNotes {
  readonly #most: number
  /** When each was noted, the oldest first. Ids are unique within a log. */
  readonly #noted = new Map<`${ConversationId} ${CommandId}`, number>()

  constructor(most: number) {
    this.#most = most
  }

  /**
   * Whether a submission must not be run. One that withdraws what was noted may: it is another command under the same
   * id.
   */
  holdsBack({ commands }: Submission, nowMs: number): boolean {
    return (
      this.#noted.size > 0 &&
      commands.some((command) => command.body.kind !== "withdraw" && this.#holds(keyOf(command), nowMs))
    )
  }

  /** Whether any of these was noted. */
  hasAny(commands: ReadonlyArray<Named>, nowMs: number): boolean {
    return this.#noted.size > 0 && commands.some((command) => this.#holds(keyOf(command), nowMs))
  }

  note(commands: ReadonlyArray<Named>, nowMs: number): void {
    for (const command of commands) {
      this.#noted.delete(keyOf(command))
      this.#noted.set(keyOf(command), nowMs)
    }
    for (const [oldest, at] of this.#noted) {
      if (this.#noted.size <= this.#most && nowMs - at < keptMs) return
      this.#noted.delete(oldest)
    }
  }

  forget(commands: ReadonlyArray<Named>): void {
    if (this.#noted.size > 0) for (const command of commands) this.#noted.delete(keyOf(command))
  }

  #holds(key: `${ConversationId} ${CommandId}`, nowMs: number): boolean {
    const at = this.#noted.get(key)
    return at !== undefined && nowMs - at < keptMs
  }
}

const keyOf = ({ id, log }: Named) => `${log} ${id}` as const
