/**
 * A user with at least one socket at this gateway: their devices and conversations here, their send limits, their
 * presence as others see it, and their read cursors on the way to the personal log.
 */
import { Context, Effect, Layer } from "effect"
import type { LogEvent } from "../../domain/Event.ts"
import type { UserId } from "../../domain/Ids.ts"
import { fullBucket, isFull, readTime } from "../../domain/TokenBucket.ts"
import { type Behaviour, type Handled, resume, type Signal } from "../../kernel/Behaviour.ts"
import { CloseCodes } from "../../protocol/CloseCode.ts"
import { DeviceActors, DeviceBehaviour } from "../device/DeviceActor.ts"
import type { DeviceSession } from "../device/DeviceSession.ts"
import { SendTokens } from "../device/DeviceState.ts"
import { GatewaySessions } from "../device/GatewaySessions.ts"
import type { UserMessage } from "../device/UserMessage.ts"
import { Fanout } from "../fanout/Fanout.ts"
import type { UserSettings } from "../GatewaySettings.ts"
import { Attendance } from "../presence/Attendance.ts"
import { UserHints } from "../presence/GatewayHints.ts"
import { GatewayPresence } from "../presence/GatewayPresence.ts"
import { UserLoads } from "./UserLoads.ts"
import { UserPresence } from "./UserPresence.ts"
import { forgetRead, readAnswered, UserReads } from "./UserReads.ts"
import type { UserSelf, UserState } from "./UserState.ts"

/**
 * An actor stays this long after its last socket (ms), so that a reload finds it. While its user still has a debt for
 * reads, it stays as long again.
 */
const graceMs = 5_000

/** Handles the messages of all users of a gateway. Created once; takes each service once. */
export class UserActors {
  static readonly Tag = Context.GenericTag<UserActors>("@hibiki/core/gateway/UserActors")
  static readonly layerWith = (settings: UserSettings) =>
    Layer.effect(
      this.Tag,
      Effect.gen(function* () {
        const [sessions, fanout, inGateway] = [yield* GatewaySessions.Tag, yield* Fanout.Tag, yield* GatewayPresence]
        const [loads, presence] = [yield* UserLoads.Tag, yield* UserPresence.Tag]
        const [reads, devices] = [yield* UserReads.Tag, yield* DeviceActors.Tag]
        return new UserActors(settings, sessions, fanout, inGateway, loads, presence, reads, devices)
      })
    )

  constructor(
    readonly settings: UserSettings,
    private readonly sessions: GatewaySessions,
    private readonly fanout: Fanout,
    private readonly gatewayPresence: GatewayPresence["Type"],
    private readonly loads: UserLoads,
    private readonly presence: UserPresence,
    private readonly reads: UserReads,
    private readonly devices: DeviceActors
  ) {}

  /** The initial behaviour of a user's actor. */
  behaviourOf(userId: UserId): Behaviour<UserState, UserMessage> {
    return new UserBehaviour(this, userId)
  }

  receive(self: UserSelf, message: UserMessage): Handled {
    switch (message._tag) {
      case "Attach":
        return this.attach(self, message)
      case "Load":
        return this.loads.loadInTime(self, [message.session])
      case "LoadWaiting":
        return this.loads.loadWaiting(self)
      case "Reload":
        // The skipped events may include a change of the user's wish: read it again.
        self.state.hints.invisible = undefined
        return this.loads.load(self, self.state.devices)
      case "RegisterDevices":
        return this.presence.register(self)
      case "AttendAgain":
        self.state.attendance.tellAgain()
        return this.presence.register(self)
      case "Personal":
        return this.personal(self, message.events)
      case "Cells":
        return this.reads.takeCells(self, message.cells)
      case "TellCells":
        return this.reads.tellCells(self)
      case "Read":
        return this.reads.read(self, message)
      case "FlushRead":
        return this.reads.flush(self, message.conversationId)
      case "FlushReads":
        return this.reads.flushAll(self)
      case "ReadAnswered":
        return readAnswered(self, message.answer)
      case "Idle":
        return this.idle(self)
    }
  }

