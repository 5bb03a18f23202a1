/**
 * Decides a batch on the facts that were loaded for it: earlier decisions, rights, numbers. It goes command by command;
 * each sees the results of the earlier ones. The same for every store. Pure, except that it records the decisions in
 * the overlay.
 */

import type { LogEvent } from "../domain/Event.ts"
import { personalLog, personalOwner, type UserId } from "../domain/Ids.ts"
import type { RefusalCode } from "../domain/Refusal.ts"
import type { BatchOverlay } from "./BatchOverlay.ts"
import { type AnyCommandKind, type Command, everyKind, kindOf, usersTouched } from "./Command.ts"
import type { Change, Content, Effects, Facts, Verdict } from "./CommandKind.ts"
import type { Decision, LogChange } from "./Decision.ts"
import type { LogOverlay, LogWrites, StoredEvent } from "./LogOverlay.ts"

export interface DecidedBatch {
  /** One per command, in the order given. */
  readonly decisions: ReadonlyArray<Decision>
  /** Every log that a stored or repeated command changed, each once, by id. */
  readonly changes: ReadonlyArray<LogChange>
  /** By the id of the log. */
  readonly writes: ReadonlyArray<LogWrites>
}

export const decideBatch = (batch: BatchOverlay, commands: ReadonlyArray<Command>): DecidedBatch => {
  const decisions = commands.map((command) => decide(batch, command))
  const logs = [...batch.logs].sort((a, b) => (a.id < b.id ? -1 : 1))
  return {
    decisions,
    changes: logs.flatMap((log) => changeOf(batch, log)),
    writes: logs.flatMap(({ writes }) => writes ?? [])
  }
}

/**
 * Includes the cells as the whole batch left them, which is their state at the head. A membership that ended later in
 * the batch took its cell along.
 */
const changeOf = (batch: BatchOverlay, { cellsTold, id, told }: LogOverlay): ReadonlyArray<LogChange> => {
  if (told === undefined) return []
  const cells = cellsTold.flatMap((of) => batch.log(of).cellOf(personalOwner(id), told.head) ?? [])
  return [cells.length === 0 ? told : { ...told, cells }]
}

const decide = (batch: BatchOverlay, command: Command): Decision => {
  const kind = kindOf(command.body)
  const touched = usersTouched(command)
  if (batch.isDeferred(command.log) || touched.some((userId) => batch.isDeferred(personalLog(userId)))) {
    // Later commands of the log wait behind this one.
    batch.defer(command.log)
    return { _tag: "SetAside" }
  }
  if (kind.judgesUsers !== true && touched.some((userId) => !batch.isUser(userId))) return refused("not_found")
  const facts = { batch, log: batch.log(command.log) }
  if (facts.log.row === undefined && kind.creates !== true) return refused("not_found")
  const decision =
    decidedBefore(facts, command, kind) ?? carryOut(facts, command, kind, verdictOf(facts, command, kind))
  if (decision._tag === "Repeated") retell(facts, touched)
  return decision
}

/**
 * Answers a command whose id was already decided: a stored command with its first place, whatever the rights are now; a
 * refused one with its refusal.
 */
const decidedBefore = ({ batch, log }: Facts, command: Command, kind: AnyCommandKind): Decision | undefined => {
  if (kind.looksBack === true) return undefined
  if (kind.isIdempotent === true) return ofOtherEpoch(batch, log, command, kind)
  const { by, id } = command
  const stored = log.storedUnder(id)
  if (stored !== undefined) {
    if (!isSame(stored, command, kind)) return refused("conflict")
    return { _tag: "Repeated", seq: stored.event.seq, at: stored.event.at }
  }
  if (kind.creates === true) return undefined
  const before = log.decidedUnder(id, by)
  if (before !== undefined) return refused(before.by === by ? before.code : "conflict")
  return ofOtherEpoch(batch, log, command, kind)
}

const ofOtherEpoch = (
  batch: BatchOverlay,
  log: LogOverlay,
  { body, by, epoch }: Command,
  kind: AnyCommandKind
): Decision | undefined => {
  if (epoch === batch.epoch || kind.namesSeq?.(body) !== true) return undefined
  return refused(log.isKnownTo(by) ? "epoch_changed" : "not_found")
}

const verdictOf = (facts: Facts, command: Command, kind: AnyCommandKind): Verdict =>
  (kind.creates === true ? undefined : refusalOf(facts, command, kind)) ?? kind.decide(facts, command)

/**
 * Checks the rights that follow from the kind alone. If the sender may not know of the conversation, absent and
 * forbidden look the same.
 */
