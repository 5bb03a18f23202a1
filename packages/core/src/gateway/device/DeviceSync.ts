/**
 * Brings a socket up to date with its logs: reads from its cursors, or from where it fell behind, until what it was
 * sent reaches what the gateway has fanned out. From that turn on it is live. A new socket, a slow one that has drained
 * and a conversation that a user was added to take the same steps. Ranges that a device asks for are read here, too. A
 * user's sockets read one step at a time, so that many of them take the store no more than one does.
 */
import { Context, Deferred, Effect, Exit, FiberId, Layer } from "effect"
import { Limits } from "../../domain/Limits.ts"
import { charge, fullBucket, readTime, spend, spendBoth } from "../../domain/TokenBucket.ts"
import type { Membership } from "../../ports/Conversations.ts"
import { DeviceCursors } from "../../ports/DeviceCursors.ts"
import type { SliceRequest, StoreUnavailable } from "../../ports/EventStore.ts"
import type { ClientFrame, CursorPair } from "../../protocol/ClientFrame.ts"
import { utf8Bytes } from "../../protocol/Json.ts"
import { type BusyCode, EventRuns } from "../../protocol/ServerFrame.ts"
import { Fanout, hasEnded, reachOf, withhold } from "../fanout/Fanout.ts"
import { LogSlices, type SlicedRuns } from "../fanout/LogSlices.ts"
import type { Subscription } from "../fanout/Recipient.ts"
import { GatewayNode } from "../GatewayNode.ts"
import type { DeviceSettings } from "../GatewaySettings.ts"
import { GatewayPresence } from "../presence/GatewayPresence.ts"
import type { DeviceSelf, DeviceState } from "./DeviceState.ts"

/** Logs and UTF-8 bytes of one step; frames of the client are taken between steps. */
const logsPerStep = 32
const bytesPerStep = 32_768
/** Events of one step: of the first, in which their size is not known, and within which the later ones stay. */
export const stepEvents = { first: 32, fewest: 4, most: 256 } as const
/** How many to read next into so much room, by the size of those that were read. */
const eventsThatFit = (events: number, bytes: number, room: number): number =>
  Math.max(stepEvents.fewest, Math.min(stepEvents.most, Math.floor((events * room) / bytes)))
/** Between two steps of one socket (ms), so that one who missed much leaves most of the time to everybody else. */
const restMs = 10
/** Before a step that failed is tried again (ms). */
const retryMs = 1_000

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

const arrived = (self: DeviceSelf): void => {
  const { state } = self
  state.phase = "live"
  if (state.greeted) return
  state.greeted = true
  state.session.send({ op: "live" })
}

/**
 * UTF-8 bytes of the texts of one step, and one event more of each of its logs: a store that answers one question at a
 * time (PGlite) is kept by it for some milliseconds, be it 250 short events or 5 of the longest texts, and everybody
 * else's messages wait for no longer.
 */
const stepBytes = 49_152

type Slices = Effect.Effect<ReadonlyArray<SlicedRuns>, StoreUnavailable>

/** UTF-8 bytes of all texts in them. */
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
          yield* GatewayPresence
        )
      })
    )

  constructor(
    private readonly settings: DeviceSettings,
    private readonly gateway: GatewayNode["Type"],
    private readonly fanout: Fanout,
    private readonly slices: LogSlices["Type"],
    private readonly cursors: Pick<DeviceCursors["Type"], "raise">,
    private readonly presence: GatewayPresence["Type"]
  ) {}

  /** Takes the socket's place in a log that it has none in yet, from the cursor that it stated. */
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

  /** Moves over what is not for this reader, or too much to send event by event. */
  private skip(subscription: Subscription, visibleFrom: number, head: number): void {
    const { place, session } = subscription
    withhold(subscription, Math.min(visibleFrom - 1, head))
    if (head - subscription.sentTo > this.settings.catchUpMax) {
      session.send({ op: "behind", conversationId: place.log, head })
      subscription.sentTo = head
    }
  }

  /** One step for all logs in which the socket is not live. Comes again by a message until there are none. */
  step(self: DeviceSelf): Effect.Effect<void> | undefined {
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
        // As many as will fit, by their size so far: what is read and can't be sent would have to be read again.
        if (sent === 0) return
        this.chargeBytes(self, sent)
        state.stepEvents = eventsThatFit(events, sent, bytesPerStep)
      })
    )
  }

  /** Sends what was read, as far as one step may. Gives the UTF-8 bytes of it. */
  private takeSlice(subscription: Subscription, slice: SlicedRuns): number {
    const { place, session } = subscription
    if (subscription.live || session.lagging || hasEnded(subscription)) return 0
    // No member by now: the removal is on its way here, and this socket must not ask for ever until it comes.
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
    this.fanout.goLive(subscription)
    return sent
  }

  /** Slices in the order asked, in the turn of the socket's user. */
  private readLogs(self: DeviceSelf, requests: ReadonlyArray<SliceRequest>): Slices {
    return this.inTurn(self, this.slices.read(requests), Effect.void)
  }

  /**
   * As `readLogs`, of what one may ask for again and again: where such reads took long, the turn rests first. Whoever
   * comes back among thousands waits for the others' reads already, and does not rest for these, too.
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
   * A socket that closes while it waits leaves the line. A read that has begun keeps its turn until the store has done
   * it, and the person is charged for it. Otherwise somebody who asks and hangs up would run many reads at once, for
   * nothing.
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
        // Its asker tells a failure.
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

  /** How long (ms) the socket's user had better wait, who owes what was sent. */
  private owedMs(self: DeviceSelf): number {
    const bucket = self.state.ofUser.rangeKilobytes
    return bucket === undefined ? 0 : spend(bucket, this.settings.rangeKilobytes, 0, self.now())
  }

  /** Charges the socket's user what was sent. At most a burst is owed. */
  private chargeBytes(self: DeviceSelf, bytes: number): void {
    const { ofUser } = self.state
    const now = self.now()
    ofUser.rangeKilobytes ??= fullBucket(this.settings.rangeKilobytes, now)
    charge(ofUser.rangeKilobytes, this.settings.rangeKilobytes, bytes / 1_024, now)
  }

  /**
   * Keeps how far the device holds its logs. A place above what this socket was sent is a lie or a fault, and ends the
   * socket where it is live.
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
      this.presence.hints.reached(self.state.ofUser.hints, "delivered", session.userId, subscription.place, seq)
    }
    return known.length === 0 ? undefined : this.cursors.raise(session.deviceId, known)
  }

  /**
   * Sends events `from` to `to` again, at most Limits.catchUpMax of them, read in as many steps as their size asks for.
   * No place in the stream moves. Not begun while the reader is behind, nor when its user has asked too often.
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
        this.readLogsRested(self, [{ log, userId: session.userId, after: next - 1, limit: most, bytes }]),
        ([slice]) => take(slice)
      )
    })
    return Effect.whileLoop({ while: mayFollow, body: () => readSome, step: () => undefined }).pipe(
      Effect.catchAll(() => Effect.sync(() => busy())),
      // Also where the socket ends before its last step.
      Effect.ensuring(Effect.sync(() => this.chargeBytes(self, sent)))
    )
  }

  /**
   * Whichever of its sockets asks: by as many sockets as it likes a user reads no more often. Gives how long to wait
   * (ms).
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
