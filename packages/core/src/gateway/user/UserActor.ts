/**
 * A user with at least one socket at this gateway: which devices are here, which conversations, how fast it may send,
 * what others see of it, and its read cursors on their way to the personal log.
 */
import { Cause, Effect } from "effect"
import type { LogEvent } from "../../domain/Event.ts"
import type { UserId } from "../../domain/Ids.ts"
import { charge, fullBucket, isFull, readTime, spend } from "../../domain/TokenBucket.ts"
import { type Behaviour, type Handled, resume, type Signal } from "../../kernel/Behaviour.ts"
import type { Membership } from "../../ports/Conversations.ts"
import type { SocketPlace } from "../../ports/SocketPlaces.ts"
import { CloseCodes } from "../../protocol/CloseCode.ts"
import { DeviceBehaviour } from "../device/DeviceActor.ts"
import type { DeviceMessage, DeviceSession } from "../device/DeviceSession.ts"
import { SendTokens } from "../device/SendTokens.ts"
import type { UserMessage } from "../device/UserMessage.ts"
import type { GatewayPorts } from "../GatewayPorts.ts"
import { Attendance } from "../presence/Attendance.ts"
import { UserHints } from "../presence/GatewayHints.ts"
import {
  flushRead,
  flushReads,
  forgetRead,
  hastenReads,
  read,
  readAnswered,
  takeCells,
  tellAllCells,
  tellCells
} from "./UserReads.ts"
import type { UserSelf, UserState } from "./UserState.ts"

/**
 * An actor stays so long after its last socket, so that a reload finds it; while its user still owes for reads, it
 * stays as long again (ms).
 */
const graceMs = 5_000

/**
 * One read serves sockets with so many places in logs together. With more, all other users would wait for longer than
 * some milliseconds.
 */
const placesAtOnce = 2_000

/** For all users of a gateway. */
export const userBehaviours =
  (ports: GatewayPorts) =>
  (userId: UserId): Behaviour<UserState, UserMessage> =>
    new UserBehaviour(ports, userId)

/** One for each user, hence with nothing of its own but where it begins: the rest is the class's. */
class UserBehaviour implements Behaviour<UserState, UserMessage> {
  constructor(
    private readonly ports: GatewayPorts,
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
      sends: new SendTokens(this.ports.settings, self.now()),
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
    return receive(this.ports, self, message)
  }

  /** A signal comes even when the mailbox is full, so no socket is ever left behind. */
  onSignal(self: UserSelf, signal: Signal): void {
    for (const session of self.state.devices) if (session.actor?.path === signal.path) detach(this.ports, self, session)
  }

  onStop(self: UserSelf): void {
    const { attendance, devices, logs, userId } = self.state
    // An actor that stops gets no signals of its children any more.
    for (const session of devices) release(this.ports, session)
    this.ports.reportPresence(attendance.close(self.now()))
    this.ports.fanout.leave(userId, logs)
  }
}

const receive = (ports: GatewayPorts, self: UserSelf, message: UserMessage): Handled => {
  switch (message._tag) {
    case "Attach":
      return attach(ports, self, message)
    case "Load":
      return loadInTime(ports, self, [message.session])
    case "LoadWaiting":
      return loadWaiting(ports, self)
    case "Reload":
      // Of what was jumped over some may have been the user's wish: it is read again.
      self.state.hints.invisible = undefined
      return load(ports, self, self.state.devices)
    case "RegisterDevices":
      return registerDevices(ports, self)
    case "AttendAgain":
      self.state.attendance.tellAgain()
      return registerDevices(ports, self)
    case "Personal":
      return personal(ports, self, message.events)
    case "Cells":
      return takeCells(ports, self, message.cells)
    case "TellCells":
      return tellCells(ports, self)
    case "Read":
      return read(ports, self, message)
    case "FlushRead":
      return flushRead(ports, self, message.conversationId)
    case "FlushReads":
      return flushReads(ports, self)
    case "ReadAnswered":
      return readAnswered(self, message.answer)
    case "Idle":
      return idle(ports, self)
  }
}

