/** The gateway: takes sockets, finds out whose they are, and joins users, devices, fan-out and lanes. Its transport is given to it. */
import { Effect, Metric, Random, Runtime, Schedule } from "effect"
import { Authenticator } from "../auth/Authenticator.ts"
import { RevocationWatch } from "../auth/RevocationWatch.ts"
import { Conversations, type Membership } from "../conversations/Conversations.ts"
import { makeInterest } from "../conversations/Interest.ts"
import { Routes } from "../conversations/Routes.ts"
import { type ConversationId, type DeviceId, NodeId, type UserId } from "../domain/Ids.ts"
import { makeSeededUuidV7, uuidV7 } from "../domain/Uuid.ts"
import type { ActorRef } from "../kernel/ActorRef.ts"
import { ActorSystem } from "../kernel/ActorSystem.ts"
import { makeBatcher } from "../messages/Batcher.ts"
import { Deliveries } from "../messages/Deliveries.ts"
import { EventStore, type StoreUnavailable } from "../messages/EventStore.ts"
import { type Fanout, makeFanout } from "../messages/Fanout.ts"
import { makeIngressLanes } from "../messages/IngressLanes.ts"
import type { Envelope } from "../messages/Submission.ts"
import { CloseCodes } from "../protocol/CloseCode.ts"
import { isReadKey, type UserMessage, userBehaviour, userOfReadKey } from "../users/UserActor.ts"
import { type Connection, makeConnect } from "./Connection.ts"
import type { DeviceMessage } from "./DeviceActor.ts"
import { DeviceCursors } from "./DeviceCursors.ts"
import type { DeviceSession } from "./DeviceSession.ts"
import type { DeviceSocket } from "./DeviceSocket.ts"
import type { GatewayPorts, GatewaySettings } from "./GatewayPorts.ts"

const gatewaySockets = Metric.gauge("hibiki_gateway_sockets", { description: "Sockets that have said hello" })

/** Users or slices of one query. */
const queryMax = 500
/** Interest outlives the last member by this (ms), so that a reload costs nothing. */
const withdrawAfterMs = 60_000
/** How often heads are compared with what was fanned out. */
const compareEvery = "5 seconds"
const compareSlice = 1_000

export interface GatewayApi {
  readonly node: NodeId
  /** A new socket, before its hello. Its frames and its end are told to the connection. */
  readonly connect: (socket: DeviceSocket) => Connection
  /** Sockets that have said hello. */
  readonly socketCount: () => number
  /** Tells every socket to come back elsewhere, spread over `spreadMs`, and waits until what was sent is settled or 5 s have passed. */
  readonly drain: (spreadMs: number) => Effect.Effect<void>
}

/** Registers, then reads; what is new in the second reading is registered and read again. */
const makeMemberships = (node: NodeId, fanout: () => Fanout, now: () => number) =>
  Effect.gen(function* () {
    const conversations = yield* Conversations
    const interest = yield* makeInterest(node)
    const readMany = yield* makeBatcher<UserId, ReadonlyArray<Membership>, StoreUnavailable>(queryMax, (users) =>
      Effect.map(conversations.memberships([...new Set(users)]), (rows) => {
        const byUser = new Map<UserId, Array<Membership>>()
        for (const row of rows) {
          const known = byUser.get(row.userId)
          if (known === undefined) byUser.set(row.userId, [row])
          else known.push(row)
        }
        return users.map((user) => byUser.get(user) ?? [])
      })
    )
    const memberships = Effect.fnUntraced(function* (userId: UserId) {
      let rows = yield* readMany(userId)
      for (;;) {
        // From here on what is heard of these logs is noted, and their interest is not withdrawn before the user is entered.
        for (const row of rows) fanout().open(row.log, now())
        const missing = rows.map((row) => row.log).filter((log) => !interest.isRegistered(log))
        if (missing.length === 0) return rows
        yield* interest.register(missing)
        rows = yield* readMany(userId)
      }
    })
    return { memberships, interest } as const
  })

