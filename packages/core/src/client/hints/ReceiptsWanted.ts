/** Direct conversations whose marks are to be read: opened, or come back to, since they last were. */
import type { ConversationId } from "../../domain/Ids.ts"
import type { ClientLogs } from "../loop/ClientLogs.ts"

export class ReceiptsWanted {
  readonly #logs: ClientLogs
  readonly #wanted = new Set<ConversationId>()

  constructor(logs: ClientLogs) {
    this.#logs = logs
  }

  want(conversationId: ConversationId): void {
    this.#wanted.add(conversationId)
  }

  /** Those of them that are not waiting for the list. */
  known(): ReadonlyArray<ConversationId> {
    return [...this.#wanted].filter((id) => this.#logs.personal?.conversation(id) !== undefined)
  }

  /** Those that are open, and to be read now; what the list does not know yet waits. */
  take(mayTake: (conversationId: ConversationId) => boolean): ReadonlyArray<ConversationId> {
    const taken: Array<ConversationId> = []
    for (const id of this.#wanted) {
      const line = this.#logs.personal?.conversation(id)?.summary
      if (this.#logs.opened.has(id) && (line === undefined || (line.kind === "direct" && !mayTake(id)))) continue
      this.#wanted.delete(id)
      if (line?.kind === "direct") taken.push(id)
    }
    return taken
  }
}
