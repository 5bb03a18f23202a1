/**
 * The gateway: takes sockets, finds out whose they are, and joins users, devices, fan-out and lanes. Its transport is
 * given to it.
 */
import { Effect, Either, Metric, Option, Random, Schedule } from "effect"
import { Authenticator } from "../accounts/Authenticator.ts"
import { closeCodeOf, type Ending, RevocationWatch } from "../accounts/RevocationWatch.ts"
import { type ConversationId, type DeviceId, NodeId, type UserId } from "../domain/Ids.ts"
import { makeSeededUuidV7, RandomBytes, uuidV7 } from "../domain/Uuid.ts"
import { makeBatcher } from "../fibers/Batcher.ts"
import { every } from "../fibers/every.ts"
import { makeOnWall } from "../fibers/makeOnWall.ts"
import { makeOutage } from "../fibers/makeOutage.ts"
import { makeStart } from "../fibers/makeStart.ts"
import { releaseWithin } from "../fibers/releaseWithin.ts"
import { makeIngressLanes } from "../ingress/IngressLanes.ts"
import { makeActorMeasure } from "../kernel/ActorMetrics.ts"
import { type ActorRef, tellOrStop } from "../kernel/ActorRef.ts"
import { ActorSystem } from "../kernel/ActorSystem.ts"
import { Deliveries } from "../ports/Deliveries.ts"
import { DeviceCursors } from "../ports/DeviceCursors.ts"
import { EnvelopeNumbers } from "../ports/EnvelopeNumbers.ts"
import { EventStore, type SliceRequest } from "../ports/EventStore.ts"
import { SocketPlaces } from "../ports/SocketPlaces.ts"
import type { Envelope } from "../ports/Submission.ts"
import { type CloseCode, CloseCodes } from "../protocol/CloseCode.ts"
import type { DeviceSession, DeviceSocket, SessionListener } from "./device/DeviceSession.ts"
import type { UserMessage } from "./device/UserMessage.ts"
import { type EpochWatch, makeEpochWatch } from "./EpochWatch.ts"
import { Fanout, type FanoutListener } from "./fanout/Fanout.ts"
import { makeGapReader } from "./fanout/GapReader.ts"
import { type HeadComparison, makeHeadComparison, notCompared } from "./fanout/HeadComparison.ts"
import { makeInterest } from "./fanout/Interest.ts"
import { makeMembershipReader } from "./fanout/MembershipReader.ts"
import { makeReadCellReader } from "./fanout/ReadCellReader.ts"
import { type GatewayPorts, type GatewaySettings, makeGatewayOutages } from "./GatewayPorts.ts"
import { makeGatewayPresence } from "./GatewayPresence.ts"
import { watchedUsers, watchers } from "./presence/Watches.ts"
import { slicedRuns } from "./SlicedRuns.ts"
import { type ConnectionHost, SocketConnection } from "./SocketConnection.ts"
import { makeSocketFaults } from "./SocketFaults.ts"
import { userBehaviours } from "./user/UserActor.ts"
import { isReadKey, userOfReadKey } from "./user/UserReads.ts"

const gatewaySockets = Metric.gauge("hibiki_gateway_sockets", { description: "Sockets that have said hello" })

/** Slices of one query, and the events it may bring. */
const queryMax = 500
const queryEventsMax = 5_000
/** Interest outlives the last member by this (ms), so that a reload costs nothing. */
const withdrawAfterMs = 60_000
/** How often what was fanned out is compared with the heads of the routes, and with the store's. */
const compareEvery = "5 seconds"
const compareWithStoreEvery = "5 minutes"
/** How long a drain waits until actors have handled what they were told, and then for answers. */
const restWithin = "1 second"
const answersWithin = "5 seconds"

