/**
 * Brings a socket up to date with its logs: reads from its cursors, or from the place where it fell behind, until the
 * socket has everything that the gateway has fanned out. From that turn on it is live. A new socket, a slow one that
 * has drained and a conversation to which a user was added take the same steps. It also reads the ranges that a device
 * requests. A user's sockets read one step at a time, so that many of them load the store no more than one does.
 */
import { Context, Deferred, Effect, Exit, FiberId, Layer } from "effect"
import { Limits } from "../../domain/Limits.ts"
import { charge, fullBucket, readTime, spend, spendBoth } from "../../domain/TokenBucket.ts"
import { histogram, secondsBounds } from "../../metrics/declareMetric.ts"
import type { Membership } from "../../ports/Conversations.ts"
import { DeviceCursors } from "../../ports/DeviceCursors.ts"
import type { SliceRequest, StoreUnavailable } from "../../ports/EventStore.ts"
import { MessageTraces, type MessageTracesApi } from "../../ports/MessageTraces.ts"
import type { ClientFrame, CursorPair } from "../../protocol/ClientFrame.ts"
import { utf8Bytes } from "../../protocol/Json.ts"
import { type BusyCode, EventRuns } from "../../protocol/ServerFrame.ts"
import { Fanout, hasEnded, reachOf, withhold } from "../fanout/Fanout.ts"
import { LogSlices, type SlicedRuns } from "../fanout/LogSlices.ts"
import type { Subscription } from "../fanout/Recipient.ts"
import { GatewayNode } from "../GatewayNode.ts"
import type { DeviceSettings } from "../GatewaySettings.ts"
import { GatewayPresence } from "../presence/GatewayPresence.ts"
import { traceCaughtUp } from "../traceEvents.ts"
import type { DeviceSelf, DeviceState } from "./DeviceState.ts"

/** Logs and UTF-8 bytes of one step; the client's frames are handled between steps. */
const logsPerStep = 32
const bytesPerStep = 32_768
/** Events of one step. `first`: while their size is unknown; later steps stay between `fewest` and `most`. */
export const stepEvents = { first: 32, fewest: 4, most: 256 } as const
/** How many events to read next into this much room, estimated by the size of those just read. */
const eventsThatFit = (events: number, bytes: number, room: number): number =>
  Math.max(stepEvents.fewest, Math.min(stepEvents.most, Math.floor((events * room) / bytes)))
/**
 * Pause between two steps of one socket (ms), so that a socket that missed much leaves most of the time to the others.
 */
const restMs = 10
/** Pause before a failed step is retried (ms). */
const retryMs = 1_000

/**
 * Replaces the scheduled step: two scheduled steps would each schedule another. A timer does not count toward the
 * mailbox's capacity, so no step is refused.
 */
export const syncAfter = (self: DeviceSelf, delayMs: number): void => {
  self.state.nextSync?.cancel()
  self.state.nextSync = self.after(delayMs, { _tag: "Sync" })
}

interface Missing {
  readonly subscription: Subscription
  /** How many events to read. */
  readonly limit: number
}

const catchUpSeconds = histogram("hibiki_catch_up_seconds", {
  unit: "seconds",
  description: "From a socket's hello to the moment at which it has everything and is live.",
  bounds: secondsBounds
})

const arrived = (self: DeviceSelf): void => {
  const { state } = self
  state.phase = "live"
  if (state.greeted) return
  state.greeted = true
  catchUpSeconds.unsafeUpdate((self.now() - state.session.openedAtMs) / 1_000, [])
  state.session.send({ op: "live" })
}

/**
 * UTF-8 bytes of the texts of one step. Each of its logs may have one event more. Such a step occupies a store that
 * answers one query at a time (PGlite) for some milliseconds, be it 250 short events or 5 of the longest texts; other
 * users' messages wait no longer than that.
 */
const stepBytes = 49_152

type Slices = Effect.Effect<ReadonlyArray<SlicedRuns>, StoreUnavailable>

