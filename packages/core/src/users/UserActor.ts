/**
 * A user with at least one socket at this gateway: which devices are here, which conversations, how fast it may send,
 * what others are told of it, and its read cursors on their way to the personal log.
 */
import { Effect } from "effect"
import type { Membership } from "../conversations/Conversations.ts"
import { deviceBehaviour } from "../devices/DeviceActor.ts"
import type { DeviceMessage } from "../devices/DeviceMessage.ts"
import type { DeviceSession } from "../devices/DeviceSession.ts"
import type { GatewayPorts } from "../devices/GatewayPorts.ts"
import type { LogEvent } from "../domain/Event.ts"
import type { UserId } from "../domain/Ids.ts"
import { fullBucket } from "../domain/TokenBucket.ts"
import type { Behaviour } from "../kernel/Behaviour.ts"
import { resume } from "../kernel/Supervision.ts"
import { tellOrStop } from "../kernel/tellOrStop.ts"
import { Attendance } from "../presence/Attendance.ts"
import { UserHints } from "../presence/UserHints.ts"
import { CloseCodes } from "../protocol/CloseCode.ts"
import type { UserMessage } from "./UserMessage.ts"
import { attend, heed, miss } from "./UserPresence.ts"
import { flushRead, flushReads, read, readAnswered } from "./UserReads.ts"
import type { UserSelf, UserState } from "./UserState.ts"

/** How long an actor stays after its last socket, so that a reload finds it (ms). */
const graceMs = 5_000

export const userBehaviour = (ports: GatewayPorts, userId: UserId): Behaviour<UserState, UserMessage> => ({
  name: "user",
  capacity: 1_024,
  onFull: "refuse",
  supervision: resume,
  init: (self) => ({
    userId,
    devices: new Map(),
    logs: new Set(),
    sends: fullBucket(ports.settings.sends, self.now()),
    hints: new UserHints(),
    attendance: new Attendance(userId),
    reads: new Map(),
    grace: undefined,
    attendTimer: undefined
  }),
  label: (state) => `${state.devices.size} devices, ${state.logs.size} logs`,
  receive: (self, message) => {
    switch (message._tag) {
      case "Attach":
        return attach(ports, self, message)
      case "Load":
        return load(ports, self, [message.session])
      case "Reload":
        // Of what was jumped over some may have been the user's wish: it is read again.
        self.state.hints.invisible = undefined
        return load(ports, self, [...self.state.devices.keys()])
      case "Attend":
        return attend(ports, self)
      case "Personal":
        return personal(ports, self, message.events)
      case "Read":
        return read(ports, self, message)
      case "FlushRead":
        return flushRead(ports, self, message.conversationId)
      case "FlushReads":
        return flushReads(ports, self)
      case "ReadAnswered":
        return readAnswered(self, message.answer)
      case "Idle":
        return idle(self)
    }
  },
  // A signal comes even when the mailbox is full, so no socket is ever left behind.
  onSignal: (self, signal) => {
    for (const [session, ref] of self.state.devices) if (ref.path === signal.path) detach(ports, self, session)
  },
  onStop: (self) => {
    // An actor that stops gets no signals of its children any more.
    for (const session of self.state.devices.keys()) release(ports, session)
    ports.reportPresence(self.state.attendance.close(self.now()))
    ports.fanout.leave(userId, self.state.logs, self.now())
  }
})

const attach = (ports: GatewayPorts, self: UserSelf, message: Extract<UserMessage, { _tag: "Attach" }>) => {
  const { device, instance } = message
  self.state.grace?.cancel()
  const ofDevice = [...self.state.devices].filter(([session]) => session.deviceId === device)
  for (const [session, ref] of ofDevice) if (session.instance === instance) tellOrStop(ref, { _tag: "End", code: CloseCodes.replaced })
  const session = message.makeSession()
  if (ofDevice.filter(([other]) => other.instance !== instance).length >= ports.settings.socketsPerDevice) {
    session.socket.close(CloseCodes.rateLimited)
    return
  }
  // The key is unique, so that the new socket need not wait for the old one's path.
  const ref = self.spawn(`device/${device}/${instance}/${session.key}`, deviceBehaviour(ports, session, self.ref, self.state))
  self.state.devices.set(session, ref)
  ports.sessions.set(session.key, session)
  ports.refs.set(session.key, ref)
  message.begin(ref)
}

/** The three steps: interest is registered, memberships with heads are read, and each device is told where it stands. */
const load = (ports: GatewayPorts, self: UserSelf, sessions: ReadonlyArray<DeviceSession>) =>
  ports.memberships(self.state.userId).pipe(
    Effect.map((memberships) => enter(ports, self, memberships, sessions)),
    // Also what was no error of the store: a socket without its logs would wait for ever.
    Effect.catchAllCause((cause) =>
      Effect.zipRight(
        Effect.logWarning("Memberships could not be read; the sockets are asked to come back", cause),
        Effect.sync(() => {
          tellDevices(self, sessions, { _tag: "End", code: CloseCodes.internal })
        })
      )
    ),
    Effect.zipRight(Effect.suspend(() => attend(ports, self) ?? Effect.void))
  )

const enter = (ports: GatewayPorts, self: UserSelf, memberships: ReadonlyArray<Membership>, sessions: ReadonlyArray<DeviceSession>) => {
  for (const membership of memberships) {
    ports.fanout.enter(membership, self.now())
    self.state.logs.add(membership.log)
  }
  tellDevices(self, sessions, { _tag: "Entered", memberships })
}

const tellDevices = (self: UserSelf, sessions: ReadonlyArray<DeviceSession>, message: DeviceMessage) => {
  for (const session of sessions) {
    const ref = self.state.devices.get(session)
    if (ref !== undefined) tellOrStop(ref, message)
  }
}

const detach = (ports: GatewayPorts, self: UserSelf, session: DeviceSession) => {
  self.state.devices.delete(session)
  release(ports, session)
  miss(ports, self, session)
  if (self.state.devices.size > 0) return
  self.state.grace?.cancel()
  self.state.grace = self.after(graceMs, { _tag: "Idle" })
}

const release = (ports: GatewayPorts, session: DeviceSession) => {
  ports.sessions.delete(session.key)
  ports.refs.delete(session.key)
  ports.fanout.detach(session)
  ports.watches.end(session)
}

const idle = (self: UserSelf) => {
  // What waits in the mailbox may be a socket that has just come: it is taken, told to go, and its client comes back to a fresh actor.
  if (self.state.devices.size === 0) self.ref.stop("drain")
}

const personal = (ports: GatewayPorts, self: UserSelf, events: ReadonlyArray<LogEvent>) => {
  heed(ports, self, events)
  let added = false
  for (const event of events) {
    if (event.kind === "added") added = true
    else if (event.kind === "deviceRevoked") {
      for (const [session, ref] of self.state.devices) if (session.deviceId === event.deviceId) tellOrStop(ref, { _tag: "Revoked" })
    }
  }
  return added ? load(ports, self, [...self.state.devices.keys()]) : undefined
}
