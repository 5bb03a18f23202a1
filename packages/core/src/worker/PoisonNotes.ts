/**
 * What a worker knows of commands that it has parked. Those that the store would not take are answered without being
 * run again, which would cost everybody else's batch another search; those that it can't read are not parked again.
 * Plain; times are monotonic (ms). Bounds: `most` commands, above which the oldest note goes, and `keptMs`, after which
 * the store may think otherwise, or what was parked may have been dropped: the command is found out again.
 */
import type { Command } from "../commands/Command.ts"
import type { CommandId, ConversationId } from "../domain/Ids.ts"
import type { Submission } from "../ports/Submission.ts"

type Named = Pick<Command, "id" | "log">

const keptMs = 600_000

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