const attach = (ports: GatewayPorts, self: UserSelf, message: Extract<UserMessage, { _tag: "Attach" }>) => {
  const { device, instance } = message
  const session = message.makeSession()
  // One that has gone must not take the place of the one that came after it, maybe elsewhere.
  if (session === undefined) return waitForNext(self)
  self.state.grace?.cancel()
  let [ofDevice, ofUser] = [0, 0]
  for (const other of self.state.devices) {
    if (other.deviceId === device && other.instance === instance) other.tell({ _tag: "End", code: CloseCodes.replaced })
    else {
      ofUser++
      if (other.deviceId === device) ofDevice++
    }
  }
  if (ofDevice >= ports.settings.socketsPerDevice || ofUser >= ports.settings.socketsPerUser) {
    session.socket.close(CloseCodes.rateLimited)
    return
  }
  // The key is unique, so that the new socket need not wait for the old one's path.
  const ref = self.spawn(
    `device/${device}/${instance}/${session.key}`,
    new DeviceBehaviour(ports, session, self.ref, self.state)
  )
  session.actor = ref
  self.state.devices = self.state.devices.concat(session)
  ports.sessions.set(session.key, session)
  ports.socketPlaces.take(placeOf(ports, session))
  message.begin(ref)
}

/**
 * Reads at once, or where the reads before took long, after a rest, once for several that ask meanwhile. Somebody in
 * thousands of conversations who opened socket after socket would else keep the store busy.
 */
const loadInTime = (ports: GatewayPorts, self: UserSelf, sessions: ReadonlyArray<DeviceSession>) => {
  const { devices, loads } = self.state
  const isFirst = loads.waiting.length === 0
  if (isFirst && restBeforeLoad(self) === 0) return load(ports, self, sessions)
  loads.waiting = [...new Set([...loads.waiting, ...sessions])].filter((session) => devices.includes(session))
  if (isFirst) loadLater(self)
  return undefined
}

const restBeforeLoad = (self: UserSelf): number => spend(self.state.loads.millis, readTime, 0, self.now())

const loadLater = (self: UserSelf): void => void self.after(Math.max(1, restBeforeLoad(self)), { _tag: "LoadWaiting" })

const loadWaiting = (ports: GatewayPorts, self: UserSelf) => {
  const { devices, loads, logs } = self.state
  const waiting = loads.waiting.filter((session) => devices.includes(session))
  const atOnce = Math.max(1, Math.floor(placesAtOnce / Math.max(1, logs.length)))
  loads.waiting = waiting.slice(atOnce)
  if (waiting.length === 0) return undefined
  return Effect.ensuring(
    load(ports, self, waiting.slice(0, atOnce)),
    Effect.sync(() => {
      if (loads.waiting.length > 0) loadLater(self)
    })
  )
}

/**
 * Memberships with heads are read, so that nothing later goes unheard, and each device is told where it stands. What
 * was read is told before that:
 * a device that is live knows of each mark and each read of before.
 */
const load = (ports: GatewayPorts, self: UserSelf, sessions: ReadonlyArray<DeviceSession>) => {
  const beganMs = self.now()
  return ports.memberships(self.state.userId).pipe(
    Effect.flatMap((memberships) =>
      Effect.map(ports.readCells(self.state.userId), (cells) => {
        tellAllCells(
          sessions.filter((session) => self.state.devices.includes(session)),
          cells
        )
        enter(ports, self, memberships, sessions)
      })
    ),
    Effect.ensuring(Effect.sync(() => charge(self.state.loads.millis, readTime, self.now() - beganMs, self.now()))),
    Effect.zipRight(ports.outages.memberships.over),
    // Also what was no error of the store: a socket without its logs would wait for ever.
    Effect.catchAllCause((cause) =>
      Effect.zipRight(
        ports.outages.memberships.met(Cause.squash(cause)),
        Effect.sync(() => {
          for (let left = sessions.length; left > 0; left--) ports.faults.note("memberships_unread")
          tellDevices(self, sessions, { _tag: "End", code: CloseCodes.internal })
        })
      )
    ),
    Effect.zipRight(Effect.suspend(() => registerDevices(ports, self) ?? Effect.void))
  )
}

const enter = (
  ports: GatewayPorts,
  self: UserSelf,
  memberships: ReadonlyArray<Membership>,
  sessions: ReadonlyArray<DeviceSession>
) => {
  const places = memberships.map((membership) => ports.fanout.enter(membership))
  const logs = new Set(places.map(({ log }) => log))
  // Those that the user was removed from are nothing to it any more: else one that joins and leaves again and again
  // would keep them all.
  const others = self.state.logs.filter(({ log, members }) => !logs.has(log) && members.has(self.state.userId))
  self.state.logs = others.concat(places)
  tellDevices(self, sessions, { _tag: "Entered", memberships })
}

const tellDevices = (self: UserSelf, sessions: ReadonlyArray<DeviceSession>, message: DeviceMessage) => {
  for (const session of sessions) if (self.state.devices.includes(session)) session.tell(message)
}

const detach = (ports: GatewayPorts, self: UserSelf, session: DeviceSession) => {
  self.state.devices = self.state.devices.filter((other) => other !== session)
  release(ports, session)
  hastenReads(ports, self, session.deviceId)
  unregisterDevice(ports, self, session)
  waitForNext(self)
}

