/**
 * One socket as an actor: connecting, syncing, live, behind, ending. It handles the client's frames, among them the
 * signs of a person (active, typing, whom to watch), and brings the socket up to date with its logs.
 */
import { Effect } from "effect"
import { closeCodeOf } from "../../accounts/RevocationWatch.ts"
import { type ConversationId, personalLog } from "../../domain/Ids.ts"
import { SmallMap } from "../../domain/SmallMap.ts"
import type { ActorRef } from "../../kernel/ActorRef.ts"
import { type Behaviour, type Handled, type StopReason, stop } from "../../kernel/Behaviour.ts"
import type { Membership } from "../../ports/Conversations.ts"
import type { ClientFrame, CursorPair } from "../../protocol/ClientFrame.ts"
import { type CloseCode, CloseCodes } from "../../protocol/CloseCode.ts"
import { commandOps, isCommandFrame } from "../../protocol/CommandFrame.ts"
import type { FrameProblem } from "../../protocol/FrameCodec.ts"
import type { GatewayPorts } from "../GatewayPorts.ts"
import { expireAnswers, submitFrame, takeAnswer } from "./DeviceCommands.ts"
import type { DeviceMessage, DeviceSession } from "./DeviceSession.ts"
import type { DeviceSelf, DeviceState, OfUser } from "./DeviceState.ts"
import { acknowledge, answerPing, placeDevice, readRange, stepEvents, syncAfter, syncStep } from "./DeviceSync.ts"
import type { UserMessage } from "./UserMessage.ts"

/** A reader that did not drain in this time is closed, and caught up when it returns (ms). */
const lagMaxMs = 30_000
/** Pairs of all hello and cursors frames of one socket together. */
const cursorsMax = 10_000
/** The last of them comes in this time after welcome (ms). */
const cursorsWithinMs = 30_000
/** Conversations whose reading is told before its places are known. */
const readsMax = 500

/** One for each socket, hence with nothing of its own but where it begins: the rest is the class's. */
export class DeviceBehaviour implements Behaviour<DeviceState, DeviceMessage> {
  constructor(
    private readonly ports: GatewayPorts,
    private readonly session: DeviceSession,
    private readonly user: ActorRef<UserMessage>,
    private readonly ofUser: OfUser
  ) {}

  get name() {
    return "device"
  }

  get capacity() {
    return 256
  }

  get onFull() {
    return "refuse" as const
  }

  get supervision() {
    return stop
  }

  init(): DeviceState {
    return {
      phase: "connecting",
      session: this.session,
      user: this.user,
      ofUser: this.ofUser,
      owner: undefined,
      cursors: undefined,
      stated: 0,
      reads: undefined,
      expiring: false,
      syncing: false,
      stepEvents: stepEvents.first,
      greeted: false,
      trusted: false,
      lagDeadline: undefined,
      nextSync: undefined
    }
  }

  label(state: DeviceState): string {
    return state.phase
  }

  receive(self: DeviceSelf, message: DeviceMessage): Handled {
    const { fanout } = this.ports
    const handled = receive(this.ports, self, message)
    if (handled === undefined) fanout.flush()
    return handled === undefined
      ? undefined
      : Effect.ensuring(
          handled,
          Effect.sync(() => fanout.flush())
        )
  }

  onStop({ state: { session } }: DeviceSelf, reason: StopReason): void {
    const failed = reason._tag === "Failed"
    if (failed) this.ports.faults.note("actor_failed")
    if (!session.closed) session.socket.close(failed ? CloseCodes.internal : CloseCodes.goingAway)
    session.closed = true
  }
}

const receive = (
  ports: GatewayPorts,
  self: DeviceSelf,
  message: DeviceMessage
): Effect.Effect<void, unknown> | undefined => {
  const { state } = self
  switch (message._tag) {
    case "Begin":
      return begin(ports, self, message)
    case "Entered":
      return entered(ports, self, message.memberships)
    case "Frame":
      return frame(ports, self, message.frame)
    case "BadFrame":
      return badFrame(ports, self, message.problem)
    case "Answered":
      return takeAnswer(self, message.answer)
    case "Sync":
      return syncStep(ports, self)
    case "Lagging":
      if (state.phase === "live" || state.phase === "syncing") state.phase = "behind"
      state.lagDeadline?.cancel()
      state.lagDeadline = self.after(lagMaxMs, { _tag: "LagDeadline" })
      return undefined
    case "Drained":
      return drained(ports, self)
    case "LagDeadline":
      if (state.session.lagging) end(ports, self, CloseCodes.tooSlow)
      return undefined
    case "CursorsDeadline":
      if (state.phase === "connecting") end(ports, self, CloseCodes.helloTimeout)
      return undefined
    case "ExpireAnswers":
      return expireAnswers(self)
    case "Revoked":
      end(ports, self, CloseCodes.revoked)
      return undefined
    case "Moving":
      state.session.send({ op: "moving", retryAfterMs: message.retryAfterMs })
      return undefined
    case "End":
      end(ports, self, message.code)
      return undefined
  }
}

