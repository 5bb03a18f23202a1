/** What a device asks of the gateway besides commands: acknowledging, reading a range again, keeping the socket. */
import { Effect } from "effect"
import { Limits } from "../../domain/Limits.ts"
import { fullBucket, spendBoth } from "../../domain/TokenBucket.ts"
import type { ClientFrame, CursorPair } from "../../protocol/ClientFrame.ts"
import { EventRuns } from "../../protocol/EncodedFrame.ts"
import { utf8Bytes } from "../../protocol/Json.ts"
import type { BusyCode } from "../../protocol/ServerFrame.ts"
import type { GatewayPorts } from "../GatewayPorts.ts"
import type { SlicedRuns } from "../SlicedRuns.ts"
import type { DeviceSelf } from "./DeviceState.ts"
import { eventsThatFit, stepEvents } from "./DeviceSync.ts"
import { chargeBytes, readLogsRested, stepBytes } from "./readLogs.ts"

/**
 * Keeps how far the device holds its logs. A place above what this socket was sent is a lie or a fault, and ends the
 * socket where it is live.
 */
export const acknowledge = (
  ports: GatewayPorts,
  self: DeviceSelf,
  cursors: ReadonlyArray<CursorPair>,
  refuse: () => void
): Effect.Effect<void> | undefined => {
  const { session } = self.state
  const known: Array<CursorPair> = []
  for (const [log, seq] of cursors) {
    const subscription = session.subscriptions.get(log)
    // Not here any more: the membership ended while the acknowledgement was on its way.
    if (subscription === undefined) continue
    if (seq > subscription.sentTo) {
      // Begun again from a membership that was read before the user was removed: it was sent more, and its next step
      // finds out.
      if (!subscription.live) continue
      refuse()
      return undefined
    }
    known.push([log, seq])
    ports.hints.reached(self.state.ofUser.hints, "delivered", session.userId, subscription.place, seq)
  }
  return known.length === 0 ? undefined : ports.raiseCursors(session.deviceId, known)
}

/** UTF-8 bytes of one answer to a range; what is missing of it is asked for again. */
const rangeBytes = 262_144

const busyRetryMs = 1_000

/**
 * Sends events `from` to `to` again, at most Limits.catchUpMax of them, read in as many steps as their size asks for.
 * No place in the stream moves. Not begun while the reader is behind, nor when its user has asked too often.
 */
export const readRange = (
  ports: GatewayPorts,
  self: DeviceSelf,
  { conversationId: log, from, to }: Extract<ClientFrame, { op: "range" }>
): Effect.Effect<void> | undefined => {
  const { session } = self.state
  const busy = (code: BusyCode = "busy", retryAfterMs = busyRetryMs) =>
    session.send({ op: "busy", conversationId: log, code, retryAfterMs, of: "range" })
  if (session.isFull) {
    busy()
    return undefined
  }
  const waitMs = spendRange(ports, self)
  if (waitMs > 0) {
    busy("rate_limited", waitMs)
    return undefined
  }
  let [next, events, sent] = [from, 0, 0]
  let limit: number = stepEvents.first
  const mayFollow = () => next <= to && events < Limits.catchUpMax && sent <= rangeBytes
  const take = (slice: SlicedRuns | undefined): void => {
    const begin = next
    next = to + 1
    // What has begun is answered to its bound: its asker would wait for the rest in vain.
    if (session.isFull && begin === from) return busy()
    if (slice === undefined) return
    const first = slice.member ? slice.visibleFrom : to + 1
    if (first > begin) session.send({ op: "withheld", conversationId: log, from: begin, to: Math.min(to, first - 1) })
    const asked = slice.events.filter((event) => event.seq <= to)
    for (const { frame, last } of new EventRuns(log, asked)) {
      session.push(frame)
      sent += utf8Bytes(frame.text)
      // At the end of the log there is nothing more to ask for.
      next = last < slice.head ? last + 1 : to + 1
      if (sent > rangeBytes) return
    }
    events += asked.length
    if (events > 0) limit = eventsThatFit(events, sent, rangeBytes - sent)
  }
  const readSome = Effect.suspend(() => {
    const most = Math.min(limit, Limits.catchUpMax - events, to - next + 1)
    const bytes = Math.min(stepBytes, Math.max(1, rangeBytes - sent))
    return Effect.map(
      readLogsRested(ports, self, [{ log, userId: session.userId, after: next - 1, limit: most, bytes }]),
      ([slice]) => take(slice)
    )
  })
  return Effect.whileLoop({ while: mayFollow, body: () => readSome, step: () => undefined }).pipe(
    Effect.catchAll(() => Effect.sync(() => busy())),
    // Also where the socket ends before its last step.
    Effect.ensuring(Effect.sync(() => chargeBytes(ports, self, sent)))
  )
}

/**
 * Whichever of its sockets asks: by as many sockets as it likes a user reads no more often. Gives how long to wait
 * (ms).
 */
const spendRange = ({ settings }: GatewayPorts, self: DeviceSelf): number => {
  const { ofUser } = self.state
  const now = self.now()
  ofUser.rangeTokens ??= fullBucket(settings.ranges, now)
  ofUser.rangeKilobytes ??= fullBucket(settings.rangeKilobytes, now)
  return spendBoth(ofUser.rangeTokens, settings.ranges, ofUser.rangeKilobytes, settings.rangeKilobytes, 1, now)
}

/** Answers a ping, with a new resume ticket when the last one is half used up. */
export const answerPing = (ports: GatewayPorts, self: DeviceSelf): Effect.Effect<void> | undefined => {
  const { owner, session } = self.state
  const now = self.now()
  if (owner === undefined || now < session.renewAtMs) {
    session.send({ op: "pong" })
    return undefined
  }
  return ports.resumeTicket(owner, session.socket.origin).pipe(
    Effect.map(({ ticket, ttlMs }) => {
      session.renewAtMs = now + ttlMs / 2
      session.send({ op: "pong", resumeTicket: ticket, resumeTicketTtlMs: ttlMs })
    }),
    Effect.catchAll(() => Effect.sync(() => session.send({ op: "pong" })))
  )
}
