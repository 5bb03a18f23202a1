/**
 * One socket as an actor: connecting, syncing, live, behind, ending. It handles the client's frames, including presence
 * frames (active, typing, watched users), and brings the socket up to date with its logs.
 */
import { Context, Effect, Layer } from "effect"
import { Authenticator } from "../../accounts/Authenticator.ts"
import { closeCodeOf, RevocationWatch } from "../../accounts/RevocationWatch.ts"
import { type ConversationId, personalLog } from "../../domain/Ids.ts"
import { SmallMap } from "../../domain/SmallMap.ts"
import { makeOutageLog } from "../../fibers/logging.ts"
import type { ActorRef } from "../../kernel/ActorRef.ts"
import { type Behaviour, type Handled, type StopReason, stop } from "../../kernel/Behaviour.ts"
import type { Membership } from "../../ports/Conversations.ts"
import {
  type ClientFrame,
  type CursorPair,
  commandOps,
  type FrameProblem,
  isCommandFrame
} from "../../protocol/ClientFrame.ts"
import { type CloseCode, CloseCodes } from "../../protocol/CloseCode.ts"
import { Fanout } from "../fanout/Fanout.ts"
import { GatewayNode } from "../GatewayNode.ts"
import type { DeviceSettings } from "../GatewaySettings.ts"
import { GatewayPresence } from "../presence/GatewayPresence.ts"
import { DeviceCommands, expireAnswers, takeAnswer } from "./DeviceCommands.ts"
import type { DeviceMessage, DeviceSession } from "./DeviceSession.ts"
import type { DeviceSelf, DeviceState, OfUser } from "./DeviceState.ts"
import { DeviceSync, stepEvents, syncAfter } from "./DeviceSync.ts"
import { SocketFaults } from "./SocketFaults.ts"
import type { UserMessage } from "./UserMessage.ts"

/** A reader that does not drain in this time is disconnected, and catches up when it reconnects (ms). */
const lagMaxMs = 30_000
/** The most pairs in all hello and cursors frames of one socket together. */
const cursorsMax = 10_000
/** The deadline of the last one after welcome (ms). */
const cursorsWithinMs = 30_000
/** Conversations for which a read is remembered while their places are unknown. */
const readsMax = 500

/** Handles the messages of all sockets of a gateway. Created once; takes each service once. */
export class DeviceActors {
  static readonly Tag = Context.GenericTag<DeviceActors>("@hibiki/core/gateway/DeviceActors")
  static readonly layerWith = (settings: Pick<DeviceSettings, "pingIntervalMs">) =>
    Layer.effect(
      this.Tag,
      Effect.gen(function* () {
        const [gateway, fanout, presence] = [yield* GatewayNode, yield* Fanout.Tag, yield* GatewayPresence]
        const [authenticator, revocations] = [yield* Authenticator, yield* RevocationWatch]
        const [commands, sync, faults] = [yield* DeviceCommands.Tag, yield* DeviceSync.Tag, yield* SocketFaults]
        return new DeviceActors(settings, gateway, fanout, presence, authenticator, revocations, commands, sync, faults)
      })
    )

  private readonly outage = makeOutageLog("No resume ticket could be made", "Resume tickets can be made again")

  constructor(
    private readonly settings: Pick<DeviceSettings, "pingIntervalMs">,
    private readonly gateway: GatewayNode["Type"],
    private readonly fanout: Fanout,
    private readonly presence: GatewayPresence["Type"],
    private readonly authenticator: Pick<Authenticator, "resumeTicket">,
    private readonly revocations: Pick<RevocationWatch, "endingOf">,
    private readonly commands: DeviceCommands,
    private readonly sync: DeviceSync,
    private readonly faults: SocketFaults["Type"]
  ) {}

  receive(self: DeviceSelf, message: DeviceMessage): Handled {
    const { fanout } = this
    const handled = this.handle(self, message)
    if (handled === undefined) fanout.flush()
    return handled === undefined
      ? undefined
      : Effect.ensuring(
          handled,
          Effect.sync(() => fanout.flush())
        )
  }

  /** The actor has stopped. */
  end(session: DeviceSession, reason: StopReason): void {
    const failed = reason._tag === "Failed"
    if (failed) this.faults.note("actor_failed")
    if (!session.closed) session.socket.close(failed ? CloseCodes.internal : CloseCodes.goingAway)
    session.closed = true
  }

