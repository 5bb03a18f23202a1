/**
 * A user with at least one socket at this gateway: which devices are here, which conversations, how fast it may send,
 * and its read cursors on their way to the personal log.
 */
import { Effect } from "effect"
import type { Membership } from "../conversations/Conversations.ts"
import { deviceBehaviour } from "../devices/DeviceActor.ts"
import type { DeviceMessage } from "../devices/DeviceMessage.ts"
import type { DeviceSession } from "../devices/DeviceSession.ts"
import type { GatewayPorts } from "../devices/GatewayPorts.ts"
import type { LogEvent } from "../domain/Event.ts"
import { CommandId, type ConversationId, type DeviceId, personalLog, UserId } from "../domain/Ids.ts"
import { fullBucket, type TokenBucket } from "../domain/TokenBucket.ts"
import type { ActorRef } from "../kernel/ActorRef.ts"
import type { Behaviour, Self, Timer } from "../kernel/Behaviour.ts"
import { resume } from "../kernel/Supervision.ts"
import { tellOrStop } from "../kernel/tellOrStop.ts"
import type { Answer } from "../messages/Submission.ts"
import { CloseCodes } from "../protocol/CloseCode.ts"
import type { UserMessage } from "./UserMessage.ts"

export interface UserState {
  readonly userId: UserId
  readonly devices: Map<DeviceSession, ActorRef<DeviceMessage>>
  readonly logs: Set<ConversationId>
  /** Shared by all devices here. */
  readonly sends: TokenBucket
  readonly reads: Map<ConversationId, PendingRead>
  /** Runs while no device is here. */
  grace: Timer | undefined
}

/** A read cursor on its way: `sent` is under way or stored, `upTo` is wanted. */
interface PendingRead {
  upTo: number
  sent: number
  device: DeviceId
  timer: boolean
  /** Turns of the timer in which nothing new was wanted. */
  quiet: number
}

/** One advance in this time for each conversation (ms); what comes meanwhile is the next one. */
const readEveryMs = 2_000
/** Turns after which a read that was sent counts as taken: a worker answers busy within them. */
const quietTurns = 3
/** How long an actor stays after its last socket, so that a reload finds it (ms). */
const graceMs = 5_000
/** Conversations whose read cursor is kept while it is coalesced; beyond it the oldest is forgotten, which costs one repeated event. */
const readsMax = 1_000

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
    reads: new Map(),
    grace: undefined
  }),
  label: (state) => `${state.devices.size} devices, ${state.logs.size} logs`,
  receive: (self, message) => {
    switch (message._tag) {
      case "Attach":
        return attach(ports, self, message)
      case "Load":
        return load(ports, self, [message.session])
      case "Reload":
        return load(ports, self, [...self.state.devices.keys()])
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
    ports.fanout.leave(userId, self.state.logs, self.now())
  }
})

/** The key under which answers to the gateway's own commands for a user come back. */
const readKey = (userId: UserId): string => `read:${userId}`
export const isReadKey = (key: string): boolean => key.startsWith("read:")
export const userOfReadKey = (key: string): UserId => UserId.make(key.slice("read:".length))

const attach = (ports: GatewayPorts, self: Self<UserState, UserMessage>, message: Extract<UserMessage, { _tag: "Attach" }>) => {
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
  const ref = self.spawn(`device/${device}/${instance}/${session.key}`, deviceBehaviour(ports, session, self.ref, self.state.sends))
  self.state.devices.set(session, ref)
  ports.sessions.set(session.key, session)
  ports.refs.set(session.key, ref)
  message.begin(ref)
}

/** The three steps: interest is registered, memberships with heads are read, and each device is told where it stands. */
const load = (ports: GatewayPorts, self: Self<UserState, UserMessage>, sessions: ReadonlyArray<DeviceSession>) =>
  ports.memberships(self.state.userId).pipe(
    Effect.map((memberships) => enter(ports, self, memberships, sessions)),
    Effect.catchAll((error) =>
      Effect.zipRight(
        Effect.logWarning("Memberships could not be read; the sockets are asked to come back", error),
        Effect.sync(() => {
          tellDevices(self, sessions, { _tag: "End", code: CloseCodes.internal })
        })
      )
    )
  )

const enter = (
  ports: GatewayPorts,
  self: Self<UserState, UserMessage>,
  memberships: ReadonlyArray<Membership>,
  sessions: ReadonlyArray<DeviceSession>
) => {
  for (const membership of memberships) {
    ports.fanout.enter(membership, self.now())
    self.state.logs.add(membership.log)
  }
  tellDevices(self, sessions, { _tag: "Entered", memberships })
}