  private attach(self: UserSelf, message: Extract<UserMessage, { _tag: "Attach" }>) {
    const { device, instance } = message
    const session = message.makeSession()
    // A socket that is gone must not replace a newer one, which may be at another gateway.
    if (session === undefined) return waitForNext(self)
    self.state.grace?.cancel()
    let [ofDevice, ofUser] = [0, 0]
    for (const other of self.state.devices) {
      if (other.deviceId === device && other.instance === instance)
        other.tell({ _tag: "End", code: CloseCodes.replaced })
      else {
        ofUser++
        if (other.deviceId === device) ofDevice++
      }
    }
    if (ofDevice >= this.settings.socketsPerDevice || ofUser >= this.settings.socketsPerUser) {
      session.socket.close(CloseCodes.rateLimited)
      return
    }
    // The key is unique, so that the new socket need not wait for the old one's path.
    const ref = self.spawn(
      `device/${device}/${instance}/${session.key}`,
      new DeviceBehaviour(this.devices, session, self.ref, self.state)
    )
    session.actor = ref
    self.state.devices = self.state.devices.concat(session)
    this.sessions.add(session)
    message.begin(ref)
  }

  detach(self: UserSelf, session: DeviceSession) {
    self.state.devices = self.state.devices.filter((other) => other !== session)
    this.release(session)
    this.reads.hasten(self, session.deviceId)
    this.presence.unregister(self, session)
    waitForNext(self)
  }

  release(session: DeviceSession) {
    this.sessions.delete(session)
    this.fanout.detach(session)
    this.gatewayPresence.watches.end(session)
  }

  private idle(self: UserSelf) {
    if (self.state.devices.length > 0) return
    // A new socket may wait behind the end of the grace: if the actor ended now, it would take that socket and send it
    // away.
    if (self.depth > 0 || this.owes(self)) waitForNext(self)
    else self.stop()
  }

  /** The debt for its log reads is not refilled yet: a new actor would not know it, and could read as much again. */
  private owes(self: UserSelf): boolean {
    const bucket = self.state.rangeKilobytes
    return bucket !== undefined && !isFull(bucket, this.settings.rangeKilobytes, self.now())
  }

  private personal(self: UserSelf, events: ReadonlyArray<LogEvent>) {
    this.presence.apply(self, events)
    let added = false
    for (const event of events) {
      if (event.kind === "added") added = true
      else if (event.kind === "markedUnread") forgetRead(self, event.conversationId)
      else if (event.kind === "deviceRevoked") {
        for (const session of self.state.devices) if (session.deviceId === event.deviceId) session.revoke()
      }
    }
    return added ? this.loads.loadInTime(self, self.state.devices) : undefined
  }

  /** The actor stops: it gets no more signals of its children. */
  end(self: UserSelf): void {
    const { attendance, devices, logs, userId } = self.state
    for (const session of devices) this.release(session)
    this.gatewayPresence.report(attendance.close(self.now()))
    this.fanout.leave(userId, logs)
  }
}

/** One for each user, so it has only its initial state; the class has the rest. */
class UserBehaviour implements Behaviour<UserState, UserMessage> {
  constructor(
    private readonly actors: UserActors,
    private readonly userId: UserId
  ) {}

  get name() {
    return "user"
  }

  get capacity() {
    return 1_024
  }

  get onFull() {
    return "refuse" as const
  }

  get supervision() {
    return resume
  }

  init(self: UserSelf): UserState {
    return {
      userId: this.userId,
      devices: [],
      logs: [],
      sends: new SendTokens(this.actors.settings, self.now()),
      hints: new UserHints(),
      rangeTokens: undefined,
      rangeKilobytes: undefined,
      logMillis: undefined,
      logTurn: undefined,
      loads: { millis: fullBucket(readTime, self.now()), waiting: [] },
      attendance: new Attendance(this.userId),
      reads: undefined,
      cells: undefined,
      readTokens: undefined,
      grace: undefined,
      attendTimer: undefined
    }
  }

  label(state: UserState): string {
    return `${state.devices.length} devices, ${state.logs.length} logs`
  }

  receive(self: UserSelf, message: UserMessage): Handled {
    return this.actors.receive(self, message)
  }

  /** A signal comes even if the mailbox is full, so no socket is ever left behind. */
  onSignal(self: UserSelf, signal: Signal): void {
    for (const session of self.state.devices) if (session.actor?.path === signal.path) this.actors.detach(self, session)
  }

  onStop(self: UserSelf): void {
    this.actors.end(self)
  }
}

/** Without a device: waits a while for another one. */
const waitForNext = (self: UserSelf) => {
  if (self.state.devices.length > 0) return
  self.state.grace?.cancel()
  self.state.grace = self.after(graceMs, { _tag: "Idle" })
}