  private handle(self: DeviceSelf, message: DeviceMessage): Effect.Effect<void, unknown> | undefined {
    const { state } = self
    switch (message._tag) {
      case "Begin":
        return this.begin(self, message)
      case "Entered":
        return this.entered(self, message.memberships)
      case "Frame":
        return this.frame(self, message.frame)
      case "BadFrame":
        return this.badFrame(self, message.problem)
      case "Answered":
        return takeAnswer(self, message.answer)
      case "Sync":
        return this.sync.step(self)
      case "Lagging":
        if (state.phase === "live" || state.phase === "syncing") state.phase = "behind"
        state.lagDeadline?.cancel()
        state.lagDeadline = self.after(lagMaxMs, { _tag: "LagDeadline" })
        return undefined
      case "Drained":
        return this.drained(self)
      case "LagDeadline":
        if (state.session.lagging) this.close(self, CloseCodes.tooSlow)
        return undefined
      case "CursorsDeadline":
        if (state.phase === "connecting") this.close(self, CloseCodes.helloTimeout)
        return undefined
      case "ExpireAnswers":
        return expireAnswers(self)
      case "Revoked":
        this.close(self, CloseCodes.revoked)
        return undefined
      case "Moving":
        state.session.send({ op: "moving", retryAfterMs: message.retryAfterMs })
        return undefined
      case "End":
        this.close(self, message.code)
        return undefined
    }
  }

  private close(self: DeviceSelf, code: CloseCode): void {
    if (self.state.phase === "ending") return
    self.state.phase = "ending"
    const { session } = self.state
    session.flush()
    const silentMs = session.socket.silentMs()
    // A device that answered its last ping is alive, and is only away for a moment.
    session.heardAtMs ??= self.now() - (silentMs > 1.5 * this.settings.pingIntervalMs ? silentMs : 0)
    if (!session.closed) session.socket.close(code)
    session.closed = true
    self.stop()
  }

  private begin(self: DeviceSelf, message: Extract<DeviceMessage, { _tag: "Begin" }>) {
    self.state.owner = message.owner
    const ending = this.revocations.endingOf(message.owner.deviceId)
    if (ending !== undefined) {
      this.close(self, closeCodeOf(ending))
      return undefined
    }
    const away = this.outage
    return this.authenticator.resumeTicket(message.owner, self.state.session.socket.origin).pipe(
      Effect.zipLeft(away.over),
      // A sign-in without a resume ticket still works: the client gets the next ticket by HTTP.
      Effect.catchAll(({ cause }) => Effect.as(away.met(cause), { ticket: "", ttlMs: 0 })),
      Effect.map(({ ticket, ttlMs }) => {
        const { session } = self.state
        const now = self.now()
        session.renewAtMs = now + ttlMs / 2
        session.send({
          op: "welcome",
          version: message.version,
          epoch: this.gateway.epoch,
          userId: session.userId,
          device: session.deviceId,
          resumeTicket: ticket,
          resumeTicketTtlMs: ttlMs,
          pingIntervalMs: this.settings.pingIntervalMs,
          at: this.gateway.onWall(now)
        })
        self.state.trusted = message.trustCursors
        if (!takeCursors(self, message.cursors)) this.close(self, CloseCodes.badFrame)
        else if (message.last) this.startLoading(self)
        else self.after(cursorsWithinMs, { _tag: "CursorsDeadline" })
      })
    )
  }

  private startLoading(self: DeviceSelf): void {
    self.state.phase = "syncing"
    self.state.session.present = true
    this.load(self)
  }

  private load(self: DeviceSelf): void {
    const told = self.state.user.tell({ _tag: "Load", session: self.state.session })
    if (told === "ok") return
    // Without its logs the socket would wait for ever. A user's actor that stops ends its sockets by itself.
    if (told === "full") this.faults.note("user_full")
    this.close(self, told === "full" ? CloseCodes.internal : CloseCodes.goingAway)
  }

  private entered(self: DeviceSelf, memberships: ReadonlyArray<Membership>) {
    // Before its last cursors it has no place in any log; its own loading follows them.
    if (self.state.phase === "ending" || self.state.phase === "connecting") return undefined
    for (const membership of memberships) this.sync.subscribe(self.state, membership)
    // A device may name any number of logs without being a member. A log that is added later begins as `behind`.
    self.state.cursors = undefined
    const { reads } = self.state
    self.state.reads = undefined
    if (reads !== undefined) for (const [log, upTo] of reads) takeRead(self, log, upTo)
    return this.sync.step(self)
  }

  private drained(self: DeviceSelf) {
    const { session } = self.state
    if (!session.lagging) return undefined
    session.resume()
    self.state.lagDeadline?.cancel()
    session.socket.setReading(true)
    if (session.missedCells) {
      session.missedCells = false
      this.load(self)
    }
    syncAfter(self, 0)
    return undefined
  }

  private frame(self: DeviceSelf, message: ClientFrame): Effect.Effect<void, unknown> | undefined {
    const { state } = self
    // Ignore frames that a device sent before its revocation and that arrive after it.
    if (state.phase === "ending" || state.session.closed) return undefined
    recordActivity(self, message.op)
    if (isCommandFrame(message)) {
      this.commands.submit(self, message)
      return undefined
    }
    switch (message.op) {
      case "hello":
        this.close(self, CloseCodes.badFrame)
        return undefined
      case "cursors":
        if (state.phase !== "connecting") this.close(self, CloseCodes.badFrame)
        else {
          if (!takeCursors(self, message.pairs)) this.close(self, CloseCodes.badFrame)
          else if (message.last) this.startLoading(self)
        }
        return undefined
      case "ack":
        return this.sync.acknowledge(self, message.cursors, () => this.close(self, CloseCodes.badFrame))
      case "read":
        takeRead(self, message.conversationId, message.seq)
        return undefined
      case "range":
        return this.sync.readRange(self, message)
      case "typing":
      case "watch":
      case "presence":
        this.takePresenceFrame(self, message)
        return undefined
      case "ping":
        return this.answerPing(self)
      case "bye":
        state.session.goodbye = true
        this.close(self, CloseCodes.goingAway)
        return undefined
    }
  }