export const makeGateway = (settings: GatewaySettings) =>
  Effect.gen(function* () {
    const node = NodeId.make(yield* makeSeededUuidV7)
    const system = yield* ActorSystem
    const store = yield* EventStore
    const routes = yield* Routes
    const deliveries = yield* Deliveries
    const authenticator = yield* Authenticator
    const revocations = yield* RevocationWatch
    const cursors = yield* DeviceCursors
    const lanes = yield* makeIngressLanes
    const scope = yield* Effect.scope
    const runtime = yield* Effect.runtime<never>()
    const fork = Runtime.runFork(runtime)

    const tellUser = (userId: UserId, message: UserMessage) => {
      const user = system.find<UserMessage>(`user/${userId}`)
      // What a user's actor can't take must not be missing in silence: its sockets end, and their clients come back to a fresh one.
      if (user?.tell(message) === "full") user.stop("now")
    }
    const fanout: Fanout = yield* makeFanout({
      events: (userId, events) => tellUser(userId, { _tag: "Personal", events }),
      jumped: (userId) => tellUser(userId, { _tag: "Reload" })
    })
    const { interest, memberships } = yield* makeMemberships(node, () => fanout, system.now)
    const slice = yield* makeBatcher(queryMax, store.slices)

    const sessions = new Map<string, DeviceSession>()
    const refs = new Map<string, ActorRef<DeviceMessage>>()
    const ports: GatewayPorts = {
      node,
      epoch: store.epoch,
      settings,
      fanout,
      lanes,
      sessions,
      refs,
      memberships,
      slice,
      resumeTicket: authenticator.resumeTicket,
      openSocket: authenticator.openSocket,
      isRevoked: revocations.has,
      raiseCursors: cursors.raise,
      makeId: (nowMs) => uuidV7(Math.floor(nowMs), crypto.getRandomValues(new Uint8Array(10)))
    }

    yield* deliveries.subscribe(
      node,
      "gateway",
      makeReceive(ports, tellUser, () => fork(compare, { scope }))
    )
    const compare = compareHeads(fanout, routes.heads)
    yield* compare.pipe(Effect.repeat(Schedule.spaced(compareEvery)), Effect.forkScoped)
    yield* withdrawUnused(fanout, interest, system.now).pipe(Effect.repeat(Schedule.spaced("10 seconds")), Effect.forkScoped)
    yield* revocations.subscribe((devices) => endDevices(ports, devices))
    yield* Metric.set(gatewaySockets, 0)
    yield* Effect.sync(() => sessions.size).pipe(
      Effect.flatMap((n) => Metric.set(gatewaySockets, n)),
      Effect.repeat(Schedule.spaced("1 second")),
      Effect.forkScoped
    )

    const userRef = (userId: UserId): ActorRef<UserMessage> | undefined => {
      const path = `user/${userId}`
      const found = system.find<UserMessage>(path)
      if (found !== undefined) return found.isStopped ? undefined : found
      const spawned = system.spawn(path, userBehaviour(ports, userId))
      return spawned._tag === "Right" ? spawned.right : undefined
    }
    const connect = makeConnect(ports, userRef, system.now, (effect) => fork(effect, { scope }))

    return {
      node,
      connect,
      socketCount: () => sessions.size,
      drain: (spreadMs) => drainSessions(ports, spreadMs)
    } satisfies GatewayApi as GatewayApi
  })

/** Envelopes of each worker are numbered: a hole says that one was lost, and what it held is found by comparing heads. */
const makeReceive = (ports: GatewayPorts, tellUser: (userId: UserId, message: UserMessage) => void, onLost: () => void) => {
  const numbers = new Map<string, number>()
  return (envelope: Envelope): void => {
    const last = numbers.get(envelope.worker)
    if (last !== undefined && envelope.number > last + 1) onLost()
    numbers.delete(envelope.worker)
    numbers.set(envelope.worker, envelope.number)
    // Each life of a worker has its own name: the oldest are forgotten.
    if (numbers.size > 1_000)
      for (const worker of numbers.keys()) {
        numbers.delete(worker)
        break
      }
    for (const change of envelope.changes) ports.fanout.receive(change)
    for (const answer of envelope.answers) {
      const session = ports.sessions.get(answer.key)
      if (session !== undefined) ports.refs.get(answer.key)?.tell({ _tag: "Answered", answer })
      else if (isReadKey(answer.key)) tellUser(userOfReadKey(answer.key), { _tag: "ReadAnswered", answer })
    }
    ports.fanout.flush()
  }
}

const compareHeads = (fanout: Fanout, heads: Routes["Type"]["heads"]) =>
  Effect.gen(function* () {
    const logs = [...fanout.places.keys()]
    for (let from = 0; from < logs.length; from += compareSlice) {
      const part = logs.slice(from, from + compareSlice)
      const known = yield* heads(part)
      part.forEach((log, i) => {
        fanout.receive({ log, head: known[i] ?? 0, events: [] })
      })
      fanout.flush()
      yield* Effect.yieldNow()
    }
  }).pipe(Effect.catchAllCause((cause) => Effect.logWarning("Heads could not be compared", cause)))

const withdrawUnused = (
  fanout: Fanout,
  interest: {
    readonly withdraw: (
      logs: ReadonlyArray<ConversationId>,
      isUnused: (log: ConversationId) => boolean,
      forget: (log: ConversationId) => void
    ) => Effect.Effect<void, unknown>
  },
  now: () => number
) =>
  Effect.suspend(() => {
    const isUnused = (log: ConversationId) => {
      const place = fanout.places.get(log)
      return place?.emptySinceMs !== undefined && now() - place.emptySinceMs >= withdrawAfterMs
    }
    return interest.withdraw([...fanout.places.keys()].filter(isUnused), isUnused, fanout.forget)
  }).pipe(Effect.catchAllCause((cause) => Effect.logWarning("Interest could not be withdrawn; trying again", cause)))

const endDevices = (ports: GatewayPorts, devices: ReadonlyArray<DeviceId>): void => {
  const ended = new Set(devices)
  for (const [key, session] of ports.sessions) if (ended.has(session.deviceId)) ports.refs.get(key)?.tell({ _tag: "Revoked" })
}

const drainSessions = (ports: GatewayPorts, spreadMs: number) =>
  Effect.gen(function* () {
    for (const ref of ports.refs.values()) {
      const retryAfterMs = yield* Random.nextIntBetween(0, Math.max(1, spreadMs))
      ref.tell({ _tag: "Moving", retryAfterMs })
    }
    const settled = Effect.suspend(() => {
      const waiting = [...ports.sessions.values()].some((session) => session.pending.size > 0)
      return waiting || ports.lanes.depth() > 0 ? Effect.fail("waiting" as const) : Effect.void
    })
    yield* settled.pipe(Effect.retry(Schedule.spaced("50 millis")), Effect.timeoutOption("5 seconds"), Effect.ignore)
    for (const ref of ports.refs.values()) ref.tell({ _tag: "End", code: CloseCodes.moving })
  })
