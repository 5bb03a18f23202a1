/** A log as a server keeps it, and the plain fold that clients must agree with. */
import { FastCheck } from "effect"
import type { HistoryPage } from "../../src/domain/Conversation.ts"
import type { LogEvent } from "../../src/domain/Event.ts"
import { CommandId, UserId } from "../../src/domain/Ids.ts"
import type { MessageRow } from "../../src/domain/MessageRow.ts"
import { applyChange, rowOf } from "../../src/domain/RowRules.ts"

const uuid = (n: number) => `0190b0c0-1111-7abc-8def-${n.toString(16).padStart(12, "0")}`
export const users = [UserId.make(uuid(0xa1)), UserId.make(uuid(0xa2)), UserId.make(uuid(0xa3))] as const
export const me = users[0]

export interface Draft {
  readonly kind: number
  readonly by: number
  readonly target: number
  readonly emoji: number
}
export const drafts = FastCheck.array(
  FastCheck.record({
    kind: FastCheck.nat(10),
    by: FastCheck.nat(2),
    target: FastCheck.nat(1_000),
    emoji: FastCheck.nat(2)
  }),
  {
    minLength: 1,
    maxLength: 80,
    size: "max"
  }
)

export class ModelLog {
  readonly events: Array<LogEvent> = []
  /** `states[n]`: rows after the first n events. */
  readonly states: Array<ReadonlyMap<number, MessageRow>> = [new Map()]

  constructor(all: ReadonlyArray<Draft>) {
    for (const draft of all) this.#push(draft)
  }

  get head(): number {
    return this.events.length
  }

  at(head: number): ReadonlyMap<number, MessageRow> {
    return this.states[head] ?? new Map()
  }

  page(
    head: number,
    visibleFrom: number,
    limit: number,
    place: { readonly before?: number; readonly after?: number; readonly around?: number }
  ): HistoryPage {
    const rows = [...this.at(head).values()].filter((row) => row.seq >= visibleFrom).sort((a, b) => a.seq - b.seq)
    const before = place.before ?? Number.POSITIVE_INFINITY
    let taken = rows.filter((row) => row.seq < before && row.seq > (place.after ?? 0))
    if (place.after !== undefined) taken = taken.slice(0, limit)
    else if (place.around === undefined) taken = taken.slice(-limit)
    else {
      const around = place.around
      const half = Math.floor(limit / 2)
      const at = rows.findIndex((row) => row.seq >= around)
      taken = at === -1 ? rows.slice(-half) : rows.slice(Math.max(0, at - half), at + half)
    }
    const [first, last] = [taken[0]?.seq ?? before, taken.at(-1)?.seq ?? place.after ?? 0]
    return {
      rows: taken,
      asOf: head,
      moreBefore: rows.some((row) => row.seq < first),
      moreAfter: rows.some((row) => row.seq > last)
    }
  }

  /** `most`: rows that it brings. */
  changedSince(head: number, visibleFrom: number, asOf: number, from: number, to: number, most: number): HistoryPage {
    const rows = [...this.at(head).values()].filter(
      (row) => row.seq >= visibleFrom && row.seq >= from && row.seq <= to && row.rev > asOf
    )
    return { rows: rows.slice(0, most), asOf: head, moreBefore: false, moreAfter: rows.length > most }
  }

  #push({ by, emoji, kind, target }: Draft): void {
    const seq = this.events.length + 1
    const rows = this.at(seq - 1)
    const posted = [...rows.values()].filter((row) => row.kind === "posted" && row.deleted === undefined)
    const old = posted[target % Math.max(1, posted.length)]
    const user = users[by] ?? me
    const base = { seq, id: CommandId.make(uuid(0x10_000 + seq)), by: user, at: 1_000 + seq }
    const sign = ["👍", "🎉", "a"][emoji] ?? "a"
    const mine = this.events
      .filter((e) => "target" in e && e.target === old?.seq && "emoji" in e && e.emoji === sign && e.by === user)
      .at(-1)
    const text = `${emoji === 0 ? "@me " : ""}t${seq}`
    let event: LogEvent = { ...base, kind: "posted", text }
    if (old !== undefined && kind >= 5) {
      if (kind === 5) event = { ...base, by: old.by, kind: "edited", target: old.seq, text }
      else if (kind === 6) event = { ...base, kind: "deleted", target: old.seq }
      else if (kind <= 8)
        event =
          mine?.kind === "reacted"
            ? { ...base, kind: "unreacted", target: old.seq, emoji: sign }
            : { ...base, kind: "reacted", target: old.seq, emoji: sign }
      else if (kind === 9) event = { ...base, kind: old.pinned === true ? "unpinned" : "pinned", target: old.seq }
      else event = { ...base, kind: "renamed", title: `n${seq}` }
    }
    this.events.push(event)
    const next = new Map(rows)
    const row = rowOf(event)
    if (row !== undefined) next.set(seq, row)
    if ("target" in event) {
      const changed = next.get(event.target)
      if (changed !== undefined) next.set(event.target, applyChange(changed, event, me))
    }
    this.states.push(next)
  }
}