  /**
   * Refuses a command with a readable id for good, since this outbox never submitted it; any other bad frame ends the
   * socket.
   */
  private badFrame(self: DeviceSelf, problem: FrameProblem) {
    const { session } = self.state
    if (problem.id === undefined || problem.conversationId === undefined) {
      this.close(self, CloseCodes.badFrame)
      return undefined
    }
    session.send({ op: "refused", id: problem.id, conversationId: problem.conversationId, code: problem.code })
    return undefined
  }

  private takePresenceFrame(
    self: DeviceSelf,
    message: Extract<ClientFrame, { op: "typing" | "watch" | "presence" }>
  ): void {
    const { ofUser, session, user } = self.state
    switch (message.op) {
      case "typing": {
        // If the socket has no place in the conversation, its user is not a member.
        const place = session.subscriptions.get(message.conversationId)?.place
        if (place !== undefined) this.presence.hints.typing(ofUser.hints, session.userId, place, self.now())
        return
      }
      case "watch":
        this.presence.watches.watch(session, message.userIds)
        return
      case "presence":
        if (session.saidIdle === (message.state === "idle")) return
        session.saidIdle = message.state === "idle"
        user.tell({ _tag: "RegisterDevices" })
    }
  }

  /** Answers a ping. Includes a new resume ticket once half of the last one's lifetime has passed. */
  private answerPing(self: DeviceSelf): Effect.Effect<void> | undefined {
    const { owner, session } = self.state
    const now = self.now()
    if (owner === undefined || now < session.renewAtMs) {
      session.send({ op: "pong" })
      return undefined
    }
    return this.authenticator.resumeTicket(owner, session.socket.origin).pipe(
      Effect.map(({ ticket, ttlMs }) => {
        session.renewAtMs = now + ttlMs / 2
        session.send({ op: "pong", resumeTicket: ticket, resumeTicketTtlMs: ttlMs })
      }),
      Effect.catchAll(() => Effect.sync(() => session.send({ op: "pong" })))
    )
  }
}

/** One for each socket, so it has only its initial state; the class has the rest. */
export class DeviceBehaviour implements Behaviour<DeviceState, DeviceMessage> {
  constructor(
    private readonly actors: DeviceActors,
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
    return this.actors.receive(self, message)
  }

  onStop({ state }: DeviceSelf, reason: StopReason): void {
    this.actors.end(state.session, reason)
  }
}

/** Returns false if the pairs exceed the bound; then it takes none of them. */
const takeCursors = (self: DeviceSelf, pairs: ReadonlyArray<CursorPair>): boolean => {
  self.state.stated += pairs.length
  if (self.state.stated > cursorsMax) return false
  if (!self.state.trusted || pairs.length === 0) return true
  self.state.cursors ??= new SmallMap()
  for (const [log, seq] of pairs) self.state.cursors.set(log, seq)
  return true
}

const takeRead = ({ state }: DeviceSelf, conversationId: ConversationId, upTo: number): void => {
  const { session, user } = state
  // If the socket has no place in the conversation, its user is not a member.
  if (session.subscriptions.has(conversationId))
    user.tell({ _tag: "Read", conversationId, upTo, device: session.deviceId })
  else if (!session.subscriptions.has(personalLog(session.userId))) {
    state.reads ??= new SmallMap()
    // Beyond the bound, the client repeats the read because it gets no echo.
    if (state.reads.size < readsMax || state.reads.has(conversationId))
      state.reads.set(conversationId, Math.max(upTo, state.reads.get(conversationId) ?? 0))
  }
}

type Op = ClientFrame["op"]

/** Frames that a user's action causes, and those of them that end an idleness that the device itself reported. */
const acts: ReadonlySet<Op> = new Set<Op>([...commandOps, "read", "typing", "watch", "presence"])
const returns: ReadonlySet<Op> = new Set<Op>([...commandOps, "typing"])

/**
 * Runs for every frame: a look-up in a set and a number, and a message to the user's actor only when an idle device
 * becomes active.
 */
const recordActivity = (self: DeviceSelf, op: Op): void => {
  if (!acts.has(op)) return
  const { session, user } = self.state
  session.actedAtMs = self.now()
  if (session.saidIdle && returns.has(op)) session.saidIdle = false
  if (!session.toldIdle || session.saidIdle) return
  session.toldIdle = false
  user.tell({ _tag: "RegisterDevices" })
}