const refusalOf = ({ batch, log }: Facts, command: Command, kind: AnyCommandKind): RefusalCode | undefined => {
  const { by } = command
  const isOwnLog = log.id === personalLog(by)
  if (kind.log === "personal") {
    const asked = kind.needs?.(command).ownIn
    return isOwnLog && (asked === undefined || batch.log(asked).member(by) !== undefined) ? undefined : "not_found"
  }
  const { kind: logKind } = log.existing
  if (logKind === "personal") return isOwnLog ? "unsupported" : "not_found"
  if (kind.relation === "signedIn") return undefined
  const member = log.member(by)
  if (member === undefined) return "not_found"
  if (kind.addsContent === true && log.isBlocked) return "forbidden"
  if (!kind.possibleIn.includes(logKind)) return "unsupported"
  if (log.existing.closed !== undefined && (kind.addsContent === true || kind.needsOpen === true)) return "closed"
  if (kind.relation === "conversationOwner" && member.role !== "owner") return "forbidden"
  return kind.relation === "conversationAdmin" && member.role === "member" ? "forbidden" : undefined
}

const carryOut = (facts: Facts, command: Command, kind: AnyCommandKind, verdict: Verdict): Decision => {
  const { batch, log } = facts
  const { by, id } = command
  if (typeof verdict === "string") {
    if (kind.isIdempotent !== true && kind.looksBack !== true && kind.creates !== true)
      log.remember(id, { by, code: verdict })
    return refused(verdict)
  }
  if ("repeats" in verdict) return { _tag: "Repeated", ...verdict.repeats }
  if ("refuses" in verdict) {
    if (verdict.event !== undefined) store(facts, verdict.event, { id: batch.freshId(), by }, null, false)
    if (verdict.remembers === true) log.remember(id, { by, code: verdict.refuses })
    if (verdict.retells === true) log.retell()
    if (verdict.retellsCursor !== undefined) log.tellCell(verdict.retellsCursor)
    return refused(verdict.refuses, verdict.retryAfterMs)
  }
  return storeChange(facts, command, verdict)
}

const storeChange = (facts: Facts, command: Command, { creates, cursor, event, members, tells }: Change): Decision => {
  const { batch, log } = facts
  const { body, by, device, id } = command
  if (creates !== undefined) log.create(creates)
  for (const userId of members ?? []) log.enter(userId, { role: "member", joinedSeq: 0 }, 0)
  if (cursor !== undefined) {
    batch.log(cursor.of).setCursor(by, cursor.is)
    log.tellCell(cursor.of)
  }
  const placed =
    event === undefined
      ? { seq: 0, at: batch.now }
      : store(facts, event, { id, by }, device, tellsAll(event, body) ? undefined : body)
  for (const userId of tells?.users ?? []) {
    const personal = { batch, log: batch.log(personalLog(userId)) }
    store(
      personal,
      { kind: tells?.kind ?? "added", conversationId: log.id },
      { id: batch.freshId(), by },
      null,
      undefined
    )
  }
  return { _tag: "Appended", seq: placed.seq, at: placed.at }
}

const store = (
  facts: Facts,
  event: object,
  { by, id }: Pick<Command, "by" | "id">,
  device: Command["device"],
  asked: StoredEvent["asked"]
): LogEvent => {
  const stored = facts.log.append(event, { by, id, now: facts.batch.now }, device, asked)
  const effect = effects[stored.kind] as ((facts: Facts, event: LogEvent) => void) | undefined
  effect?.(facts, stored)
  return stored
}

/** The effects of each kind of event. Events of account data and of personal logs alone have none here. */
const effects: Effects = Object.assign({}, ...everyKind().map((kind) => kind.effects ?? {}))

/** Publishes the heads of a repeat again: the first publication may have been lost. */
const retell = ({ batch, log }: Facts, touched: ReadonlyArray<UserId>): void => {
  log.retell()
  for (const userId of touched) batch.log(personalLog(userId)).retell()
}

const isSame = ({ asked, event }: StoredEvent, { body, by }: Command, { causes }: AnyCommandKind): boolean => {
  if (event.by !== by || asked === false) return false
  if ("blanked" in event && event.blanked === true) return true
  if (asked !== undefined) return sameFields(asked, body)
  if (!causes.includes(event.kind)) return false
  if (tellsAll(event, body)) return true
  // After a restore, the sender of a reply may submit it again without the seq it replied to: it is the same message.
  return event.kind === "posted" && body.kind === "post" && body.replyTo === undefined && event.text === body.text
}

const ofEvery: ReadonlySet<string> = new Set(["seq", "id", "by", "at", "kind"])
const nothing: ReadonlySet<string> = new Set()

/** Whether the event has exactly the fields of the body. If so, the body need not be stored beside it. */
const tellsAll = (event: Content | LogEvent, body: Command["body"]): boolean => sameFields(event, body, ofEvery)

/**
 * Compares as JSON, whatever the order of fields. A field without a value counts as absent. It allocates nothing,
 * because each post goes through it.
 */
const sameFields = (a: object, b: object, but = nothing): boolean => {
  const [given, other] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>]
  for (const name in given) if (!but.has(name) && !sameValue(given[name], other[name])) return false
  for (const name in other) if (!but.has(name) && other[name] !== undefined && given[name] === undefined) return false
  return true
}

const sameValue = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  return sameFields(a, b)
}

const refused = (code: RefusalCode, retryAfterMs?: number): Decision =>
  retryAfterMs === undefined ? { _tag: "Refused", code } : { _tag: "Refused", code, retryAfterMs }