const end = (ports: GatewayPorts, self: DeviceSelf, code: CloseCode): void => {
  if (self.state.phase === "ending") return
  self.state.phase = "ending"
  const { session } = self.state
  session.flush()
  const silentMs = session.socket.silentMs()
  // One that answered its last ping lives, and is only sent away for a moment.
  session.heardAtMs ??= self.now() - (silentMs > 1.5 * ports.settings.pingIntervalMs ? silentMs : 0)
  if (!session.closed) session.socket.close(code)
  session.closed = true
  self.stop()
}

const begin = (ports: GatewayPorts, self: DeviceSelf, message: Extract<DeviceMessage, { _tag: "Begin" }>) => {
  self.state.owner = message.owner
  const ending = ports.endingOf(message.owner.deviceId)
  if (ending !== undefined) {
    end(ports, self, closeCodeOf(ending))
    return undefined
  }
  const away = ports.outages.resumeTickets
  return ports.resumeTicket(message.owner, self.state.session.socket.origin).pipe(
    Effect.zipLeft(away.over),
    // A sign-in without a resume ticket still works: the next ticket comes by HTTP.
    Effect.catchAll(({ cause }) => Effect.as(away.met(cause), { ticket: "", ttlMs: 0 })),
    Effect.map(({ ticket, ttlMs }) => {
      const { session } = self.state
      const now = self.now()
      session.renewAtMs = now + ttlMs / 2
      session.send({
        op: "welcome",
        version: message.version,
        epoch: ports.epoch,
        userId: session.userId,
        device: session.deviceId,
        resumeTicket: ticket,
        resumeTicketTtlMs: ttlMs,
        pingIntervalMs: ports.settings.pingIntervalMs,
        at: ports.onWall(now)
      })
      self.state.trusted = message.trustCursors
      if (!takeCursors(self, message.cursors)) end(ports, self, CloseCodes.badFrame)
      else if (message.last) startLoading(ports, self)
      else self.after(cursorsWithinMs, { _tag: "CursorsDeadline" })
    })
  )
}

/** False: with these there are too many, and none of them is taken. */
const takeCursors = (self: DeviceSelf, pairs: ReadonlyArray<CursorPair>): boolean => {
  self.state.stated += pairs.length
  if (self.state.stated > cursorsMax) return false
  if (!self.state.trusted || pairs.length === 0) return true
  self.state.cursors ??= new SmallMap()
  for (const [log, seq] of pairs) self.state.cursors.set(log, seq)
  return true
}

const startLoading = (ports: GatewayPorts, self: DeviceSelf): void => {
  self.state.phase = "syncing"
  self.state.session.present = true
  load(ports, self)
}

const load = (ports: GatewayPorts, self: DeviceSelf): void => {
  const told = self.state.user.tell({ _tag: "Load", session: self.state.session })
  if (told === "ok") return
  // Its place would never be loaded, and the socket would wait for ever. A user's actor that stops ends its sockets by
  // itself.
  if (told === "full") ports.faults.note("user_full")
  end(ports, self, told === "full" ? CloseCodes.internal : CloseCodes.goingAway)
}

const entered = (ports: GatewayPorts, self: DeviceSelf, memberships: ReadonlyArray<Membership>) => {
  // Before it has told its cursors it has no place anywhere; its own loading comes after them.
  if (self.state.phase === "ending" || self.state.phase === "connecting") return undefined
  for (const membership of memberships) placeDevice(ports, self.state, membership)
  // Whoever is not in it has no use for the rest, as many as it likes to name; a log that is added later is told as
  // behind.
  self.state.cursors = undefined
  const { reads } = self.state
  self.state.reads = undefined
  if (reads !== undefined) for (const [log, upTo] of reads) takeRead(self, log, upTo)
  return syncStep(ports, self)
}