export interface GatewayApi {
  readonly node: NodeId
  /** A new socket, before its hello. Its frames and its end are told to the connection. */
  readonly connect: (socket: DeviceSocket) => SocketConnection
  /** Whether users who have no device here are turned away: a new socket had better go to another gateway. */
  readonly isFull: () => boolean
  /** Sockets that have said hello. */
  readonly socketCount: () => number
  /**
   * Done when the store was found to be another than this gateway began with: its process is to start anew. Until then
   * no socket stays here.
   */
  readonly storeReplaced: Effect.Effect<void>
  /**
   * Tells every socket to come back elsewhere, spread over `spreadMs`, and waits until what was sent is settled or 6 s
   * have passed.
   */
  readonly drain: (spreadMs: number) => Effect.Effect<void>
}

export const makeGateway = (settings: GatewaySettings) =>
  Effect.gen(function* () {
    const node = NodeId.make(yield* makeSeededUuidV7)
    const system = yield* ActorSystem
    const { epoch } = yield* EventStore
    const run = yield* makeStart
    const now = () => system.now()
    const tellUser: TellUser = (userId, message) => {
      const user = system.find<UserMessage>(userPath(userId))
      // What a user's actor can't take must not be missing in silence: its sockets end, and their clients come back to
      // a fresh one.
      if (user !== undefined) tellOrStop(user, message)
    }
    const readGap = yield* makeGapReader(() => fanout, settings.catchUpMax)
    const heard: FanoutListener = {
      personal: (userId, events) => tellUser(userId, { _tag: "Personal", events }),
      personalJumped: (userId) => tellUser(userId, { _tag: "Reload" }),
      cells: (userId, cells) => tellUser(userId, { _tag: "Cells", cells }),
      gap: readGap
    }
    const fanout: Fanout = new Fanout(heard, now)
    const users = () => usersHere(ports)
    const cells = yield* makeReadCellReader(users, (userId, cells) => tellUser(userId, { _tag: "Cells", cells }))
    const compare = withCells(yield* makeHeadComparison(fanout), cells.readAgain)
    const ports: GatewayPorts = {
      node,
      epoch,
      settings,
      run,
      fanout,
      onWall: yield* makeOnWall,
      outages: makeGatewayOutages(),
      faults: makeSocketFaults(),
      readCells: cells.cellsOf,
      ...(yield* gatewayDependencies(node, fanout, () => run(compare.withStore))),
      ...(yield* makeGatewayPresence(node, fanout, system, {
        run,
        lost: () => tellUsers(ports, tellUser, { _tag: "AttendAgain" })
      }))
    }
    const epochs = yield* makeEpochWatch(run, () => endAll(ports, CloseCodes.moving))
    yield* followLogs({ ports, compare, epochs, tellUser, run })
    yield* tendGateway(ports, now, makeActorMeasure(system))

    const behaviourOf = userBehaviours(ports)
    const isFull = () => fanout.places.size >= settings.logsMax
    const userRef = (userId: UserId): ActorRef<UserMessage> | undefined => {
      if (epochs.isReplaced()) return undefined
      const found = system.find<UserMessage>(userPath(userId))
      if (found !== undefined) return found.isStopped ? undefined : found
      if (isFull()) return undefined
      return Option.getOrUndefined(Either.getRight(system.spawn(userPath(userId), behaviourOf(userId))))
    }
    const listener: SessionListener = {
      dirty: (session) => fanout.markDirty(session),
      lagging: (session) => session.tell({ _tag: "Lagging" })
    }
    const host: ConnectionHost = { ports, listener, userRef, now, run }
    let sockets = 0
    return {
      node,
      isFull,
      connect: (socket) => new SocketConnection(host, `s${++sockets}`, socket),
      socketCount: () => ports.sessions.size,
      storeReplaced: epochs.replaced,
      drain: (spreadMs) => drainSessions(ports, spreadMs, tellUser, system.settled)
    } satisfies GatewayApi as GatewayApi
  })

type TellUser = (userId: UserId, message: UserMessage) => void

/** Every user with a socket here. */
const usersHere = ({ sessions }: GatewayPorts): ReadonlyArray<UserId> => [
  ...new Set([...sessions.values()].map((session) => session.userId))
]

const tellUsers = (ports: GatewayPorts, tellUser: TellUser, message: UserMessage): void => {
  for (const userId of usersHere(ports)) tellUser(userId, message)
}

