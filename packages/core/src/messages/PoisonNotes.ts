/**
 * What a worker knows of commands that the store would not take: they are answered without being run again, which would cost everybody
 * else's batch another search. Plain. Bound: `most` commands; above it the oldest note goes, and its command is found out again.
 */
import type { CommandId, ConversationId } from "../domain/Ids.ts"
import type { Submission } from "./Submission.ts"

type Commands = Submission["commands"]

export class PoisonNotes {
  readonly #most: number
  /** Ids are unique within a log. */
  readonly #noted = new Set<`${ConversationId} ${CommandId}`>()

  constructor(most: number) {
    this.#most = most
  }

  /** Whether a submission must not be run. One that withdraws what was noted may: it is another command under the same id. */
  holdsBack({ commands }: Submission): boolean {
    return this.#noted.size > 0 && commands.some((command) => command.body.kind !== "withdraw" && this.#noted.has(keyOf(command)))
  }

  note(commands: Commands): void {
    for (const command of commands) this.#noted.add(keyOf(command))
    for (const oldest of this.#noted) {
      if (this.#noted.size <= this.#most) return
      this.#noted.delete(oldest)
    }
  }

  forget(commands: Commands): void {
    if (this.#noted.size > 0) for (const command of commands) this.#noted.delete(keyOf(command))
  }
}

const keyOf = ({ id, log }: Commands[number]) => `${log} ${id}` as const
