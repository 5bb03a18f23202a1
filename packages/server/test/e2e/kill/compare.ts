/** What must hold between what was sent, what was read and what the database holds. Each violation is a sentence. */
import type { Populated, ReaderReport, SentRow, WritersReport } from "./load.ts"

export interface LogRow {
  readonly seq: number
  readonly id: string
  readonly device: string | null
  readonly kind: string
}

export const compare = (
  logs: ReadonlyMap<string, ReadonlyArray<LogRow>>,
  written: WritersReport,
  read: ReaderReport,
  conversations: Populated["conversations"]
): ReadonlyArray<string> => {
  const violations: Array<string> = []
  for (const { conversationId } of conversations) {
    const log = logs.get(conversationId) ?? []
    log.forEach((row, i) => {
      if (row.seq !== i + 1) violations.push(`the log ${conversationId} has ${row.seq} at place ${i + 1}`)
    })
    const sent = written.sent.filter((row) => row.conversationId === conversationId)
    violations.push(...compareSent(log, sent))
    const posts = log.filter((row) => row.kind === "posted").map((row) => [row.seq, row.id] as const)
    for (const [i, events] of read.logs.entries()) {
      const mine = events[conversationId]
      if (mine !== undefined && JSON.stringify(mine) !== JSON.stringify(posts))
        violations.push(
          `reader ${i} read another order or number of events in ${conversationId} than the log holds (${mine.length} of ${posts.length})`
        )
    }
    for (const [i, feed] of written.feeds.entries()) {
      const mine = feed[conversationId]
      if (mine !== undefined && JSON.stringify(mine) !== JSON.stringify(posts.slice(posts.length - mine.length)))
        violations.push(`writer ${i} shows another order of ${conversationId} than the log holds`)
    }
  }
  return violations
}

/** Everything that was sent is in the log once, and each device's posts in the order in which it wrote them. */
const compareSent = (log: ReadonlyArray<LogRow>, sent: ReadonlyArray<SentRow>): ReadonlyArray<string> => {
  const violations: Array<string> = []
  const places = new Map<string, number>()
  for (const row of log) {
    if (places.has(row.id)) violations.push(`${row.id} is stored twice`)
    places.set(row.id, row.seq)
  }
  const lastOf = new Map<string, number>()
  for (const row of sent) {
    const seq = places.get(row.id)
    if (seq === undefined) {
      violations.push(`${row.id} was accepted and is not in the log`)
      continue
    }
    if (seq < (lastOf.get(row.deviceId) ?? 0)) violations.push(`${row.id} overtook an earlier post of its device`)
    lastOf.set(row.deviceId, seq)
  }
  const known = new Set(sent.map((row) => row.id))
  for (const row of log) if (row.kind === "posted" && !known.has(row.id)) violations.push(`${row.id} is in the log and nobody wrote it`)
  return violations
}
