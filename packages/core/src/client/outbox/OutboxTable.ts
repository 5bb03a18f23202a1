/**
 * The outbox's rows: in order by conversation, by id, and which of them changed since they were last stored or shown.
 * Plain. Bounds: `outboxBounds`; when one is reached, nothing more is taken.
 */
import type { CommandId, ConversationId } from "../../domain/Ids.ts"
import type { OutboxRow } from "./OutboxRow.ts"

export const outboxBounds = { perConversation: 1_000, inAll: 10_000 } as const

/** Why the store does not hold a row's content: not written yet, or refused. */
export type Unkept = "writing" | "refused"

export interface OutboxChanges {
  readonly put: ReadonlyArray<OutboxRow>
  readonly removed: ReadonlyArray<CommandId>
  readonly conversations: ReadonlySet<ConversationId>
}

export class OutboxTable {
  /** In order; failed rows stay in place. */
  readonly #lanes = new Map<ConversationId, Array<OutboxRow>>()
  readonly #byId = new Map<CommandId, OutboxRow>()
  #nextOrder = 1
  #put = new Map<CommandId, OutboxRow>()
  #removed = new Set<CommandId>()
  #changed = new Set<ConversationId>()
  /** Rows whose body the store does not hold. Their progress is written as well, but a restart works without it. */
  readonly #unkept = new Map<CommandId, Unkept>()
  /** Undefined: to be collected again. */
  #failed: ReadonlyMap<ConversationId, ReadonlyArray<OutboxRow>> | undefined

  /** Takes the stored rows. Rows inserted before that go behind them. */
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

  /** The conversations that have rows. */
  conversations(): Iterable<ConversationId> {
    return this.#lanes.keys()
  }

  /** The finally refused rows, for each conversation that has some. The same map until they change. */
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

  /** Adds a row at the end of its conversation and gives it its `order`. */
  insert(row: Omit<OutboxRow, "order">): OutboxRow {
    const placed = { ...row, order: this.#nextOrder++ }
    this.#add(placed)
    this.#unkept.set(placed.id, "writing")
    this.#touch(placed)
    return placed
  }

  /** Replaces the row with the same id. */
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

  /** The view of the conversation changed, though no row did. */
  showAnew(conversationId: ConversationId): void {
    this.#changed.add(conversationId)
  }

  /** The conversation's changes are shown: `takeChanges` names it again after the next change. */
  isShown(conversationId: ConversationId): void {
    this.#changed.delete(conversationId)
  }

  get isChanged(): boolean {
    return this.#put.size + this.#removed.size > 0
  }

  /** The changes since the last call, each row once in its current state. */
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

  /** The store has written these changes or refused them. Returns the conversations whose view this changes. */
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

  /** The store may hold these changes or not: they count as changes again, with the rows' current state. */
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