const drained = (ports: GatewayPorts, self: DeviceSelf) => {
  const { session } = self.state
  if (!session.lagging) return undefined
  session.resume()
  self.state.lagDeadline?.cancel()
  session.socket.setReading(true)
  if (session.missedCells) {
    session.missedCells = false
    load(ports, self)
  }
  syncAfter(self, 0)
  return undefined
}

const frame = (
  ports: GatewayPorts,
  self: DeviceSelf,
  message: ClientFrame
): Effect.Effect<void, unknown> | undefined => {
  const { state } = self
  // What a device sent before it was revoked is not taken after it.
  if (state.phase === "ending" || state.session.closed) return undefined
  recordActivity(self, message.op)
  if (isCommandFrame(message)) {
    submitFrame(ports, self, message)
    return undefined
  }
  switch (message.op) {
    case "hello":
      end(ports, self, CloseCodes.badFrame)
      return undefined
    case "cursors":
      if (state.phase !== "connecting") end(ports, self, CloseCodes.badFrame)
      else {
        if (!takeCursors(self, message.pairs)) end(ports, self, CloseCodes.badFrame)
        else if (message.last) startLoading(ports, self)
      }
      return undefined
    case "ack":
      return acknowledge(ports, self, message.cursors, () => end(ports, self, CloseCodes.badFrame))
    case "read":
      takeRead(self, message.conversationId, message.seq)
      return undefined
    case "range":
      return readRange(ports, self, message)
    case "typing":
    case "watch":
    case "presence":
      takePresenceFrame(ports, self, message)
      return undefined
    case "ping":
      return answerPing(ports, self)
    case "bye":
      state.session.goodbye = true
      end(ports, self, CloseCodes.goingAway)
      return undefined
  }
}

const takeRead = ({ state }: DeviceSelf, conversationId: ConversationId, upTo: number): void => {
  const { session, user } = state
  // A conversation that this socket has no place in is none of its user's.
  if (session.subscriptions.has(conversationId))
    user.tell({ _tag: "Read", conversationId, upTo, device: session.deviceId })
  else if (!session.subscriptions.has(personalLog(session.userId))) {
    state.reads ??= new SmallMap()
    // Beyond the bound it is told once more by the client, which hears no echo.
    if (state.reads.size < readsMax || state.reads.has(conversationId))
      state.reads.set(conversationId, Math.max(upTo, state.reads.get(conversationId) ?? 0))
  }
}

/**
 * A command whose id can be read is refused for good, since this outbox never handed it over; anything else ends the
 * socket.
 */
const badFrame = (ports: GatewayPorts, self: DeviceSelf, problem: FrameProblem) => {
  const { session } = self.state
  if (problem.id === undefined || problem.conversationId === undefined) {
    end(ports, self, CloseCodes.badFrame)
    return undefined
  }
  session.send({ op: "refused", id: problem.id, conversationId: problem.conversationId, code: problem.code })
  return undefined
}

type Op = ClientFrame["op"]

/** Frames that a person causes, and those of them that end an idleness which the device told itself. */
const acts: ReadonlySet<Op> = new Set<Op>([...commandOps, "read", "typing", "watch", "presence"])
const returns: ReadonlySet<Op> = new Set<Op>([...commandOps, "typing"])

/** Runs for every frame: a look into a set and a number, and a word to the user only when an idle device comes back. */
const recordActivity = (self: DeviceSelf, op: Op): void => {
  if (!acts.has(op)) return
  const { session, user } = self.state
  session.actedAtMs = self.now()
  if (session.saidIdle && returns.has(op)) session.saidIdle = false
  if (!session.toldIdle || session.saidIdle) return
  session.toldIdle = false
  user.tell({ _tag: "RegisterDevices" })
}

const takePresenceFrame = (
  ports: GatewayPorts,
  self: DeviceSelf,
  message: Extract<ClientFrame, { op: "typing" | "watch" | "presence" }>
): void => {
  const { ofUser, session, user } = self.state
  switch (message.op) {
    case "typing": {
      // A conversation that this socket has no place in is none of its user's.
      const place = session.subscriptions.get(message.conversationId)?.place
      if (place !== undefined) ports.hints.typing(ofUser.hints, session.userId, place, self.now())
      return
    }
    case "watch":
      ports.watches.watch(session, message.userIds)
      return
    case "presence":
      if (session.saidIdle === (message.state === "idle")) return
      session.saidIdle = message.state === "idle"
      user.tell({ _tag: "RegisterDevices" })
  }
}