/** UTF-8 bytes of all their texts. */
const textBytes = (slices: ReadonlyArray<SlicedRuns>): number => {
  let sum = 0
  for (const { events } of slices) for (const event of events) if ("text" in event) sum += utf8Bytes(event.text)
  return sum
}

/** UTF-8 bytes of one answer to a range. The client requests the rest again. */
const rangeBytes = 262_144

const busyRetryMs = 1_000

export class DeviceSync {
  static readonly Tag = Context.GenericTag<DeviceSync>("@hibiki/core/gateway/DeviceSync")
  static readonly layerWith = (settings: DeviceSettings) =>
    Layer.effect(
      this.Tag,
      Effect.gen(function* () {
        return new DeviceSync(
          settings,
          yield* GatewayNode,
          yield* Fanout.Tag,
          yield* LogSlices,
          yield* DeviceCursors,
          yield* GatewayPresence,
          yield* MessageTraces
        )
      })
    )

  constructor(
    private readonly settings: DeviceSettings,
    private readonly gateway: GatewayNode["Type"],
    private readonly fanout: Fanout,
    private readonly slices: LogSlices["Type"],
    private readonly cursors: Pick<DeviceCursors["Type"], "raise">,
    private readonly presence: GatewayPresence["Type"],
    private readonly traces: MessageTracesApi
  ) {}

  /** Creates the socket's place in a log where it has none yet, from the cursor that it stated. */
  subscribe(state: DeviceState, membership: Membership): void {
    const { session } = state
    const { first, head, log, visibleFrom } = membership
    const place = this.fanout.places.get(log)
    if (place === undefined || session.subscriptions.has(log)) return
    const cursor = state.cursors?.get(log)
    if (cursor === undefined) {
      if (this.fanout.subscribe(session, place, head) !== undefined)
        session.send({ op: "behind", conversationId: log, head })
      return
    }
    const meaningless = cursor > head || cursor < first - 1
    const subscription = this.fanout.subscribe(session, place, meaningless ? head : cursor)
    if (subscription === undefined) return
    if (meaningless) session.send({ op: "reset", conversationId: log, head })
    else this.skip(subscription, visibleFrom, head)
  }

  /** Moves past events that are not visible to this reader, or too many to send one by one. */
  private skip(subscription: Subscription, visibleFrom: number, head: number): void {
    const { place, session } = subscription
    withhold(subscription, Math.min(visibleFrom - 1, head))
    if (head - subscription.sentTo > this.settings.catchUpMax) {
      session.send({ op: "behind", conversationId: place.log, head })
      subscription.sentTo = head
    }
  }

  /**
   * Runs one step for all logs in which the socket is not live. Schedules the next by a message until there are none.
   */
  step(self: DeviceSelf): Effect.Effect<void> | undefined {
    const { session } = self.state
    // One chain of steps at a time: it also serves requests that come in the meantime.
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
      if (subscription.live || this.fanout.goLive(subscription)) continue
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
    const waitMs = this.owedMs(self)
    if (waitMs > 0) {
      syncAfter(self, waitMs)
      return undefined
    }
    self.state.syncing = true
    return this.readSlices(self, missing).pipe(
      Effect.map(() => (missing.every(({ subscription }) => subscription.live || hasEnded(subscription)) ? 0 : restMs)),
      Effect.orElseSucceed(() => retryMs),
      Effect.map((delayMs) => {
        self.state.syncing = false
        this.fanout.flush()
        syncAfter(self, delayMs)
      })
    )
  }

  private readSlices(self: DeviceSelf, missing: ReadonlyArray<Missing>) {
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
    return this.readLogs(self, requests).pipe(
      Effect.map((slices) => {
        let [events, sent] = [0, 0]
        slices.forEach((slice, i) => {
          const subscription = missing[i]?.subscription
          if (subscription === undefined || sent >= bytesPerStep) return
          const before = subscription.sentTo
          sent += this.takeSlice(subscription, slice)
          events += subscription.sentTo - before
        })
        // As many as will fit, by their size so far: events that are read but can't be sent must be read again.
        if (sent === 0) return
        this.chargeBytes(self, sent)
        state.stepEvents = eventsThatFit(events, sent, bytesPerStep)
      })
    )
  }

