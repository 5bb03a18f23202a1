/**
 * The gateway: accepts sockets, authenticates them, and connects users, devices, fan-out and lanes. The caller provides
 * its transport.
 */
import { Effect, Either, Layer, Option, Random, Schedule } from "effect"
import { Authenticator } from "../accounts/Authenticator.ts"
import { RevocationWatch } from "../accounts/RevocationWatch.ts"
import type { ConversationId, UserId } from "../domain/Ids.ts"
import { makeOutageLog } from "../fibers/logging.ts"
import { repeatEvery } from "../fibers/repeating.ts"
import { releaseWithin } from "../fibers/Time.ts"
import { IngressLanes } from "../ingress/IngressLanes.ts"
import { makeActorMeasure } from "../kernel/ActorMetrics.ts"
import type { ActorRef } from "../kernel/ActorRef.ts"
import { ActorSystem } from "../kernel/ActorSystem.ts"
import { fineSecondsBounds, gauge, histogram, readAtLook, secondsBounds } from "../metrics/declareMetric.ts"
import { Deliveries } from "../ports/Deliveries.ts"
import { EnvelopeNumbers } from "../ports/EnvelopeNumbers.ts"
import { MessageTraces } from "../ports/MessageTraces.ts"
import { SocketPlaces } from "../ports/SocketPlaces.ts"
import type { Envelope } from "../ports/Submission.ts"
import { CloseCodes } from "../protocol/CloseCode.ts"
import { DeviceActors } from "./device/DeviceActor.ts"
import { DeviceCommands } from "./device/DeviceCommands.ts"
import type { DeviceSocket, SocketFacts } from "./device/DeviceSession.ts"
import { DeviceSync } from "./device/DeviceSync.ts"
import { GatewaySessions, userPath } from "./device/GatewaySessions.ts"
import { SocketFaults } from "./device/SocketFaults.ts"
import type { UserMessage } from "./device/UserMessage.ts"
import { EpochWatch } from "./EpochWatch.ts"
import { Fanout } from "./fanout/Fanout.ts"
import { makeGapReader } from "./fanout/GapReader.ts"
import { HeadComparison, notCompared } from "./fanout/HeadComparison.ts"
import { Interest, makeInterest } from "./fanout/Interest.ts"
import { LogSlices } from "./fanout/LogSlices.ts"
import { MembershipReader } from "./fanout/MembershipReader.ts"
import { makeReadCellReader, ReadCellReader } from "./fanout/ReadCellReader.ts"
import { GatewayNode } from "./GatewayNode.ts"
import type { GatewaySettings } from "./GatewaySettings.ts"
import { GatewayPresence } from "./presence/GatewayPresence.ts"
import { watchedUsers, watchers } from "./presence/Watches.ts"
import { type ConnectionHost, SocketConnection } from "./SocketConnection.ts"
import { traceArrived, traceDelivered } from "./traceEvents.ts"
import { UserActors } from "./user/UserActor.ts"
import { UserLoads } from "./user/UserLoads.ts"
import { UserPresence } from "./user/UserPresence.ts"
import { isReadKey, UserReads, userOfReadKey } from "./user/UserReads.ts"

const gatewaySockets = gauge("hibiki_gateway_sockets", {
  unit: "sockets",
  description: "Sockets of this gateway that have said hello."
})

const envelopeLag = histogram("hibiki_envelope_lag_seconds", {
  unit: "seconds",
  description: "From storing an event to its arrival at a gateway, by the clocks of store and gateway.",
  bounds: secondsBounds
})
const fanoutSeconds = histogram("hibiki_fanout_seconds", {
  unit: "seconds",
  description: "Time to hand an envelope's events and answers to all sockets.",
  bounds: fineSecondsBounds.slice(0, 12)
})

/** Interest remains this long after the last member left (ms), so that a reload costs nothing. */
const withdrawAfterMs = 60_000
/** Intervals of comparing what was fanned out with the heads of the routes, and with the store's. */
const compareEvery = "5 seconds"
const compareWithStoreEvery = "5 minutes"
/** How long a drain waits until actors have handled their messages, and then for answers. */
const restWithin = "1 second"
const answersWithin = "5 seconds"

