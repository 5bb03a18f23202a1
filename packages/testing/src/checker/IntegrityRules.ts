/**
 * A device of its author was given each event in the logs, and the event is unchanged. Covers only events from devices.
 */
import type { CommandBody } from "@hibiki/core/commands/Command"
import type { LogEvent } from "@hibiki/core/domain/Event"
import type { Findings } from "./Findings.ts"
import type { HistoryIndex, LogIndex } from "./HistoryIndex.ts"

const deviceKinds = ["posted", "edited", "deleted", "reacted", "unreacted"] as const
type DeviceEvent = Extract<LogEvent, { kind: (typeof deviceKinds)[number] }>

export const integrity = (index: HistoryIndex, findings: Findings): void => {
  for (const log of index.logs.values())
    for (const event of log.log.events) if (isOfDevices(event)) checkOrigin(index, log, event, findings)
}

const isOfDevices = (event: LogEvent): event is DeviceEvent =>
  (deviceKinds as ReadonlyArray<string>).includes(event.kind)

const checkOrigin = (index: HistoryIndex, log: LogIndex, event: DeviceEvent, findings: Findings): void => {
  const { conversationId } = log.log
  const { by, id, kind, seq } = event
  const concern = { conversationId, ids: [id], seqs: [seq] }
  const bodies = index.asked(conversationId, id).filter((asked) => asked.by === by)
  if (bodies.some(({ body }) => isOrigin(body, event))) return
  if (kind === "deleted" && isWithdrawal(index, log, event)) return
  if (bodies.every(({ body }) => body.kind === "withdraw"))
    findings.add("fabricated", `${kind} ${id} at ${seq} of ${conversationId} was given to no device of ${by}`, concern)
  else
    findings.add(
      "corrupted",
      `${kind} ${id} at ${seq} of ${conversationId} is not what ${by} gave to a device`,
      concern
    )
}

const isOrigin = (body: CommandBody, event: DeviceEvent): boolean => {
  switch (event.kind) {
    case "posted":
      return (
        body.kind === "post" && (event.blanked === true || (body.text === event.text && body.replyTo === event.replyTo))
      )
    case "edited":
      return (
        body.kind === "edit" && body.target === event.target && (event.blanked === true || body.text === event.text)
      )
    case "deleted":
      return body.kind === "delete" && body.target === event.target
    case "reacted":
      return body.kind === "react" && body.target === event.target && body.emoji === event.emoji
    case "unreacted":
      return body.kind === "unreact" && body.target === event.target && body.emoji === event.emoji
  }
}

/** A withdrawal carries the id of the post itself; its deletion has another id, made by the store. */
const isWithdrawal = (
  index: HistoryIndex,
  log: LogIndex,
  { by, target }: Extract<LogEvent, { kind: "deleted" }>
): boolean => {
  const post = log.at(target)
  if (post === undefined) return false
  return index
    .bodies(log.log.conversationId, post.id)
    .some((asked) => asked.by === by && asked.body.kind === "withdraw")
}
