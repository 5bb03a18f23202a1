/**
 * What a history says of times: how soon sends were answered and sockets live again, around what was broken. Times are
 * the history's own (ms).
 */
import type { CommandId, ConversationId, DeviceId } from "@hibiki/core/domain/Ids"
import type { HistoryEntry } from "@hibiki/testing/checker/History"

/** A post as its own device saw it. */
export interface Send {
  readonly device: DeviceId
  readonly conversationId: ConversationId
  readonly at: number
  /** When the device knew that it is stored. */
  settledAt: number | undefined
}

/** All posts, by when they were given to their devices. */
export const sendsOf = (entries: ReadonlyArray<HistoryEntry>): ReadonlyArray<Send> => {
  const sends = new Map<string, Send>()
  const settle = (device: DeviceId, id: CommandId, at: number) => {
    const send = sends.get(`${device} ${id}`)
    if (send !== undefined) send.settledAt ??= at
  }
  for (const entry of entries) {
    if (entry._tag === "submitted" && entry.body.kind === "post")
      sends.set(`${entry.device} ${entry.id}`, {
        device: entry.device,
        conversationId: entry.conversationId,
        at: entry.at,
        settledAt: undefined
      })
    if (entry._tag !== "received") continue
    const { at, device, frame } = entry
    if (frame.op === "accepted") settle(device, frame.id, at)
    else if (frame.op === "events") for (const { id } of frame.events) settle(device, id, at)
  }
  return [...sends.values()]
}

/** A device without a socket: from the end of one until the next is live. */
export interface Absence {
  readonly device: DeviceId
  readonly from: number
  readonly to: number
}

/** Of sockets that were live. One that never came back is absent for ever. */
export const absencesOf = (entries: ReadonlyArray<HistoryEntry>): ReadonlyArray<Absence> => {
  const live = new Map<DeviceId, number>()
  const gone = new Map<DeviceId, number>()
  const absences: Array<Absence> = []
  for (const entry of entries) {
    if (entry._tag === "received" && entry.frame.op === "live") {
      const from = gone.get(entry.device)
      if (from !== undefined) absences.push({ device: entry.device, from, to: entry.at })
      gone.delete(entry.device)
      live.set(entry.device, entry.socket)
    } else if (entry._tag === "closed" && live.get(entry.device) === entry.socket) {
      gone.set(entry.device, entry.at)
    }
  }
  return [...absences, ...[...gone].map(([device, from]) => ({ device, from, to: Number.POSITIVE_INFINITY }))]
}

/** The smallest value that so large a part of all does not exceed; 0 of none. */
export const percentile = (values: ReadonlyArray<number>, part: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? 0
}

/** How soon each was answered; one that never was took for ever. */
export const latenciesOf = (sends: ReadonlyArray<Send>): ReadonlyArray<number> =>
  sends.map(({ at, settledAt }) => (settledAt ?? Number.POSITIVE_INFINITY) - at)

/** How long after `at` the next send of all was answered. */
export const firstSettledAfter = (sends: ReadonlyArray<Send>, at: number): number =>
  sends.reduce(
    (first, { settledAt }) => (settledAt !== undefined && settledAt >= at ? Math.min(first, settledAt - at) : first),
    Infinity
  )
