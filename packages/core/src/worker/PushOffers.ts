/**
 * Which logs a worker offers to whoever pushes: those in which something came for which somebody may have to be woken.
 */

import type { LogChange } from "../commands/Decision.ts"
import type { ConversationId } from "../domain/Ids.ts"
import { offerCoversMs } from "../domain/PushPolicy.ts"

/**
 * Logs of which it is remembered when they were offered; one too many, and all are forgotten: to offer again does no
 * harm.
 */
const knownMax = 100_000

export class PushOffers {
  readonly #offeredAt = new Map<ConversationId, number>()

  /**
   * Logs to offer for these changes. Each busy conversation once in a while: what comes soon after an offer is seen by
   * the looks that it brings.
   */
  due(changes: ReadonlyArray<LogChange>, nowMs: number): ReadonlyArray<ConversationId> {
    return changes.filter((change) => this.#isDue(change, nowMs)).map(({ log }) => log)
  }

  /** These were taken, by an offer that began at `sinceMs`. */
  taken(logs: ReadonlyArray<ConversationId>, sinceMs: number): void {
    if (this.#offeredAt.size + logs.length > knownMax) this.#offeredAt.clear()
    for (const log of logs) this.#offeredAt.set(log, sinceMs)
  }

  /**
   * A personal log in which its owner read something, or is a member no more, is looked at once, so each time counts:
   * what was shown is taken back. And where only the head is told, nobody knows any more what it was.
   */
  #isDue({ cells, events, log }: LogChange, nowMs: number): boolean {
    if (events.length === 0 || cells !== undefined || events.some(({ kind }) => kind === "removed")) return true
    const offeredAt = this.#offeredAt.get(log)
    return (
      events.some(({ kind }) => kind === "posted") && (offeredAt === undefined || nowMs - offeredAt >= offerCoversMs)
    )
  }
}
