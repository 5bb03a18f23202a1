/**
 * Bringing a socket to where its logs are: from the cursors it stated, or from where it fell behind, read from the log
 * until what it was sent reaches what the gateway has fanned out. From that turn on it is live. The same steps serve a
 * new socket, a slow one that has drained, and a conversation that a user was added to.
 */
import { Effect } from "effect"
import type { Membership } from "../../ports/Conversations.ts"
import { EventRuns } from "../../protocol/EncodedFrame.ts"
import { utf8Bytes } from "../../protocol/Json.ts"
import { hasEnded, reachOf, withhold } from "../fanout/Fanout.ts"
import type { Subscription } from "../fanout/Recipient.ts"
import type { GatewayPorts } from "../GatewayPorts.ts"
import type { SlicedRuns } from "../SlicedRuns.ts"
import type { DeviceSelf, DeviceState } from "./DeviceState.ts"
import { chargeBytes, owedMs, readLogs } from "./readLogs.ts"

/** Logs and UTF-8 bytes of one step; frames of the client are taken between steps. */
const logsPerStep = 32
const bytesPerStep = 32_768
/** Events of one step: of the first, in which their size is not known, and within which the later ones stay. */
export const stepEvents = { first: 32, fewest: 4, most: 256 } as const
/** How many to read next into so much room, by the size of those that were read. */
export const eventsThatFit = (events: number, bytes: number, room: number): number =>
  Math.max(stepEvents.fewest, Math.min(stepEvents.most, Math.floor((events * room) / bytes)))
/** Between two steps of one socket (ms), so that one who missed much leaves most of the time to everybody else. */
const restMs = 10
/** Before a step that failed is tried again (ms). */
const retryMs = 1_000

/** Takes the socket's place in a log that it has none in yet, from the cursor that it stated. */
export const placeDevice = (ports: GatewayPorts, state: DeviceState, membership: Membership): void => {
  const { session } = state
  const { first, head, log, visibleFrom } = membership
  const place = ports.fanout.places.get(log)
  if (place === undefined || session.subscriptions.has(log)) return
  const cursor = state.cursors?.get(log)
  if (cursor === undefined) {
    if (ports.fanout.subscribe(session, place, head) !== undefined)
      session.send({ op: "behind", conversationId: log, head })
    return
  }
  const meaningless = cursor > head || cursor < first - 1
  const subscription = ports.fanout.subscribe(session, place, meaningless ? head : cursor)
  if (subscription === undefined) return
  if (meaningless) session.send({ op: "reset", conversationId: log, head })
  else skip(ports, subscription, visibleFrom, head)
}

/** Moves over what is not for this reader, or too much to send event by event. */
const skip = (ports: GatewayPorts, subscription: Subscription, visibleFrom: number, head: number): void => {
  const { place, session } = subscription
  withhold(subscription, Math.min(visibleFrom - 1, head))
  if (head - subscription.sentTo > ports.settings.catchUpMax) {
    session.send({ op: "behind", conversationId: place.log, head })
    subscription.sentTo = head
  }
}

/** One step for all logs in which the socket is not live. Comes again by a message until there are none. */
export const syncStep = (ports: GatewayPorts, self: DeviceSelf): Effect.Effect<void> | undefined => {
  const { session } = self.state
  // One chain of steps at a time: whoever asks meanwhile is served by it.
  if (
    self.state.syncing ||
    session.lagging ||
    session.closed ||
    self.state.phase === "connecting" ||
    self.state.phase === "ending"
  )
    return undefined
  const missing: Array<Missing> = []
  let events = 0
  let waiting = 0
  for (const subscription of session.subscriptions.values()) {
    if (subscription.live || ports.fanout.goLive(subscription)) continue
    waiting++
    if (missing.length >= logsPerStep || events >= self.state.stepEvents) continue
    const limit = Math.max(1, Math.min(reachOf(subscription) - subscription.sentTo, self.state.stepEvents - events))
    missing.push({ subscription, limit })
    events += limit
  }
  if (waiting === 0) {
    arrived(self)
    return undefined
  }
  const waitMs = owedMs(ports, self)
  if (waitMs > 0) {
    syncAfter(self, waitMs)
    return undefined
  }
  self.state.syncing = true
  return readSlices(ports, self, missing).pipe(
    Effect.map(() => (missing.every(({ subscription }) => subscription.live || hasEnded(subscription)) ? 0 : restMs)),
    Effect.orElseSucceed(() => retryMs),
    Effect.map((delayMs) => {
      self.state.syncing = false
      ports.fanout.flush()
      syncAfter(self, delayMs)
    })
  )
}

/**
 * In place of what was to come: two that follow each other would each bring forth another. A timer comes on top of the
 * mailbox's capacity, so no step is refused.
 */
export const syncAfter = (self: DeviceSelf, delayMs: number): void => {
  self.state.nextSync?.cancel()
  self.state.nextSync = self.after(delayMs, { _tag: "Sync" })
}

interface Missing {
  readonly subscription: Subscription
  /** Events to read. */
  readonly limit: number
}

const readSlices = (ports: GatewayPorts, self: DeviceSelf, missing: ReadonlyArray<Missing>) => {
  const { state } = self
  const { userId } = state.session
  const bytes = Math.ceil(bytesPerStep / missing.length)
  const requests = missing.map(({ limit, subscription: { place, sentTo } }) => ({
    log: place.log,
    userId,
    after: sentTo,
    limit,
    bytes
  }))
  return readLogs(ports, self, requests).pipe(
    Effect.map((slices) => {
      let [events, sent] = [0, 0]
      slices.forEach((slice, i) => {
        const subscription = missing[i]?.subscription
        if (subscription === undefined || sent >= bytesPerStep) return
        const before = subscription.sentTo
        sent += takeSlice(ports, subscription, slice)
        events += subscription.sentTo - before
      })
      // As many as will fit, by their size so far: what is read and can't be sent would have to be read again.
      if (sent === 0) return
      chargeBytes(ports, self, sent)
      state.stepEvents = eventsThatFit(events, sent, bytesPerStep)
    })
  )
}

/** Sends what was read, as far as one step may. Gives the UTF-8 bytes of it. */
const takeSlice = (ports: GatewayPorts, subscription: Subscription, slice: SlicedRuns): number => {
  const { place, session } = subscription
  if (subscription.live || session.lagging || hasEnded(subscription)) return 0
  // No member by now: the removal is on its way here, and this socket must not ask for ever until it comes.
  if (!slice.member) {
    ports.fanout.unsubscribe(subscription)
    return 0
  }
  if (subscription.sentTo > slice.head || subscription.sentTo < slice.first - 1) {
    session.send({ op: "reset", conversationId: place.log, head: slice.head })
    subscription.sentTo = slice.head
  }
  skip(ports, subscription, slice.visibleFrom, slice.head)
  const isWhole = slice.events[0]?.seq === subscription.sentTo + 1
  const { sentTo } = subscription
  const runs = isWhole
    ? slice.runs
    : new EventRuns(
        place.log,
        slice.events.filter((event) => event.seq > sentTo)
      )
  let sent = 0
  for (const { frame, last } of runs) {
    session.push(frame)
    subscription.sentTo = last
    sent += utf8Bytes(frame.text)
    if (sent > bytesPerStep) break
  }
  ports.fanout.goLive(subscription)
  return sent
}

const arrived = (self: DeviceSelf): void => {
  const { state } = self
  state.phase = "live"
  if (state.greeted) return
  state.greeted = true
  state.session.send({ op: "live" })
}