const tellDevices = (self: Self<UserState, UserMessage>, sessions: ReadonlyArray<DeviceSession>, message: DeviceMessage) => {
  for (const session of sessions) {
    const ref = self.state.devices.get(session)
    if (ref !== undefined) tellOrStop(ref, message)
  }
}

const detach = (ports: GatewayPorts, self: Self<UserState, UserMessage>, session: DeviceSession) => {
  self.state.devices.delete(session)
  release(ports, session)
  if (self.state.devices.size > 0) return
  self.state.grace?.cancel()
  self.state.grace = self.after(graceMs, { _tag: "Idle" })
}

const release = (ports: GatewayPorts, session: DeviceSession) => {
  ports.sessions.delete(session.key)
  ports.refs.delete(session.key)
  ports.fanout.detach(session)
}

const idle = (self: Self<UserState, UserMessage>) => {
  // What waits in the mailbox may be a socket that has just come: it is taken, told to go, and its client comes back to a fresh actor.
  if (self.state.devices.size === 0) self.ref.stop("drain")
}

const personal = (ports: GatewayPorts, self: Self<UserState, UserMessage>, events: ReadonlyArray<LogEvent>) => {
  let added = false
  for (const event of events) {
    if (event.kind === "added") added = true
    else if (event.kind === "deviceRevoked") {
      for (const [session, ref] of self.state.devices) if (session.deviceId === event.deviceId) tellOrStop(ref, { _tag: "Revoked" })
    }
  }
  return added ? load(ports, self, [...self.state.devices.keys()]) : undefined
}

const read = (ports: GatewayPorts, self: Self<UserState, UserMessage>, message: Extract<UserMessage, { _tag: "Read" }>) => {
  const { conversationId, device, upTo } = message
  const known = self.state.reads.get(conversationId)
  if (known !== undefined) {
    known.upTo = Math.max(known.upTo, upTo)
    known.device = device
    return
  }
  if (self.state.reads.size >= readsMax) {
    const oldest = self.state.reads.keys().next()
    if (!oldest.done) self.state.reads.delete(oldest.value)
  }
  const pending: PendingRead = { upTo, sent: 0, device, timer: false, quiet: 0 }
  self.state.reads.set(conversationId, pending)
  sendRead(ports, self, conversationId, pending)
}

const sendRead = (ports: GatewayPorts, self: Self<UserState, UserMessage>, conversationId: ConversationId, pending: PendingRead) => {
  const { userId } = self.state
  const log = personalLog(userId)
  pending.sent = pending.upTo
  pending.quiet = 0
  const failed = ports.lanes.submit(
    {
      v: 1,
      to: ports.node,
      key: readKey(userId),
      log,
      commands: [
        {
          log,
          id: CommandId.make(ports.makeId(self.now())),
          by: userId,
          device: pending.device,
          epoch: ports.epoch,
          body: { kind: "read", conversationId, upTo: pending.upTo }
        }
      ]
    },
    200,
    () => {
      pending.sent = 0
    }
  )
  if (failed !== undefined) pending.sent = 0
  if (!pending.timer) armRead(self, conversationId, pending)
}

const armRead = (self: Self<UserState, UserMessage>, conversationId: ConversationId, pending: PendingRead) => {
  pending.timer = true
  self.after(readEveryMs, { _tag: "FlushRead", conversationId })
}

const flushRead = (ports: GatewayPorts, self: Self<UserState, UserMessage>, conversationId: ConversationId) => {
  const pending = self.state.reads.get(conversationId)
  if (pending === undefined) return
  pending.timer = false
  if (pending.upTo > pending.sent) sendRead(ports, self, conversationId, pending)
  else if (++pending.quiet < quietTurns) armRead(self, conversationId, pending)
  else self.state.reads.delete(conversationId)
}

const flushReads = (ports: GatewayPorts, self: Self<UserState, UserMessage>) => {
  for (const [conversationId, pending] of self.state.reads) if (pending.upTo > pending.sent) sendRead(ports, self, conversationId, pending)
}

const readAnswered = (self: Self<UserState, UserMessage>, answer: Answer) => {
  // Which of several is busy can't be told apart: all unsettled ones are sent again by their timers, and a read is idempotent.
  if (answer.result._tag === "Busy") for (const pending of self.state.reads.values()) pending.sent = 0
}