/** Without a device: whether another comes soon. */
const waitForNext = (self: UserSelf) => {
  if (self.state.devices.length > 0) return
  self.state.grace?.cancel()
  self.state.grace = self.after(graceMs, { _tag: "Idle" })
}

const placeOf = ({ node }: GatewayPorts, { deviceId, instance, key }: DeviceSession): SocketPlace => ({
  device: deviceId,
  instance,
  node,
  key
})

const release = (ports: GatewayPorts, session: DeviceSession) => {
  ports.sessions.delete(session.key)
  ports.socketPlaces.leave(placeOf(ports, session))
  ports.fanout.detach(session)
  ports.watches.end(session)
}

const idle = (ports: GatewayPorts, self: UserSelf) => {
  if (self.state.devices.length > 0) return
  // A socket that has just come may wait behind the end of the grace: an actor that ended now would take it and send it
  // away.
  if (self.depth > 0 || owes(ports, self)) waitForNext(self)
  else self.stop()
}

/** What it was sent of logs is not made good yet: another actor would know nothing of it, and read as much again. */
const owes = ({ settings }: GatewayPorts, self: UserSelf): boolean => {
  const bucket = self.state.rangeKilobytes
  return bucket !== undefined && !isFull(bucket, settings.rangeKilobytes, self.now())
}

const personal = (ports: GatewayPorts, self: UserSelf, events: ReadonlyArray<LogEvent>) => {
  applyPresenceEvents(ports, self, events)
  let added = false
  for (const event of events) {
    if (event.kind === "added") added = true
    else if (event.kind === "markedUnread") forgetRead(self, event.conversationId)
    else if (event.kind === "deviceRevoked") {
      for (const session of self.state.devices) if (session.deviceId === event.deviceId) session.revoke()
    }
  }
  return added ? loadInTime(ports, self, self.state.devices) : undefined
}

/** Before what is not known of a user is asked for again (ms). */
const retryMs = 1_000
const registerMessage = { _tag: "RegisterDevices" } as const

/** Tells what is new, and looks again when something may be new by itself. */
const registerDevices = (ports: GatewayPorts, self: UserSelf): Effect.Effect<void> | undefined => {
  const { attendance, devices, hints } = self.state
  let isThere = false
  for (const session of devices) {
    if (!session.present) continue
    isThere = true
    if (session.isRegistered) continue
    session.isRegistered = true
    attendance.come(session, session.kind)
  }
  if (isThere && hints.invisible === undefined) return loadPresenceSettings(ports, self)
  tellOthers(ports, self)
  return undefined
}

/** A socket is gone: at once for others when its person left on purpose, or when it was silent for long before. */
const unregisterDevice = (ports: GatewayPorts, self: UserSelf, session: DeviceSession): void => {
  self.state.attendance.leave(session, session.heardAtMs ?? self.now(), session.goodbye)
  tellOthers(ports, self)
}

/** What the personal log says of what others may be told. */
const applyPresenceEvents = (ports: GatewayPorts, self: UserSelf, events: ReadonlyArray<LogEvent>): void => {
  const { devices, hints, userId } = self.state
  for (const event of events) {
    if (event.kind === "settingsChanged") {
      // What is not known yet is read together with whom the user blocks.
      if (hints.invisible === undefined) continue
      hints.invisible = event.invisible
      tellOthers(ports, self)
    } else if (event.kind === "blocked") {
      hints.block(userId, event.userId, event.on)
    } else if (event.kind === "added" || event.kind === "removed") {
      for (const session of devices) ports.watches.authorizeAgain(session)
    }
  }
}

const loadPresenceSettings = (ports: GatewayPorts, self: UserSelf): Effect.Effect<void> => {
  const { hints, userId } = self.state
  return ports.wishesOf(userId).pipe(
    Effect.map(({ blocked, invisible }) => {
      hints.invisible = invisible
      hints.setBlocked(userId, blocked)
      tellOthers(ports, self)
    }),
    // It is told where many are asked for at once.
    Effect.catchAll(() => Effect.sync(() => void self.after(retryMs, registerMessage)))
  )
}

const tellOthers = (ports: GatewayPorts, self: UserSelf): void => {
  const { attendance, hints } = self.state
  // While the user's wish is not known nothing is told; what reads it comes here after.
  if (hints.invisible === undefined) return
  const now = self.now()
  ports.reportPresence(attendance.reports(now, hints.invisible))
  self.state.attendTimer?.cancel()
  const due = attendance.dueAtMs()
  self.state.attendTimer = due === undefined ? undefined : self.after(Math.max(0, due - now), registerMessage)
}
