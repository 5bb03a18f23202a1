/** Rows of the outbox that were accepted before their place in the stream came: shown until it does. Plain. Bound: `aheadMax`, the oldest go first. */
import type { CommandId, ConversationId } from "../domain/Ids.ts"
import type { Feed } from "./Feed.ts"
import type { OutboxRow } from "./OutboxRow.ts"

const aheadMax = 1_000

export class AheadRows {
  readonly #rows = new Map<CommandId, { readonly seq: number; readonly row: OutboxRow }>()

  row(id: CommandId): OutboxRow | undefined {
    return this.#rows.get(id)?.row
  }

  of(conversationId: ConversationId): ReadonlyArray<OutboxRow> {
    if (this.#rows.size === 0) return []
    return [...this.#rows.values()].filter(({ row }) => row.conversationId === conversationId).map(({ row }) => row)
  }

  keep(seq: number, row: OutboxRow): void {
    this.#rows.set(row.id, { seq, row })
    if (this.#rows.size > aheadMax) for (const oldest of this.#rows.keys()) return void this.#rows.delete(oldest)
  }

  /** Lets those go whose place has come, as a row or as a change; in a gap they stay shown until it is loaded. */
  settle(feed: Feed): void {
    for (const [id, { row, seq }] of this.#rows)
      if (row.conversationId === feed.conversationId && (feed.isHeld(seq, seq) || feed.holds(id))) this.#rows.delete(id)
  }

  clear(): void {
    this.#rows.clear()
  }
}
