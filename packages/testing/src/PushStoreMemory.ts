/**
 * Pending push notifications in memory: over the logs, members and devices of the other memory stores. Uses the clock
 * under which it was made, not that of its callers. Does not treat bots differently.
 */

import { type ConversationId, type DeviceId, personalLog, type UserId } from "@hibiki/core/domain/Ids"
import {
  type Claimed,
  type LookDue,
  type Owed,
  type PushAddress,
  type PushesPending,
  type PushFacts,
  type PushRecord,
  type PushState,
  PushStore,
  type Settled,
  type Unread
} from "@hibiki/core/ports/PushStore"
import { Effect, Layer } from "effect"
import { ChatMemory } from "./ChatMemory.ts"
import { blocks, type ChatState, headOf, visibleFrom } from "./ChatState.ts"

export const PushStoreMemory = Layer.effect(
  PushStore,
  Effect.zipWith(ChatMemory, Effect.clock, ({ state }, clock) => {
    const pushes = new PushMemory(state, () => clock.unsafeCurrentTimeMillis())
    return PushStore.of({
      note: (...given) => Effect.sync(() => pushes.note(...given)),
      look: (...given) => Effect.sync(() => pushes.look(...given)),
      unread: (logs, limit) => Effect.sync(() => logs.flatMap(({ after, log }) => pushes.unread(log, after, limit))),
      owe: (...given) => Effect.sync(() => pushes.owe(...given)),
      looked: (...given) => Effect.sync(() => pushes.looked(...given)),
      claim: (...given) => Effect.sync(() => pushes.claim(...given)),
      settle: (...given) => Effect.sync(() => pushes.settle(...given)),
      setAddress: (deviceId, address) => Effect.sync(() => pushes.setAddress(deviceId, address)),
      removeAddress: (...given) => Effect.sync(() => pushes.removeAddress(...given)),
      addressOf: (deviceId) => Effect.sync(() => pushes.addresses.get(deviceId)),
      facts: (...given) => Effect.sync(() => pushes.facts(...given)),
      pending: Effect.sync(() => pushes.pending()),
      forget: (before) => Effect.sync(() => pushes.forget(before))
    })
  })
)

interface Row {
  readonly deviceId: DeviceId
  readonly log: ConversationId
  readonly userId: UserId
  readonly seq: number
  readonly reason: string
  readonly owedAt: number
  state: PushState
  dueAt: number | undefined
  tries: number
}

type Looked = Parameters<PushStore["Type"]["looked"]>[0]

class PushMemory {
  readonly #state: ChatState
  readonly #now: () => number
  readonly #looks = new Map<ConversationId, { head: number; looks: number; at: number; noted: boolean }>()
  readonly #rows = new Map<string, Row>()
  readonly addresses = new Map<DeviceId, PushAddress>()
  #records: ReadonlyArray<PushRecord & { readonly log: ConversationId; readonly userId: UserId }> = []

  constructor(state: ChatState, now: () => number) {
    this.#state = state
    this.#now = now
  }

