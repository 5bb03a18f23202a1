/**
 * Everything reported as stored is in the final log, at the same place and unchanged. The rule compares each commit,
 * answer, event and row with the log. Reports a difference under one of three names: the log has the id elsewhere
 * (`ack-stable`), has a different event there for everybody (`one-message-per-seq`), or lacks a promised event
 * (`acked-lost`).
 */
import type { LogEvent } from "@hibiki/core/domain/Event"
import type { CommandId, ConversationId, DeviceId, UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import type { Findings } from "./Findings.ts"
import type { ShownRow } from "./History.ts"
import type { HistoryIndex } from "./HistoryIndex.ts"
import { isSamePlain } from "./PlainEquality.ts"

interface Told {
  readonly conversationId: ConversationId
  readonly id: CommandId
  readonly seq: number
  /** Undefined: reported by the store itself. */
  readonly device: DeviceId | undefined
  readonly entry: number | undefined
  /** The author of the command, if the report names one. */
  readonly by: UserId | undefined
  /** It settles a command of the device's own user. */
  readonly isAnswer: boolean
}

export const toldAsStored = (index: HistoryIndex, findings: Findings): void => {
  const events = (
    conversationId: ConversationId,
    told: ReadonlyArray<LogEvent>,
    device: DeviceId | undefined,
    entry: number
  ) => {
    const user = device === undefined ? undefined : index.userOf.get(device)
    const log = index.logs.get(conversationId)
    for (const event of told) {
      const { by, id, seq } = event
      const stored = log?.at(seq)
      if (stored?.id !== id)
        judge(index, findings, { conversationId, id, seq, device, entry, by, isAnswer: by === user })
      else if (!isSameEvent(event, stored) && !(log?.log.history === "joined" && isWithoutText(event, stored)))
        findings.add(
          "one-message-per-seq",
          differs(conversationId, seq, id, device),
          about(conversationId, id, seq, device),
          entry
        )
    }
  }
  index.entries.forEach((entry, i) => {
    if (entry._tag === "committed") return events(entry.conversationId, entry.events, undefined, i)
    if (entry._tag !== "received") return
    const { device, frame } = entry
    if (frame.op === "events") events(frame.conversationId, frame.events, device, i)
    else if (frame.op === "accepted") {
      const { conversationId, id, seq } = frame
      judge(index, findings, {
        conversationId,
        id,
        seq,
        device,
        entry: i,
        by: index.userOf.get(device),
        isAnswer: true
      })
    }
  })
  for (const { conversationId, device, entry, rows } of index.reads)
    for (const row of rows) judgeRow(index, findings, conversationId, row, device, entry)
  for (const { conversationId, device, entry, isAsStored, list } of index.lists) {
    if (isAsStored) continue
    const twice = shownTwice(list)
    for (const shown of list)
      if (shown._tag === "row" && !twice.has(shown.row.id))
        judgeRow(index, findings, conversationId, shown.row, device, entry)
  }
  for (const { conversationId, device, fresh } of index.history.views)
    for (const row of fresh ?? []) judgeRow(index, findings, conversationId, row, device, undefined)
}

/** Ids at several places of one list, which another rule reports as duplicates. */
const shownTwice = (list: ReadonlyArray<ShownRow>): ReadonlySet<CommandId> => {
  const seen = new Set<CommandId>()
  const twice = new Set<CommandId>()
  for (const shown of list) {
    if (shown._tag === "gap") continue
    if (seen.has(shown.row.id)) twice.add(shown.row.id)
    seen.add(shown.row.id)
  }
  return twice
}

const judgeRow = (
  index: HistoryIndex,
  findings: Findings,
  conversationId: ConversationId,
  { by, id, seq }: MessageRow,
  device: DeviceId,
  entry: number | undefined
): void => {
  const stored = index.logs.get(conversationId)?.at(seq)
  if (stored?.id !== id)
    judge(index, findings, { conversationId, id, seq, device, entry, by, isAnswer: by === index.userOf.get(device) })
  else if (stored.by !== by)
    findings.add(
      "one-message-per-seq",
      differs(conversationId, seq, id, device),
      about(conversationId, id, seq, device),
      entry
    )
}

const judge = (index: HistoryIndex, findings: Findings, told: Told): void => {
  const { by, conversationId, device, entry, id, isAnswer, seq } = told
  const log = index.logs.get(conversationId)
  const stored = log?.at(seq)
  const concern = about(conversationId, id, seq, device)
  if (stored?.id === id) {
    if (isAnswer && stored.by !== by)
      findings.add(
        "acked-lost",
        `${id} at ${seq} was accepted from ${by}, and the log has it by ${stored.by}`,
        concern,
        entry
      )
    return
  }
  const elsewhere = log?.seqOf(id)
  if (elsewhere !== undefined)
    findings.add("ack-stable", `${id} was told at ${seq} and stands at ${elsewhere}`, concern, entry)
  else if (stored !== undefined && !isAnswer)
    findings.add(
      "one-message-per-seq",
      `At ${seq} of ${conversationId} ${id} was seen, and the log has ${stored.id}`,
      concern,
      entry
    )
  else
    findings.add(
      "acked-lost",
      `${id} was told as stored at ${seq} of ${conversationId}, whose log has ${stored?.id ?? "nothing"} there`,
      concern,
      entry
    )
}

const about = (conversationId: ConversationId, id: CommandId, seq: number, device: DeviceId | undefined) => ({
  conversationId,
  ids: [id],
  seqs: [seq],
  devices: device === undefined ? [] : [device]
})

const differs = (conversationId: ConversationId, seq: number, id: CommandId, device: DeviceId | undefined): string =>
  `${id} at ${seq} of ${conversationId} is not in the log as ${device ?? "it was committed"}${device === undefined ? "" : " saw it"}`

/** An edit of a message from before its reader joined. */
const isWithoutText = (told: LogEvent, stored: LogEvent): boolean =>
  told.kind === "edited" &&
  told.blanked === true &&
  stored.kind === "edited" &&
  isSamePlain(told, { ...stored, text: "", blanked: true })

/** A text that was deleted since is blank in the log, and so is its reply. */
const isSameEvent = (told: LogEvent, stored: LogEvent): boolean => {
  if (!("blanked" in stored) || stored.blanked !== true) return isSamePlain(told, stored)
  return (
    told.kind === stored.kind &&
    told.by === stored.by &&
    told.at === stored.at &&
    (told.kind !== "edited" || stored.kind !== "edited" || told.target === stored.target)
  )
}