export interface GatewayApi {
  readonly node: GatewayNode["Type"]["node"]
  /** A new socket, before its hello. Pass its frames and its end to the returned connection. */
  readonly connect: (socket: DeviceSocket) => SocketConnection
  /** Whether the gateway rejects users without a device here: a new socket should then go to another gateway. */
  readonly isFull: () => boolean
  /** Sockets whose hello has arrived. */
  readonly socketCount: () => number
  /** Describes each of them, for operators. */
  readonly sockets: () => Iterable<SocketFacts>
  /** Ends one of them, whose client then connects again. False: there is none of this name. */
  readonly disconnect: (socket: string) => boolean
  /**
   * Completes when the store is found to be another one than at this gateway's start: the process must then start anew.
   * Until then all its sockets are closed.
   */
  readonly storeReplaced: Effect.Effect<void>
  /**
   * Asks every socket to reconnect elsewhere, spread over `spreadMs`, and waits until everything sent is settled or 6 s
   * have passed.
   */
  readonly drain: (spreadMs: number) => Effect.Effect<void>
}

/**
 * A gateway for as long as the scope lives. Its services are its own: several gateways of one process share only the
 * ports.
 */
export const makeGateway = (settings: GatewaySettings) =>
  Effect.flatMap(Layer.build(services(settings)), (context) => Effect.provide(gateway(settings), context))

const gateway = (settings: GatewaySettings) =>
  Effect.gen(function* () {
    yield* followLogs
    yield* tendGateway(settings)
    const { node } = yield* GatewayNode
    const { replaced } = yield* EpochWatch
    const sessions = yield* GatewaySessions.Tag
    const host = yield* makeHost(settings)
    const fanout = yield* Fanout.Tag
    const drain = yield* makeDrain
    let sockets = 0
    return {
      node,
      isFull: () => isFull(fanout, settings),
      connect: (socket) => new SocketConnection(host, `s${++sockets}`, socket),
      socketCount: () => sessions.size,
      sockets: () => sessions.facts(),
      disconnect: (socket) => {
        const session = sessions.get(socket)
        session?.tell({ _tag: "End", code: CloseCodes.moving })
        return session !== undefined
      },
      storeReplaced: replaced,
      drain
    } satisfies GatewayApi as GatewayApi
  })

/**
 * All services of one gateway. Each is built after those below it and ends before them: the actors are the last to
 * start and the first to end.
 */
const services = (settings: GatewaySettings) =>
  UserActors.layerWith(settings).pipe(
    Layer.provideMerge(UserLoads.layer),
    Layer.provideMerge(UserPresence.layer),
    Layer.provideMerge(UserReads.layerWith(settings)),
    Layer.provideMerge(DeviceActors.layerWith(settings)),
    Layer.provideMerge(DeviceSync.layerWith(settings)),
    Layer.provideMerge(DeviceCommands.layerWith(settings)),
    Layer.provideMerge(EpochWatch.layer),
    Layer.provideMerge(GatewayPresence.layer),
    Layer.provideMerge(LogSlices.layer),
    Layer.provideMerge(MembershipReader.layer),
    Layer.provideMerge(IngressLanes.layer),
    Layer.provideMerge(interest),
    Layer.provideMerge(HeadComparison.layer),
    Layer.provideMerge(readCells),
    Layer.provideMerge(fanoutWith(settings.catchUpMax)),
    Layer.provideMerge(SocketFaults.layer),
    Layer.provideMerge(GatewaySessions.layer),
    Layer.provideMerge(GatewayNode.layer)
  )

/** If more than `mostEvents` are missing in a log, the fan-out skips them. */
const fanoutWith = (mostEvents: number) =>
  Layer.scoped(
    Fanout.Tag,
    Effect.gen(function* () {
      const [system, sessions] = [yield* ActorSystem, yield* GatewaySessions.Tag]
      const traces = yield* MessageTraces
      const gap = yield* makeGapReader(() => fanout, mostEvents)
      const fanout: Fanout = new Fanout(
        {
          personal: (userId, events) => sessions.tellUser(userId, { _tag: "Personal", events }),
          personalJumped: (userId) => sessions.tellUser(userId, { _tag: "Reload" }),
          cells: (userId, cells) => sessions.tellUser(userId, { _tag: "Cells", cells }),
          gap,
          delivered: traces.isOn ? (place, events) => traceDelivered(traces, place, events) : undefined
        },
        () => system.now()
      )
      return fanout
    })
  )