interface Comparison extends HeadComparison {
  /** With the heads of the routes, after something was missed: read cells, which have no heads, are read again. */
  readonly atOnce: Effect.Effect<void>
}

const withCells = ({ withRoutes, withStore }: HeadComparison, readAgain: Effect.Effect<void>): Comparison => ({
  withRoutes,
  withStore: Effect.zipRight(withStore, readAgain),
  atOnce: Effect.zipRight(withRoutes, readAgain)
})

const userPath = (userId: UserId): string => `user/${userId}`

/** The ports of a gateway's actors, each service taken once. */
const gatewayDependencies = (node: NodeId, fanout: Fanout, regained: () => void) =>
  Effect.gen(function* () {
    const store = yield* EventStore
    const { openSocket, resumeTicket } = yield* Authenticator
    const revocations = yield* RevocationWatch
    const cursors = yield* DeviceCursors
    const socketPlaces = yield* SocketPlaces
    const randomBytes = yield* RandomBytes
    const interest = yield* makeInterest(node, regained)
    return {
      lanes: yield* makeIngressLanes,
      sessions: new Map<string, DeviceSession>(),
      interest,
      memberships: yield* makeMembershipReader(interest, fanout),
      slices: yield* makeBatcher(queryMax, slicesOfMany(store), { of: weightOf, most: queryEventsMax }),
      resumeTicket,
      openSocket,
      endingOf: revocations.endingOf,
      socketPlaces,
      raiseCursors: cursors.raise,
      makeId: (nowMs: number) => uuidV7(Math.floor(nowMs), randomBytes(10))
    }
  })

/** Told here, where one question is that of many devices, which all ask again. */
const slicesOfMany = (store: EventStore["Type"]) => {
  const away = makeOutage("What devices miss could not be read; they try again", "What devices miss can be read again")
  return (asked: ReadonlyArray<ReadonlyArray<SliceRequest>>) =>
    store.slices(asked.flat()).pipe(
      Effect.zipLeft(away.over),
      Effect.tapError(({ cause }) => away.met(cause)),
      Effect.map((answer) => {
        const slices = slicedRuns(answer)
        let at = 0
        return asked.map((mine) => {
          const from = at
          at += mine.length
          return slices.slice(from, at)
        })
      })
    )
}

/** By the events asked for; each slice counts as some, so that a query has no more than its bound of them. */
const weightOf = (requests: ReadonlyArray<SliceRequest>): number =>
  requests.reduce((sum, { limit }) => sum + Math.max(limit, queryEventsMax / queryMax), 0)

interface Following {
  readonly ports: GatewayPorts
  readonly compare: Comparison
  readonly epochs: EpochWatch
  readonly tellUser: TellUser
  readonly run: (effect: Effect.Effect<void>) => void
}

/**
 * Envelopes, revocations and newer sockets elsewhere come in; heads compared from time to time, and at once when an
 * envelope was lost.
 */
const followLogs = (following: Following) =>
  Effect.gen(function* () {
    const { compare, ports, run } = following
    const deliveries = yield* Deliveries
    const revocations = yield* RevocationWatch
    yield* deliveries.subscribe(ports.node, "gateway", makeReceive(following), () => run(compare.withStore))
    yield* compare.withRoutes.pipe(every(compareEvery, notCompared), Effect.forkScoped)
    yield* compare.withStore.pipe(every(compareWithStoreEvery, notCompared), Effect.forkScoped)
    yield* revocations.subscribe((devices, ending) => endDevices(ports, devices, ending))
    yield* (yield* SocketPlaces).listen(ports.node, (key) =>
      ports.sessions.get(key)?.tell({ _tag: "End", code: CloseCodes.replaced })
    )
  })

