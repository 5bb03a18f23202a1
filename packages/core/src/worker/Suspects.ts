/**
 * Finds poison: submissions that by their own fault get no answer from the store, as opposed to an unreachable store
 * (`Suspects`), and the ids of dead-lettered submissions (`PoisonNotes`). Pure; times are monotonic (ms).
 *
 * Rule: the store gets one submission alone and does not answer: the submission is now a suspect, and the worker tries
 * others in the meantime. The failure counts against the suspect if the store stores something else before it leaves
 * others unanswered too. After five counted failures the suspect is guilty. While the store stores nothing, nothing
 * counts, however long that takes.
 */
import type { Command } from "../commands/Command.ts"
import type { CommandId, ConversationId } from "../domain/Ids.ts"
import type { Submission } from "../ports/Submission.ts"

/**
 * How many failures must count, and how long a suspect rests before its next try (ms), doubled for each further
 * failure: 7 s in all. An answer may get lost by chance, even for a stored command, and a network that loses a third of
 * its answers loses three in a row of some.
 */
const countedMax = 5
const restMs = 1_000

interface Suspicion {
  readonly counted: number
  /** Whether its last failure, alone, is not yet judged by the result of others. */
  readonly isOpen: boolean
  readonly dueMs: number
  readonly cause: unknown
}

export class Suspects<Key> {
  /** The one tried longest ago comes first. */
  readonly #suspicions = new Map<Key, Suspicion>()

  get size(): number {
    return this.#suspicions.size
  }

  has(key: Key): boolean {
    return this.#suspicions.has(key)
  }

  /** The store got this submission alone, and did not answer. */
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

  /** The store did not answer submissions that are not suspects: it may be unreachable. */
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

  /** The store answered it, or no sender waits for it any more. */
  clear(key: Key): void {
    this.#suspicions.delete(key)
  }

  /** Of the suspects that may be tried again, the one tried longest ago. */
  due(nowMs: number): Key | undefined {
    for (const [key, { dueMs }] of this.#suspicions) if (dueMs <= nowMs) return key
    return undefined
  }

  /** How long until a suspect may be tried again (ms). */
  restMs(nowMs: number): number {
    let least = Number.POSITIVE_INFINITY
    for (const { dueMs } of this.#suspicions.values()) least = Math.min(least, dueMs - nowMs)
    return Math.max(0, least)
  }

  /** The suspects that must not be tried again, each with the store's last error. */
  guilty(): ReadonlyArray<readonly [key: Key, cause: unknown]> {
    return [...this.#suspicions]
      .filter(([, { counted }]) => counted >= countedMax)
      .map(([key, { cause }]) => [key, cause] as const)
  }
}

type Named = Pick<Command, "id" | "log">

const keptMs = 600_000

/**
 * Remembers the commands that a worker has parked. The worker answers a command that the store rejected without running
 * it again, which would cost every other sender in the batch another search. It does not park an unreadable command
 * again. Plain; times are monotonic (ms). Bounds: `most` commands, beyond which the oldest note is dropped, and
 * `keptMs`, after which the store may accept the command, or an operator may have dropped the parked one: the worker
 * then tries it again.
 */
export class PoisonNotes {
  readonly #most: number
  /** When each was noted, oldest first. Ids are unique within a log. */
  readonly #noted = new Map<`${ConversationId} ${CommandId}`, number>()

  constructor(most: number) {
    this.#most = most
  }

  /**
   * Whether the worker must not run a submission. It may run one that withdraws a noted command: that is another
   * command under the same id.
   */
  holdsBack({ commands }: Submission, nowMs: number): boolean {
    return (
      this.#noted.size > 0 &&
      commands.some((command) => command.body.kind !== "withdraw" && this.#holds(keyOf(command), nowMs))
    )
  }

  /** Whether any of these is noted. */
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
