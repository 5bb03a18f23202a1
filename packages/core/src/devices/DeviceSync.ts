/**
 * Bringing a socket to where its logs are: from the cursors it stated, or from where it fell behind, read from the log until what it was
 * sent reaches what the gateway has fanned out. From that turn on it is live. The same steps serve a new socket, a slow one that has
 * drained, and a conversation that a user was added to.
 */
import { Effect } from "effect"
import type { Membership } from "../conversations/Conversations.ts"
import { Limits } from "../domain/Limits.ts"
import type { LogSlice } from "../messages/EventStore.ts"
import type { Subscription } from "../messages/Recipient.ts"
import { eventFrames } from "../protocol/EncodedFrame.ts"
import type { DeviceSelf, DeviceState } from "./DeviceState.ts"
import type { GatewayPorts } from "./GatewayPorts.ts"

/** Logs and events of one step; frames of the client are taken between steps. */
const logsPerStep = 100
const eventsPerStep = 2_000

/** Takes the socket's place in a log that it has none in yet, from the cursor that it stated. */
export const placeDevice = (ports: GatewayPorts, state: DeviceState, membership: Membership): void => {
  const { session } = state
  const { first, head, log, visibleFrom } = membership
  const place = ports.fanout.places.get(log)
  if (place === undefined || session.subscriptions.has(log)) return
  const cursor = state.cursors.get(log)
  state.cursors.delete(log)
  if (cursor === undefined) {
    if (ports.fanout.subscribe(session, place, head) !== undefined) session.send({ op: "behind", conversationId: log, head })
    return
  }
  const meaningless = cursor > head || cursor < first - 1
  const subscription = ports.fanout.subscribe(session, place, meaningless ? head : cursor)
  if (subscription === undefined) return
  if (meaningless) session.send({ op: "reset", conversationId: log, head })
  else skip(subscription, visibleFrom, head)
}

/** Moves over what is not for this reader, or too much to send event by event. */
const skip = (subscription: Subscription, visibleFrom: number, head: number): void => {
  const { place, session } = subscription
  const withheldTo = Math.min(visibleFrom - 1, head)
  if (subscription.sentTo < withheldTo) {
    session.send({ op: "withheld", conversationId: place.log, from: subscription.sentTo + 1, to: withheldTo })
    subscription.sentTo = withheldTo
  }
  if (head - subscription.sentTo > Limits.catchUpMax) {
    session.send({ op: "behind", conversationId: place.log, head })
    subscription.sentTo = head
  }
}

/** One step for all logs in which the socket is not live. Comes again by a message until there are none. */
export const syncStep = (ports: GatewayPorts, self: DeviceSelf): Effect.Effect<void> | undefined => {
  const { session } = self.state
  if (session.lagging || session.closed || self.state.phase === "connecting" || self.state.phase === "ending") return undefined
  const missing: Array<Subscription> = []
  let events = 0
  let waiting = 0
  for (const subscription of session.subscriptions.values()) {
    if (subscription.live || ports.fanout.goLive(subscription)) continue
    waiting++
    if (missing.length >= logsPerStep || events >= eventsPerStep) continue
    missing.push(subscription)
    events += Math.max(1, subscription.place.fannedOut - subscription.sentTo)
  }
  if (waiting === 0) {
    arrived(self)
    return undefined
  }
  return Effect.forEach(
    missing,
    (s) => ports.slice({ log: s.place.log, userId: session.userId, after: s.sentTo, limit: Limits.catchUpMax }),
    { concurrency: logsPerStep }
  ).pipe(
    Effect.map((slices) => {
      slices.forEach((slice, i) => {
        const subscription = missing[i]
        if (subscription !== undefined) takeSlice(ports, subscription, slice)
      })
      ports.fanout.flush()
      self.ref.tell({ _tag: "Sync" })
    }),
    Effect.catchAll((error) =>
      Effect.zipRight(
        Effect.logWarning("A device could not be caught up; trying again", error.cause),
        Effect.sync(() => {
          self.after(1_000, { _tag: "Sync" })
        })
      )
    )
  )
}

const takeSlice = (ports: GatewayPorts, subscription: Subscription, slice: LogSlice): void => {
  const { place, session } = subscription
  if (subscription.ended || subscription.live || session.lagging) return
  // No member by now: the removal is on its way here, and this socket must not ask for ever until it comes.
  if (!slice.member) {
    ports.fanout.unsubscribe(subscription)
    return
  }
  if (subscription.sentTo > slice.head || subscription.sentTo < slice.first - 1) {
    session.send({ op: "reset", conversationId: place.log, head: slice.head })
    subscription.sentTo = slice.head
  }
  skip(subscription, slice.visibleFrom, slice.head)
  const events = slice.events.filter((event) => event.seq > subscription.sentTo)
  for (const frame of eventFrames(place.log, events)) session.push(frame)
  subscription.sentTo = events[events.length - 1]?.seq ?? subscription.sentTo
  ports.fanout.goLive(subscription)
}

const arrived = (self: DeviceSelf): void => {
  const { state } = self
  state.phase = "live"
  if (state.greeted) return
  state.greeted = true
  state.session.send({ op: "live" })
}
