/**
 * The outbox's rows: in order by conversation, by id, and which of them changed since they were last kept or shown.
 * Plain.
 * Bounds: `outboxBounds`; at them nothing more is taken.
 */
import type { CommandId, ConversationId } from "../../domain/Ids.ts"
import type { OutboxRow } from "./OutboxRow.ts"

export const outboxBounds = { perConversation: 1_000, inAll: 10_000 } as const

/** What a row holds is not in the store: not written yet, or refused by it. */
export type Unkept = "writing" | "refused"

export interface OutboxChanges {
  readonly put: ReadonlyArray<OutboxRow>
  readonly removed: ReadonlyArray<CommandId>
  readonly conversations: ReadonlySet<ConversationId>
}

export class OutboxTable {
  /** In order; failed rows stay at their place. */
  readonly #lanes = new Map<ConversationId, Array<OutboxRow>>()
  readonly #byId = new Map<CommandId, OutboxRow>()
  #nextOrder = 1
  #put = new Map<CommandId, OutboxRow>()
  #removed = new Set<CommandId>()
  #changed = new Set<ConversationId>()
  /**
   * Rows whose body the store does not hold. How far a row has come is written as well, and a restart goes without it.
   */
  readonly #unkept = new Map<CommandId, Unkept>()
  /** Undefined: to be gathered anew. */
  #failed: ReadonlyMap<ConversationId, ReadonlyArray<OutboxRow>> | undefined

  /** Takes the rows that a store kept. Rows inserted before it was done go behind them. */
  restore(kept: ReadonlyArray<OutboxRow>): void {
    const early = [...this.#lanes.values()].flat().sort(byOrder)
    const old = kept.filter((row) => !this.#byId.has(row.id)).sort(byOrder)
    this.#nextOrder = (old.at(-1)?.order ?? 0) + 1
    for (const row of old) this.#add(row)
    for (const row of early) this.replace({ ...row, order: this.#nextOrder++ })
    for (const lane of this.#lanes.values()) lane.sort(byOrder)
  }

  get size(): number {
    return this.#byId.size
  }

  row(id: CommandId): OutboxRow | undefined {
    return this.#byId.get(id)
  }

  rows(conversationId: ConversationId): ReadonlyArray<OutboxRow> {
    return this.#lanes.get(conversationId) ?? []
  }

  /** Those that have rows. */
  conversations(): Iterable<ConversationId> {
    return this.#lanes.keys()
  }

  /** Those that were finally refused, of each conversation that has some. The same map until they change. */
  get failed(): ReadonlyMap<ConversationId, ReadonlyArray<OutboxRow>> {
    if (this.#failed !== undefined) return this.#failed
    const failed = new Map<ConversationId, ReadonlyArray<OutboxRow>>()
    for (const [conversationId, lane] of this.#lanes) {
      const rows = lane.filter(isFailed)
      if (rows.length > 0) failed.set(conversationId, rows)
    }
    this.#failed = failed
    return failed
  }

  hasRoom(conversationId: ConversationId): boolean {
    return this.size < outboxBounds.inAll && this.rows(conversationId).length < outboxBounds.perConversation
  }

  /** Puts a row at the end of its conversation; its `order` is given here. */
  insert(row: Omit<OutboxRow, "order">): OutboxRow {
    const placed = { ...row, order: this.#nextOrder++ }
    this.#add(placed)
    this.#unkept.set(placed.id, "writing")
    this.#touch(placed)
    return placed
  }

  /** In place of the row of the same id. */
  replace(row: OutboxRow): void {
    const lane = this.#lanes.get(row.conversationId)
    const at = lane?.findIndex((other) => other.id === row.id) ?? -1
    const before = lane?.[at]
    if (lane === undefined || before === undefined) return
    lane[at] = row
    if (isFailed(before) || isFailed(row)) this.#failed = undefined
    if (before.body !== row.body) this.#unkept.set(row.id, "writing")
    this.#byId.set(row.id, row)
    this.#touch(row)
  }

  remove(row: OutboxRow): void {
    const left = this.rows(row.conversationId).filter((other) => other.id !== row.id)
    if (left.length > 0) this.#lanes.set(row.conversationId, left)
    else this.#lanes.delete(row.conversationId)
    this.#byId.delete(row.id)
    if (isFailed(row)) this.#failed = undefined
    this.#put.delete(row.id)
    this.#unkept.delete(row.id)
    this.#removed.add(row.id)
    this.#changed.add(row.conversationId)
  }

  /** What is shown of it changed, though no row did. */
  showAnew(conversationId: ConversationId): void {
    this.#changed.add(conversationId)
  }

  /** What changed there is shown: `takeChanges` tells of it again when more does. */
  isShown(conversationId: ConversationId): void {
    this.#changed.delete(conversationId)
  }

  get isChanged(): boolean {
    return this.#put.size + this.#removed.size > 0
  }

  /** What changed since the last call, each row once and as it is now. */
  takeChanges(): OutboxChanges {
    const changes: OutboxChanges = {
      put: [...this.#put.values()],
      removed: [...this.#removed],
      conversations: this.#changed
    }
    this.#put = new Map()
    this.#removed = new Set()
    this.#changed = new Set()
    return changes
  }

  /** Undefined: the store holds the row as it is shown. */
  unkept(id: CommandId): Unkept | undefined {
    return this.#unkept.get(id)
  }

  /** The store has taken these or refused them. Returns the conversations in which that shows. */
  wasWritten({ put }: OutboxChanges, isKept: boolean): ReadonlySet<ConversationId> {
    const shown = new Set<ConversationId>()
    for (const { body, conversationId, id } of put) {
      if (!this.#unkept.has(id)) continue
      if (!isKept) this.#unkept.set(id, "refused")
      else if (this.#byId.get(id)?.body === body) this.#unkept.delete(id)
      shown.add(conversationId)
    }
    return shown
  }

  /** The store may have these or not: they are changes again, as the rows are now. */
  putBack({ put, removed }: OutboxChanges): void {
    for (const { id } of put) {
      const row = this.#byId.get(id)
      if (row !== undefined) this.#put.set(id, row)
    }
    for (const id of removed) if (!this.#byId.has(id)) this.#removed.add(id)
  }

  #add(row: OutboxRow): void {
    this.#byId.set(row.id, row)
    if (isFailed(row)) this.#failed = undefined
    const lane = this.#lanes.get(row.conversationId)
    if (lane === undefined) this.#lanes.set(row.conversationId, [row])
    else lane.push(row)
  }

  #touch(row: OutboxRow): void {
    this.#removed.delete(row.id)
    this.#put.set(row.id, row)
    this.#changed.add(row.conversationId)
  }
}

const isFailed = ({ state }: OutboxRow): boolean => state === "failed"

const byOrder = (a: OutboxRow, b: OutboxRow): number => a.order - b.order
