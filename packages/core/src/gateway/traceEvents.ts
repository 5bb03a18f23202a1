/** What a gateway records of traced messages. */
import type { LogChange } from "../commands/Decision.ts"
import type { LogEvent } from "../domain/Event.ts"
import type { CommandId, ConversationId, DeviceId, UserId } from "../domain/Ids.ts"
import type { MessageTracesApi } from "../ports/MessageTraces.ts"
import { DeviceSession } from "./device/DeviceSession.ts"
import type { Place, Recipient, Subscription } from "./fanout/Recipient.ts"

/** Events that are this much older than the latest one read with them are no news, and their messages not traced. */
const recentMs = 300_000

/** The owner of a socket. */
interface Device {
  readonly userId: UserId
  readonly deviceId: DeviceId
}

/** Records the traced events of an envelope. */
export const traceArrived = (traces: MessageTracesApi, changes: ReadonlyArray<LogChange>): void => {
  if (!traces.isOn) return
  for (const { events, log } of changes)
    for (const { id, seq } of events) if (traces.includes(id)) traces.add({ id, log, station: "arrived", seq })
}

const deviceOf = (recipient: Recipient): Device | undefined =>
  recipient instanceof DeviceSession ? recipient : undefined

/** The most devices of one message that get a record each: a large conversation has many thousand. */
const devicesMax = 100

/** Records each device here for which the fan-out queued these events in this turn. */
export const traceDelivered = (traces: MessageTracesApi, place: Place, events: ReadonlyArray<LogEvent>): void => {
  for (const { id, seq } of events) if (traces.includes(id)) traceSent(traces, place, id, seq)
}

const traceSent = (traces: MessageTracesApi, { log, members }: Place, id: CommandId, seq: number): void => {
  traces.await(log, seq, id)
  let left = devicesMax
  for (const member of members.values())
    for (let each = member.first; each !== undefined && left > 0; each = each.next) {
      const device = each.live && each.sentTo >= seq ? deviceOf(each.session) : undefined
      if (device === undefined) continue
      left--
      traces.add({ id, log, station: "sent", seq, userId: device.userId, deviceId: device.deviceId })
    }
}

/** Events that a device got by reading its log: those above `from` that were sent. */
export const traceCaughtUp = (
  traces: MessageTracesApi,
  { events, log }: { readonly log: ConversationId; readonly events: ReadonlyArray<LogEvent> },
  from: number,
  { sentTo, session }: Subscription
): void => {
  const device = deviceOf(session)
  const latest = events.at(-1)
  if (device === undefined || latest === undefined) return
  for (const { at, id, seq } of events) {
    if (seq <= from || seq > sentTo || at < latest.at - recentMs || !traces.includes(id)) continue
    traces.add({ id, log, station: "caughtUp", seq, userId: device.userId, deviceId: device.deviceId })
    traces.await(log, seq, id)
  }
}
