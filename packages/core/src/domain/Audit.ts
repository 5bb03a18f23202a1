/** The audit log: the acts of administrators as a chain of numbered entries. It holds ids, and no names or texts. */
import { Schema } from "effect"
import { EventSeq, Millis } from "./Ids.ts"
import { orNewer } from "./orNewer.ts"

/** Every act that an entry can name. A new act is a new line. */
export const auditActs = [
  "user.devices",
  "user.disable",
  "user.enable",
  "user.promote",
  "user.demote",
  "user.resetPassword",
  "user.resetLink",
  "user.signOutDevice",
  "user.follow",
  "user.reveal",
  "invite.create",
  "invite.end",
  "token.create",
  "conversation.members",
  "conversation.giveOwner",
  "conversation.close",
  "conversation.reopen",
  "conversation.ban",
  "conversation.unban",
  "message.remove",
  "message.trace",
  "report.look",
  "report.close",
  "node.drain",
  "actor.stop",
  "socket.disconnect",
  "deadLetter.replay",
  "deadLetter.drop",
  "store.seed",
  "store.backup",
  "store.export",
  "store.import",
  "store.restored",
  "audit.export",
  "audit.seal"
] as const
export const AuditAct = Schema.Literal(...auditActs)
export type AuditAct = typeof AuditAct.Type

/** What an entry is about: ids, and numbers as text. */
export const auditTargetKinds = [
  "user",
  "device",
  "conversation",
  "message",
  "invite",
  "node",
  "actor",
  "socket",
  "letter",
  "report",
  /** Why an administrator looked: a word of `traceReasons`. */
  "reason",
  /** How many accounts, people or dead letters the act was for. */
  "count",
  /** Of a seal: the number of the last entry that it covers, and their digest. */
  "sealed",
  "digest"
] as const
export type AuditTargets = { readonly [K in (typeof auditTargetKinds)[number]]?: string }

/** `begun`: the act follows, and a second entry refers to this one. Any other word is the code of a refusal. */
export const auditOutcomes = { begun: "begun", done: "done", failed: "failed" } as const

export const AuditTargetsListed = Schema.Record({ key: Schema.String, value: Schema.String })

export const AuditEntry = Schema.Struct({
  /** 1, 2, 3 and so on, without gaps. */
  seq: EventSeq,
  at: Millis,
  /** A user id, "command line" or "system". */
  actor: Schema.String,
  act: orNewer(AuditAct),
  targets: AuditTargetsListed,
  /** "begun", "done", "failed", or the code of a refusal. After "failed" nobody knows what took effect. */
  outcome: Schema.String,
  /** The actor's network or address, as far as the server's settings allow it. Empty: none. */
  origin: Schema.String,
  /** Of a second entry: the number of the first, whose outcome is "begun". */
  begun: Schema.optional(EventSeq),
  /** Covers this entry and the mac of the one before. */
  mac: Schema.String
})
export type AuditEntry = typeof AuditEntry.Type

const csvColumns = ["seq", "at", "actor", "act", "targets", "outcome", "origin", "begun", "mac"] as const

/** The first line of an exported log. */
export const auditCsvHead = `${csvColumns.join(",")}\n`

/** Returns the entry as a line of CSV. No cell can be a formula to a program for tables. */
export const auditCsvLine = (entry: AuditEntry): string => {
  const targets = Object.entries(entry.targets).map(([kind, id]) => `${kind}:${id}`)
  const cells = { ...entry, at: new Date(entry.at).toISOString(), targets: targets.sort().join(" ") }
  return `${csvColumns.map((column) => csvCell(String(cells[column] ?? ""))).join(",")}\n`
}

/** Returns a cell that a program for tables shows as text: a quote stands before what could begin a formula. */
export const csvCell = (text: string): string => {
  const inert = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}

/** Returns the text that a mac covers, besides the predecessor's mac. */
export const auditText = ({ act, actor, at, begun, origin, outcome, seq, targets }: Omit<AuditEntry, "mac">): string =>
  JSON.stringify([
    seq,
    at,
    actor,
    act,
    Object.entries(targets).sort(([a], [b]) => (a < b ? -1 : 1)),
    outcome,
    origin,
    begun ?? 0
  ])
