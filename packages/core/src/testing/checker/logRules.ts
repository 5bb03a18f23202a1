/** Rules over what was stored. */
import type { LogEvent } from "../../domain/Event.ts"
import type { CommandId } from "../../domain/Ids.ts"
import type { FinalLog } from "./History.ts"
import { type HistoryIndex, isBlanked } from "./indexHistory.ts"

export const checkLogs = (index: HistoryIndex): void => {
  for (const log of index.history.logs) {
    numbersAndIds(index, log)
    if (log.kind !== "personal") {
      targets(index, log)
      writers(index, log)
      contents(index, log)
    } else readCursors(index, log)
  }
  commits(index)
}

const numbersAndIds = ({ report }: HistoryIndex, { conversationId, events }: FinalLog): void => {
  const ids = new Set<CommandId>()
  events.forEach((event, i) => {
    if (event.seq !== i + 1) report("seq-gap", `the log ${conversationId} has ${event.seq} at place ${i + 1}`)
    if (ids.has(event.id))
      report("duplicate-stored", `the id ${event.id} stands twice in ${conversationId}, the second time at ${event.seq}`)
    ids.add(event.id)
  })
}

/** What a change refers to; undefined when it refers to nothing. */
const targetOf = (event: LogEvent): number | undefined => {
  if (event.kind === "posted") return event.replyTo
  return "target" in event ? event.target : undefined
}

const targets = ({ report }: HistoryIndex, { conversationId, events }: FinalLog): void => {
  for (const event of events) {
    const target = targetOf(event)
    if (target === undefined) continue
    if (target >= event.seq || events[target - 1]?.kind !== "posted")
      report("effect-before-target", `${event.kind} at ${event.seq} of ${conversationId} refers to ${target}`)
  }
}

/** Whoever wrote was a member at that place. What one posted before can be taken back also by one who has left. */
const writers = ({ report, stays }: HistoryIndex, { conversationId, events }: FinalLog): void => {
  const of = stays.get(conversationId)
  for (const { by, kind, seq, ...rest } of events) {
    const isMember = of?.get(by)?.some(({ from, to }) => from <= seq && seq <= to) === true
    const takesBack = kind === "deleted" && "target" in rest && events[rest.target - 1]?.by === by
    if (!isMember && !takesBack) report("not-a-member", `${kind} at ${seq} of ${conversationId} is by ${by}, who was no member there`)
  }
}

const byDevices = new Set<LogEvent["kind"]>(["posted", "edited", "deleted", "reacted", "unreacted"])

/** What devices asked for, and nothing else, is stored as it was asked for. */
const contents = (index: HistoryIndex, { conversationId, events }: FinalLog): void => {
  const { report, submitted, userOf, withdrawn } = index
  for (const event of events) {
    if (!byDevices.has(event.kind)) continue
    const asked = submitted.get(event.id)
    const where = `${event.kind} at ${event.seq} of ${conversationId}`
    if (asked === undefined) {
      const target = event.kind === "deleted" ? events[event.target - 1] : undefined
      if (target === undefined || !withdrawn.has(target.id)) report("fabricated", `${where} was asked for by nobody`)
      continue
    }
    if (userOf.get(asked.device) !== event.by || asked.conversationId !== conversationId)
      report("fabricated", `${where} is by ${event.by}, and was asked for by ${userOf.get(asked.device)} in ${asked.conversationId}`)
    const problem = differs(asked.body, event)
    if (problem !== undefined) report("corrupted", `${where}: ${problem}`)
  }
}

const kindsOfBodies = { post: "posted", edit: "edited", delete: "deleted", react: "reacted", unreact: "unreacted", withdraw: "" } as const

const differs = (
  body: Parameters<typeof contentOf>[0] & { readonly kind: keyof typeof kindsOfBodies },
  event: LogEvent
): string | undefined => {
  if (kindsOfBodies[body.kind] !== event.kind) return `it was asked for as ${body.kind}`
  const [asked, stored] = [contentOf(body), contentOf(event)]
  const texts = isBlanked(event) || (asked.text === stored.text && asked.replyTo === stored.replyTo)
  return texts && asked.emoji === stored.emoji && asked.target === stored.target
    ? undefined
    : `${JSON.stringify(stored)} instead of ${JSON.stringify(asked)}`
}

interface Content {
  readonly text?: string | undefined
  readonly emoji?: string | undefined
  readonly target?: number | undefined
  readonly replyTo?: number | undefined
}

const contentOf = ({ emoji, replyTo, target, text }: Content): Content => ({ text, emoji, target, replyTo })

/** In personal logs: a user's read cursor in a conversation only advances, as long as it stays a member. The same again takes back a mark. */
const readCursors = ({ report, stays }: HistoryIndex, { conversationId, events }: FinalLog): void => {
  const cursors = new Map<string, number>()
  for (const event of events) {
    if (event.kind !== "readAdvanced") continue
    const { conversationId: log, seq, upTo } = event
    const before = cursors.get(log) ?? -1
    if (upTo < before && !hasLeft(stays.get(log)?.get(event.by)))
      report("cursor-back", `the read cursor of ${conversationId} in ${log} goes from ${before} to ${upTo} at ${seq}`)
    cursors.set(log, upTo)
  }
}

/** Who left and came back begins anew. */
export const hasLeft = (stays: ReadonlyArray<{ readonly to: number }> | undefined): boolean =>
  stays?.some(({ to }) => to !== Number.POSITIVE_INFINITY) === true

/** Commits come in the order of their numbers, and nothing that was committed is another event later. */
const commits = ({ history, logs, report }: HistoryIndex): void => {
  const heads = new Map<string, number>()
  for (const entry of history.entries) {
    if (entry._tag !== "committed") continue
    const log = logs.get(entry.conversationId)
    for (const event of entry.events) {
      if (log?.kind !== "personal" && event.seq !== (heads.get(entry.conversationId) ?? 0) + 1)
        report("seq-gap", `${event.seq} of ${entry.conversationId} was committed after ${heads.get(entry.conversationId) ?? 0}`, entry.at)
      heads.set(entry.conversationId, event.seq)
      if (log?.events[event.seq - 1]?.id !== event.id)
        report(
          "one-message-per-seq",
          `${event.seq} of ${entry.conversationId} was committed as ${event.id} and is another at the end`,
          entry.at
        )
    }
  }
}