  note(logs: ReadonlyArray<ConversationId>, firstMs: number, againMs: number): ReadonlyMap<ConversationId, number> {
    const now = this.#now()
    for (const log of logs) {
      const found = this.#looks.get(log)
      if (found === undefined) this.#looks.set(log, { head: 0, looks: 0, at: now + firstMs, noted: false })
      else Object.assign(found, { at: Math.min(found.at, now + againMs), noted: true })
    }
    return new Map(logs.map((log) => [log, (this.#looks.get(log)?.at ?? now) - now]))
  }

  look(leaseMs: number, limit: number): ReadonlyArray<LookDue> {
    const now = this.#now()
    const due = [...this.#looks].filter(([, { at }]) => at <= now).sort(([, a], [, b]) => a.at - b.at)
    return due.slice(0, limit).map(([log, look]) => {
      const { noted } = look
      Object.assign(look, { at: now + leaseMs, noted: false })
      for (const row of this.#rows.values())
        if (personalLog(row.userId) === log && row.state === "sent" && this.#isOver(row)) takeBack(row, now)
      const head = this.#head(log)
      return {
        log,
        looks: look.looks,
        head,
        isNew: noted || head > look.head,
        isPersonal: this.#state.logs.get(log)?.kind === "personal"
      }
    })
  }

  pending(): PushesPending {
    const now = this.#now()
    const late = (times: ReadonlyArray<number | undefined>) =>
      times.flatMap((at) => (at !== undefined && at <= now ? [now - at] : []))
    const looks = late([...this.#looks.values()].map(({ at }) => at))
    const pushes = late([...this.#rows.values()].map(({ dueAt }) => dueAt))
    return {
      ...{ looks: looks.length, looksLateMs: Math.max(0, ...looks) },
      ...{ pushes: pushes.length, pushesLateMs: Math.max(0, ...pushes) }
    }
  }

  unread(log: ConversationId, after: UserId | undefined, limit: number): ReadonlyArray<Unread> {
    const devices = this.#living(this.#now())
    return [...(this.#state.logs.get(log)?.members.keys() ?? [])]
      .sort()
      .filter((userId) => after === undefined || userId > after)
      .flatMap((userId) => {
        const seq = this.#newestUnread(log, userId)
        const canBeWoken = devices.some(([device, owner]) => owner === userId && !this.#isOwed(device, log, userId))
        return seq !== undefined && canBeWoken && !this.#isMuted(log, userId) ? [{ log, userId, seq }] : []
      })
      .slice(0, limit)
  }

  owe(owed: ReadonlyArray<Owed>): void {
    const now = this.#now()
    for (const { userId, ...what } of owed)
      for (const [deviceId, owner] of this.#living(now))
        if (owner === userId && !this.#isOwed(deviceId, what.log, userId))
          this.#rows.set(keyOf(deviceId, what.log), {
            ...what,
            userId,
            deviceId,
            state: "due",
            dueAt: now,
            tries: 0,
            owedAt: now
          })
  }

  looked(looked: Looked, againMs: number): void {
    const now = this.#now()
    for (const { afterMs, due, looks } of looked) {
      const at = afterMs === undefined ? undefined : now + afterMs
      const noted = this.#looks.get(due.log)?.noted === true
      const isDueAgain = noted || this.#head(due.log) > due.head
      const soon = now + againMs
      if (at === undefined && !isDueAgain) this.#looks.delete(due.log)
      else
        this.#looks.set(due.log, {
          head: due.head,
          looks,
          at: isDueAgain ? Math.min(at ?? soon, soon) : (at ?? soon),
          noted
        })
    }
  }

  claim(leaseMs: number, limit: number): ReadonlyArray<Claimed> {
    const now = this.#now()
    const due = [...this.#rows.values()].filter(({ dueAt }) => dueAt !== undefined && dueAt <= now)
    return due
      .sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0))
      .slice(0, limit)
      .map((row) => {
        row.dueAt = now + leaseMs
        row.tries++
        const { deviceId, log, reason, seq, state, tries, userId } = row
        return {
          ...{ log, userId, deviceId, seq, reason, state: state === "cancel" ? "cancel" : "due", tries },
          isSignedIn: this.#living(now).some(([id]) => id === deviceId),
          isMember: this.#state.logs.get(log)?.members.has(userId) === true,
          isRead: this.#readUpTo(log, userId) >= seq,
          isMuted: this.#isMuted(log, userId),
          isBlocked: this.#isBlocked(log, userId, seq)
        }
      })
  }

  settle(settled: ReadonlyArray<Settled>): void {
    const now = this.#now()
    for (const { afterMs, claimed, outcome } of settled) {
      const { deviceId, log, seq, state, tries, userId } = claimed
      if (outcome !== "again")
        this.#records = [{ log, userId, deviceId, at: now, seq, what: outcome }, ...this.#records]
      const row = this.#rows.get(keyOf(deviceId, log))
      if (row?.state !== state || row.tries !== tries) continue
      if (outcome === "again") row.dueAt = now + afterMs
      else if (outcome === "sent" && this.#isOver(row)) takeBack(row, now)
      else if (outcome === "sent" || outcome === "unreachable")
        Object.assign(row, { state: "sent", dueAt: undefined, tries: 0 })
      else this.#rows.delete(keyOf(deviceId, log))
    }
  }

  setAddress(deviceId: DeviceId, address: PushAddress): void {
    for (const [other, { endpoint }] of this.addresses) if (endpoint === address.endpoint) this.addresses.delete(other)
    this.addresses.set(deviceId, address)
  }

  removeAddress(deviceId: DeviceId, endpoint?: string): void {
    if (endpoint === undefined || this.addresses.get(deviceId)?.endpoint === endpoint) this.addresses.delete(deviceId)
  }

  facts(log: ConversationId, userId: UserId): PushFacts {
    const isOf = (one: { readonly log: ConversationId; readonly userId: UserId }) =>
      one.log === log && one.userId === userId
    return {
      isMember: this.#state.logs.get(log)?.members.has(userId) === true,
      isMuted: this.#isMuted(log, userId),
      readUpTo: this.#readUpTo(log, userId),
      head: this.#head(log),
      lookAt: this.#looks.get(log)?.at,
      owed: [...this.#rows.values()]
        .filter(isOf)
        .map(({ deviceId, dueAt, owedAt, seq, state, tries }) => ({ deviceId, state, seq, owedAt, dueAt, tries })),
      records: this.#records.filter(isOf).map(({ at, deviceId, seq, what }) => ({ deviceId, at, seq, what }))
    }
  }

  forget(before: number): void {
    for (const [key, { owedAt, state }] of this.#rows) if (state === "sent" && owedAt < before) this.#rows.delete(key)
    this.#records = this.#records.filter(({ at }) => at >= before)
    for (const device of this.addresses.keys())
      if (this.#state.devices.get(device)?.revokedAt !== undefined) this.addresses.delete(device)
  }

  #head(log: ConversationId): number {
    const found = this.#state.logs.get(log)
    return found === undefined ? 0 : headOf(found)
  }

  #readUpTo(log: ConversationId, userId: UserId): number {
    return this.#state.logs.get(log)?.members.get(userId)?.readUpTo ?? 0
  }

  #isMuted(log: ConversationId, userId: UserId): boolean {
    return this.#state.logs.get(log)?.members.get(userId)?.flags.has("muted") === true
  }

  /** Whether the user blocks the author. */
  #isBlocked(log: ConversationId, userId: UserId, seq: number): boolean {
    const row = this.#state.logs.get(log)?.rows.get(seq)?.row
    return row !== undefined && blocks(this.#state, userId, row.by)
  }

  /** Devices that are signed in, with their users. */
  #living(now: number): ReadonlyArray<readonly [DeviceId, UserId]> {
    return [...this.#state.devices].flatMap(([device, { expiresAt, revokedAt, userId }]) =>
      revokedAt === undefined && (expiresAt === undefined || expiresAt > now) ? [[device, userId] as const] : []
    )
  }

  /** Whether it needs no further look: the person has read it, or is no longer a member. */
  #isOver({ log, seq, userId }: Row): boolean {
    const member = this.#state.logs.get(log)?.members.get(userId)
    return member === undefined || member.readUpTo >= seq
  }

  /** Whether one is due, or was sent and not read since. */
  #isOwed(device: DeviceId, log: ConversationId, userId: UserId): boolean {
    const row = this.#rows.get(keyOf(device, log))
    return row !== undefined && (row.state === "due" || row.seq > this.#readUpTo(log, userId))
  }

  /** The member's newest unread message by somebody whom they do not block. */
  #newestUnread(log: ConversationId, userId: UserId): number | undefined {
    const found = this.#state.logs.get(log)
    const from = found && visibleFrom(found, userId)
    if (found === undefined || from === undefined || found.kind === "personal") return undefined
    const above = Math.max(this.#readUpTo(log, userId), from - 1)
    let newest: number | undefined
    for (const { row } of found.rows.values())
      if (row.seq > (newest ?? above) && row.kind === "posted" && row.deleted === undefined && row.by !== userId)
        newest = blocks(this.#state, userId, row.by) ? newest : row.seq
    return newest
  }
}

const keyOf = (device: DeviceId, log: ConversationId): string => `${device} ${log}`

const takeBack = (row: Row, now: number): void => void Object.assign(row, { state: "cancel", dueAt: now, tries: 0 })