const tendGateway = (ports: GatewayPorts, now: () => number, measureActors: Effect.Effect<void>) =>
  Effect.gen(function* () {
    yield* withdrawUnused(ports, now).pipe(
      every("10 seconds", "Interest could not be withdrawn: what comes for it is dropped"),
      Effect.forkScoped
    )
    yield* ports.faults.tell.pipe(every("10 seconds", "Faults of sockets could not be told"), Effect.forkScoped)
    const { connected } = yield* Authenticator
    yield* Effect.suspend(() =>
      connected([...new Set([...ports.sessions.values()].map(({ deviceId }) => deviceId))])
    ).pipe(
      every(ports.settings.connectedEveryMs, "That devices are connected could not be noted: the next time"),
      Effect.forkScoped
    )
    const measure = Effect.suspend(() =>
      Effect.all([
        Metric.set(gatewaySockets, ports.sessions.size),
        Metric.set(watchedUsers, ports.watches.watchedUsers),
        Metric.set(watchers, ports.watches.watchers),
        measureActors
      ])
    )
    yield* measure.pipe(every("1 second", "A gateway could not be measured"), Effect.forkScoped)
  })

/**
 * Envelopes of each worker are numbered: a gap says that one was lost, and what it held is found by comparing heads.
 */
const makeReceive = ({ compare, epochs, ports, run, tellUser }: Following) => {
  const numbers = new EnvelopeNumbers()
  return (envelope: Envelope): void => {
    // The numbers in it are of other logs, though those have the same names.
    if (!epochs.isOurs(envelope.epoch)) return
    if (numbers.missed(envelope.worker, envelope)) run(envelope.headsRaised ? compare.atOnce : compare.withStore)
    for (const change of envelope.changes) ports.fanout.receive(change)
    for (const answer of envelope.answers) {
      const session = ports.sessions.get(answer.key)
      if (session !== undefined) {
        // Most were told just now, at their place in the stream.
        if (session.awaits(answer)) session.tell({ _tag: "Answered", answer })
      } else if (isReadKey(answer.key)) tellUser(userOfReadKey(answer.key), { _tag: "ReadAnswered", answer })
    }
    ports.fanout.flush()
  }
}

const withdrawUnused = ({ fanout, interest }: GatewayPorts, now: () => number) =>
  Effect.suspend(() => {
    const isUnused = (log: ConversationId) => {
      const place = fanout.places.get(log)
      return place?.emptySinceMs !== undefined && now() - place.emptySinceMs >= withdrawAfterMs
    }
    return interest.withdraw([...fanout.places.keys()].filter(isUnused), isUnused, (log) => fanout.forget(log))
  })

const endDevices = (ports: GatewayPorts, devices: ReadonlyArray<DeviceId>, ending: Ending): void => {
  const ended = new Set(devices)
  for (const session of ports.sessions.values()) {
    if (!ended.has(session.deviceId)) continue
    if (ending === "revoked") session.revoke()
    else session.tell({ _tag: "End", code: closeCodeOf(ending) })
  }
}

const drainSessions = (ports: GatewayPorts, spreadMs: number, tellUser: TellUser, actorsSettled: Effect.Effect<void>) =>
  Effect.gen(function* () {
    tellUsers(ports, tellUser, { _tag: "FlushReads" })
    for (const { actor } of ports.sessions.values()) {
      const retryAfterMs = yield* Random.nextIntBetween(0, Math.max(1, spreadMs))
      actor?.tell({ _tag: "Moving", retryAfterMs })
    }
    // Under load actors never rest: what was put off has then had its turn.
    yield* actorsSettled.pipe(releaseWithin(restWithin), Effect.ignore)
    const settled = Effect.suspend(() => {
      const waiting = [...ports.sessions.values()].some((session) => session.pending.size > 0)
      return waiting || ports.lanes.depth() > 0 ? Effect.fail("waiting" as const) : Effect.void
    })
    // Bounded by its own schedule: a release can't be interrupted, so a timeout around it would leave it running.
    yield* settled.pipe(Effect.retry(Schedule.upTo(Schedule.spaced("50 millis"), answersWithin)), Effect.ignore)
    endAll(ports, CloseCodes.moving)
  })

const endAll = (ports: GatewayPorts, code: CloseCode): void => {
  for (const session of ports.sessions.values()) session.tell({ _tag: "End", code })
}