  /** Sends the events that were read, up to the bound of a step. Returns their UTF-8 bytes. */
  private takeSlice(subscription: Subscription, slice: SlicedRuns): number {
    const { place, session } = subscription
    if (subscription.live || session.lagging || hasEnded(subscription)) return 0
    // No longer a member: the removal is on its way here, and this socket must not retry until it arrives.
    if (!slice.member) {
      this.fanout.unsubscribe(subscription)
      return 0
    }
    if (subscription.sentTo > slice.head || subscription.sentTo < slice.first - 1) {
      session.send({ op: "reset", conversationId: place.log, head: slice.head })
      subscription.sentTo = slice.head
    }
    this.skip(subscription, slice.visibleFrom, slice.head)
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
    if (this.traces.isOn) traceCaughtUp(this.traces, slice, sentTo, subscription)
    this.fanout.goLive(subscription)
    return sent
  }

  /** Reads slices in the order of the requests, in the turn of the socket's user. */
  private readLogs(self: DeviceSelf, requests: ReadonlyArray<SliceRequest>): Slices {
    return this.inTurn(self, this.slices.read(requests), Effect.void)
  }

  /**
   * As `readLogs`, for reads that a client can repeat at will: if such reads took long, the turn pauses first. A
   * reconnect among thousands already waits for the others' reads, and does not pause for these, too.
   */
  private readLogsRested(self: DeviceSelf, requests: ReadonlyArray<SliceRequest>): Slices {
    const { ofUser } = self.state
    ofUser.logMillis ??= fullBucket(readTime, self.now())
    const time = ofUser.logMillis
    const read = Effect.suspend(() => {
      const beganMs = self.now()
      return Effect.ensuring(
        this.slices.read(requests),
        Effect.sync(() => charge(time, readTime, self.now() - beganMs, self.now()))
      )
    })
    const rest = Effect.suspend(() => {
      const restMs = spend(time, readTime, 0, self.now())
      return restMs === 0 ? Effect.void : Effect.sleep(restMs)
    })
    return this.inTurn(self, read, rest)
  }

  /**
   * A socket that closes while it waits leaves the line. A read that has begun keeps its turn until the store has
   * finished, and its user is charged for it. Otherwise a client that requests and disconnects could run many reads at
   * once, for nothing.
   */
  private inTurn(self: DeviceSelf, read: Slices, rest: Effect.Effect<void>): Slices {
    const { ofUser } = self.state
    ofUser.logTurn ??= Effect.unsafeMakeSemaphore(1)
    const turn = ofUser.logTurn
    const begin = (restore: <A, E>(wait: Effect.Effect<A, E>) => Effect.Effect<A, E>): Slices =>
      Effect.suspend(() => {
        const answer = Deferred.unsafeMake<ReadonlyArray<SlicedRuns>, StoreUnavailable>(FiberId.none)
        let isAwaited = true
        const ended = (exit: Exit.Exit<ReadonlyArray<SlicedRuns>, StoreUnavailable>) => {
          if (!isAwaited && Exit.isSuccess(exit)) this.chargeBytes(self, textBytes(exit.value))
          return Effect.zipRight(turn.release(1), Deferred.done(answer, exit))
        }
        // The requesting code reports a failure.
        this.gateway.run(Effect.exit(Effect.onExit(read, ended)))
        return Effect.onInterrupt(restore(Deferred.await(answer)), () =>
          Effect.sync(() => {
            isAwaited = false
          })
        )
      })
    return Effect.uninterruptibleMask((restore) =>
      Effect.zipRight(
        restore(turn.take(1)),
        Effect.zipRight(
          Effect.onInterrupt(restore(rest), () => turn.release(1)),
          begin(restore)
        )
      )
    )
  }

  /** How long the socket's user should wait until the debt for sent bytes is refilled (ms). */
  private owedMs(self: DeviceSelf): number {
    const bucket = self.state.ofUser.rangeKilobytes
    return bucket === undefined ? 0 : spend(bucket, this.settings.rangeKilobytes, 0, self.now())
  }