const readCells = Layer.scoped(
  ReadCellReader,
  Effect.flatMap(GatewaySessions.Tag, (sessions) =>
    makeReadCellReader(
      () => sessions.users(),
      (userId, cells) => sessions.tellUser(userId, { _tag: "Cells", cells })
    )
  )
)

const interest = Layer.scoped(
  Interest,
  Effect.gen(function* () {
    const [{ node, run }, compare] = [yield* GatewayNode, yield* HeadComparison]
    return yield* makeInterest(node, () => run(compare.withStore))
  })
)

const isFull = ({ places }: Fanout, { logsMax }: GatewaySettings): boolean => places.size >= logsMax

/** The services that connections need. */
const makeHost = (settings: GatewaySettings) =>
  Effect.gen(function* () {
    const [system, { epoch, run }] = [yield* ActorSystem, yield* GatewayNode]
    const [fanout, users, epochs] = [yield* Fanout.Tag, yield* UserActors.Tag, yield* EpochWatch]
    const { openSocket } = yield* Authenticator
    const userRef = (userId: UserId): ActorRef<UserMessage> | undefined => {
      if (epochs.isReplaced()) return undefined
      const found = system.find<UserMessage>(userPath(userId))
      if (found !== undefined) return found.isStopped ? undefined : found
      if (isFull(fanout, settings)) return undefined
      return Option.getOrUndefined(Either.getRight(system.spawn(userPath(userId), users.behaviourOf(userId))))
    }
    return {
      settings,
      epoch,
      run,
      fanout,
      openSocket,
      userRef,
      faults: yield* SocketFaults,
      outage: makeOutageLog("A socket could not be opened", "Sockets can be opened again"),
      listener: {
        dirty: (session) => fanout.markDirty(session),
        lagging: (session) => session.tell({ _tag: "Lagging" }),
        answered: (sinceMs) => fanout.noteAnswered(sinceMs)
      },
      now: () => system.now()
    } satisfies ConnectionHost as ConnectionHost
  })

/**
 * Receives envelopes, revocations and notices of newer sockets elsewhere. Compares heads periodically, and at once when
 * an envelope was lost.
 */
const followLogs = Effect.gen(function* () {
  const [{ node, run }, sessions, compare] = [yield* GatewayNode, yield* GatewaySessions.Tag, yield* HeadComparison]
  const [deliveries, revocations, socketPlaces] = [yield* Deliveries, yield* RevocationWatch, yield* SocketPlaces]
  yield* deliveries.subscribe(node, "gateway", yield* makeReceive, () => run(compare.withStore))
  yield* compare.withRoutes.pipe(repeatEvery(compareEvery, notCompared), Effect.forkScoped)
  yield* compare.withStore.pipe(repeatEvery(compareWithStoreEvery, notCompared), Effect.forkScoped)
  yield* revocations.subscribe((devices, ending) => sessions.endDevices(devices, ending))
  yield* socketPlaces.listen(node, (key) => sessions.get(key)?.tell({ _tag: "End", code: CloseCodes.replaced }))
})

