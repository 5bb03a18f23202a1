/**
 * What a worker knows of commands that the store would not take: they are answered without being run again, which would cost everybody
 * else's batch another search. Plain; times are monotonic (ms). Bounds: `most` commands, above which the oldest note goes, and `keptMs`, after which
 * the store may think otherwise, or what was parked may have been dropped: the command is found out again.
 */
import type { CommandId, ConversationId } from "../domain/Ids.ts"
import type { Submission } from "./Submission.ts"

type Commands = Submission["commands"]

const keptMs = 600_000

export class PoisonNotes {
  readonly #most: number
  /** When each was noted, the oldest first. Ids are unique within a log. */
  readonly #noted = new Map<`${ConversationId} ${CommandId}`, number>()

  constructor(most: number) {
    this.#most = most
  }

  /** Whether a submission must not be run. One that withdraws what was noted may: it is another command under the same id. */
  holdsBack({ commands }: Submission, nowMs: number): boolean {
    return this.#noted.size > 0 && commands.some((command) => command.body.kind !== "withdraw" && this.#holds(keyOf(command), nowMs))
  }

  note(commands: Commands, nowMs: number): void {
    for (const command of commands) {
      this.#noted.delete(keyOf(command))
      this.#noted.set(keyOf(command), nowMs)
    }
    for (const [oldest, at] of this.#noted) {
      if (this.#noted.size <= this.#most && nowMs - at < keptMs) return
      this.#noted.delete(oldest)
    }
  }

  forget(commands: Commands): void {
    if (this.#noted.size > 0) for (const command of commands) this.#noted.delete(keyOf(command))
  }

  #holds(key: `${ConversationId} ${CommandId}`, nowMs: number): boolean {
    const at = this.#noted.get(key)
    return at !== undefined && nowMs - at < keptMs
  }
}

const keyOf = ({ id, log }: Commands[number]) => `${log} ${id}` as const
