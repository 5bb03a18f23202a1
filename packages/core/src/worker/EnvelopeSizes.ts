/**
 * Changes cut into what one envelope may carry: a broker closes the channel on a message above its bound, and what is
 * told again would only do that again. Sizes are estimated from above, by the lengths of texts, and not at all where
 * there are few events.
 */

import type { LogChange } from "../commands/Decision.ts"
import type { LogEvent } from "../domain/Event.ts"

/** Bytes of the changes in one envelope, at most. RabbitMQ takes 16 MiB in one message. */
export const envelopeBytesMax = 4_000_000
/**
 * The answers of one batch beside them are not cut: WorkerQueue bounds a batch by what it answers, which comes to less
 * than this.
 */
export const answersBytesMax = 500_000
/** Bytes of an event besides what grows with it. */
const frameBytes = 1_000
/** JSON of one UTF-16 unit at most: a control character is told by its code. */
const unitBytes = 6
const userIdBytes = 39
/** No single event is estimated at more. */
const eventBytesMax = 32_000
const fewMax = envelopeBytesMax / eventBytesMax

/** Changes of one batch in the order given, those too large for one envelope in several that follow each other. */
export const cutChanges = (changes: ReadonlyArray<LogChange>): ReadonlyArray<LogChange> =>
  isFew(changes) ? changes : changes.flatMap((change) => (change.events.length <= fewMax ? [change] : cut(change)))

/** Changes that were cut before, in the order given, in as few groups as fit. At least one group. */
export const groupsThatFit = (changes: ReadonlyArray<LogChange>): ReadonlyArray<ReadonlyArray<LogChange>> => {
  if (isFew(changes)) return [changes]
  let group: Array<LogChange> = []
  let bytes = 0
  const groups = [group]
  for (const change of changes) {
    const more = change.events.reduce((sum, event) => sum + bytesOf(event), frameBytes)
    if (bytes + more > envelopeBytesMax && group.length > 0) {
      group = []
      bytes = 0
      groups.push(group)
    }
    group.push(change)
    bytes += more
  }
  return groups
}

const isFew = (changes: ReadonlyArray<LogChange>): boolean => {
  let count = changes.length
  for (const { events } of changes) count += events.length
  return count <= fewMax
}

/** A change that ends in the middle of what is new is one like any other: its head is that of its last event. */
const cut = (change: LogChange): ReadonlyArray<LogChange> => {
  const { events, log } = change
  const pieces: Array<LogChange> = []
  let from = 0
  let bytes = frameBytes
  events.forEach((event, i) => {
    const more = bytesOf(event)
    if (bytes + more > envelopeBytesMax) {
      pieces.push({ log, head: event.seq - 1, events: events.slice(from, i) })
      from = i
      bytes = frameBytes
    }
    bytes += more
  })
  if (pieces.length === 0) return [change]
  // Cells are few beside what had to be cut: one for each command of a batch at most.
  return [...pieces, { ...change, events: events.slice(from) }]
}

const bytesOf = (event: LogEvent): number => {
  if (event.kind === "posted" || event.kind === "edited") return frameBytes + unitBytes * event.text.length
  if (event.kind === "created") return frameBytes + userIdBytes * event.members.length
  return event.kind === "joined" ? frameBytes + userIdBytes * event.userIds.length : frameBytes
}