/** Each worker numbers its envelopes: a gap means that one was lost, and comparing heads finds its events. */
const makeReceive = Effect.gen(function* () {
  const [{ run }, sessions, fanout] = [yield* GatewayNode, yield* GatewaySessions.Tag, yield* Fanout.Tag]
  const [compare, epochs] = [yield* HeadComparison, yield* EpochWatch]
  const traces = yield* MessageTraces
  const numbers = new EnvelopeNumbers()
  const clock = yield* Effect.clock
  const seconds = () => Number(clock.unsafeCurrentTimeNanos()) / 1e9
  return (envelope: Envelope): void => {
    // The envelope's numbers belong to other logs, though those have the same names.
    if (!epochs.isOurs(envelope.epoch)) return
    if (numbers.missed(envelope.worker, envelope)) run(envelope.headsRaised ? compare.atOnce : compare.withStore)
    const begun = seconds()
    const storedMs = envelope.changes[0]?.events[0]?.at
    if (storedMs !== undefined)
      envelopeLag.unsafeUpdate(Math.max(0, clock.unsafeCurrentTimeMillis() - storedMs) / 1_000, [])
    traceArrived(traces, envelope.changes)
    for (const change of envelope.changes) fanout.receive(change)
    for (const answer of envelope.answers) {
      const session = sessions.get(answer.key)
      if (session !== undefined) {
        // Most answers have just been sent, at their place in the stream.
        if (session.awaits(answer)) session.tell({ _tag: "Answered", answer })
      } else if (isReadKey(answer.key)) sessions.tellUser(userOfReadKey(answer.key), { _tag: "ReadAnswered", answer })
    }
    fanout.flush()
    if (envelope.changes.length + envelope.answers.length > 0) fanoutSeconds.unsafeUpdate(seconds() - begun, [])
  }
})

const tendGateway = ({ connectedEveryMs }: GatewaySettings) =>
  Effect.gen(function* () {
    const [system, sessions, faults] = [yield* ActorSystem, yield* GatewaySessions.Tag, yield* SocketFaults]
    const { watches } = yield* GatewayPresence
    const { connected } = yield* Authenticator
    yield* (yield* makeWithdrawal).pipe(
      repeatEvery("10 seconds", "Interest could not be withdrawn: what comes for it is dropped"),
      Effect.forkScoped
    )
    yield* faults.tell.pipe(repeatEvery("10 seconds", "Faults of sockets could not be told"), Effect.forkScoped)
    yield* Effect.suspend(() => connected(sessions.devices())).pipe(
      repeatEvery(connectedEveryMs, "That devices are connected could not be noted: the next time"),
      Effect.forkScoped
    )
    const measureActors = makeActorMeasure(system)
    yield* readAtLook(() => {
      gatewaySockets.unsafeUpdate(sessions.size, [])
      watchedUsers.unsafeUpdate(watches.watchedUsers, [])
      watchers.unsafeUpdate(watches.watchers, [])
      measureActors()
    })
  })

/** Ends interest in logs that have had no user here for a while. */
const makeWithdrawal = Effect.gen(function* () {
  const [system, fanout, interest] = [yield* ActorSystem, yield* Fanout.Tag, yield* Interest]
  return Effect.suspend(() => {
    const isUnused = (log: ConversationId) => {
      const place = fanout.places.get(log)
      return place?.emptySinceMs !== undefined && system.now() - place.emptySinceMs >= withdrawAfterMs
    }
    return interest.withdraw([...fanout.places.keys()].filter(isUnused), isUnused, (log) => fanout.forget(log))
  })
})

const makeDrain = Effect.gen(function* () {
  const [system, sessions, lanes] = [yield* ActorSystem, yield* GatewaySessions.Tag, yield* IngressLanes]
  return (spreadMs: number) =>
    Effect.gen(function* () {
      sessions.tellUsers({ _tag: "FlushReads" })
      for (const { actor } of sessions.values()) {
        const retryAfterMs = yield* Random.nextIntBetween(0, Math.max(1, spreadMs))
        actor?.tell({ _tag: "Moving", retryAfterMs })
      }
      // Under load actors never become idle; by then the deferred work has had its turn.
      yield* system.settled.pipe(releaseWithin(restWithin), Effect.ignore)
      const settled = Effect.suspend(() => {
        const waiting = [...sessions.values()].some((session) => session.pending.size > 0)
        return waiting || lanes.depth() > 0 ? Effect.fail("waiting" as const) : Effect.void
      })
      // Bounded by its own schedule: a release can't be interrupted, so a timeout around it would leave it running.
      yield* settled.pipe(Effect.retry(Schedule.upTo(Schedule.spaced("50 millis"), answersWithin)), Effect.ignore)
      sessions.endAll(CloseCodes.moving)
    })
})