  /** Charges the socket's user for sent bytes. The debt is at most one burst. */
  private chargeBytes(self: DeviceSelf, bytes: number): void {
    const { ofUser } = self.state
    const now = self.now()
    ofUser.rangeKilobytes ??= fullBucket(this.settings.rangeKilobytes, now)
    charge(ofUser.rangeKilobytes, this.settings.rangeKilobytes, bytes / 1_024, now)
  }

  /**
   * Stores how far the device has received its logs. A place above what was sent to this socket is a lie or a fault,
   * and ends the socket if it is live there.
   */
  acknowledge(
    self: DeviceSelf,
    cursors: ReadonlyArray<CursorPair>,
    refuse: () => void
  ): Effect.Effect<void> | undefined {
    const { session } = self.state
    const known: Array<CursorPair> = []
    for (const [log, seq] of cursors) {
      const subscription = session.subscriptions.get(log)
      // No place here any more: the membership ended while the acknowledgement was on its way.
      if (subscription === undefined) continue
      if (seq > subscription.sentTo) {
        // The place began again from a membership that was read before the user was removed: more was sent before, and
        // the socket's next step finds out.
        if (!subscription.live) continue
        refuse()
        return undefined
      }
      known.push([log, seq])
      this.traces.acknowledge(log, seq, session.userId, session.deviceId)
      this.presence.hints.reached(self.state.ofUser.hints, "delivered", session.userId, subscription.place, seq)
    }
    return known.length === 0 ? undefined : this.cursors.raise(session.deviceId, known)
  }

  /**
   * Sends events `from` to `to` again, at most Limits.catchUpMax of them, in as many steps as their size requires. No
   * place in the stream moves. Refuses while the reader is behind, or when its user has asked too often.
   */
  readRange(
    self: DeviceSelf,
    { conversationId: log, from, to }: Extract<ClientFrame, { op: "range" }>
  ): Effect.Effect<void> | undefined {
    const { session } = self.state
    const busy = (code: BusyCode = "busy", retryAfterMs = busyRetryMs) =>
      session.send({ op: "busy", conversationId: log, code, retryAfterMs, of: "range" })
    if (session.isFull) {
      busy()
      return undefined
    }
    const waitMs = this.spendRange(self)
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
      // A range that has begun is answered up to its bound: the client would wait for the rest in vain.
      if (session.isFull && begin === from) return busy()
      if (slice === undefined) return
      const first = slice.member ? slice.visibleFrom : to + 1
      if (first > begin) session.send({ op: "withheld", conversationId: log, from: begin, to: Math.min(to, first - 1) })
      const asked = slice.events.filter((event) => event.seq <= to)
      for (const { frame, last } of new EventRuns(log, asked)) {
        session.push(frame)
        sent += utf8Bytes(frame.text)
        // At the end of the log there is nothing more to request.
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
        this.readLogsRested(self, [{ log, userId: session.userId, after: next - 1, limit: most, bytes }]),
        ([slice]) => take(slice)
      )
    })
    return Effect.whileLoop({ while: mayFollow, body: () => readSome, step: () => undefined }).pipe(
      Effect.catchAll(() => Effect.sync(() => busy())),
      // Even if the socket ends before its last step.
      Effect.ensuring(Effect.sync(() => this.chargeBytes(self, sent)))
    )
  }

  /**
   * Spends a token for a range. All sockets of a user share the tokens: more sockets allow no more reads. Returns how
   * long to wait (ms).
   */
  private spendRange(self: DeviceSelf): number {
    const { ofUser } = self.state
    const now = self.now()
    ofUser.rangeTokens ??= fullBucket(this.settings.ranges, now)
    ofUser.rangeKilobytes ??= fullBucket(this.settings.rangeKilobytes, now)
    return spendBoth(
      ofUser.rangeTokens,
      this.settings.ranges,
      ofUser.rangeKilobytes,
      this.settings.rangeKilobytes,
      1,
      now
    )
  }
}
