/**
 * Runs a plan: clients, gateways, workers and api over simulated time, stores and networks. Repairs everything, waits
 * for quiet, and returns the history of it all.
 */

import { CommandId, type UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Context, Effect, Redacted } from "effect"
import { ChatMemory } from "../ChatMemory.ts"
import type { ChatState } from "../ChatState.ts"
import type { History } from "../checker/History.ts"
import type { StartApi } from "./ApiCalls.ts"
import { breakFor } from "./breakThings.ts"
import { calmPhase } from "./calm.ts"
import { finalHistory } from "./finalHistory.ts"
import type { FaultKind, Plan } from "./Plan.ts"
import { handleOf, perform, type Stage } from "./perform.ts"
import type { Sabotage } from "./Sabotage.ts"
import { makeSharedState, type SharedState } from "./SharedState.ts"
import { type Owner, SimulatedDevice } from "./SimulatedDevice.ts"
import { SimulatedServer } from "./SimulatedServer.ts"
import { beginTrouble, type Counters, makeWorld, mendAll, type World } from "./World.ts"

export interface SimulationOptions {
  readonly startApi: StartApi
  readonly sabotage?: Sabotage | undefined
  /** Whether the log lines of the processes are shown. */
  readonly isLogged?: boolean
}

export interface SimulationResult {
  readonly history: History
  readonly counters: Counters
  /** A digest of the whole run: equal ones went the same way. */
  readonly fingerprint: number
  /** How long it took after all repairs until everything was quiet (ms), or what was not in time. */
  readonly quiet: { readonly afterMs: number } | { readonly unrest: ReadonlyArray<string> }
}

interface Running extends Stage {
  readonly shared: SharedState
  readonly server: SimulatedServer
}

/** The longest time to set up, and to become quiet (ms). */
const setUpWithinMs = 30_000
const quietWithinMs = 120_000
/**
 * Heads are compared each 5 s, and then read. The loss of a read cell shows by an empty envelope, 5 to 10 s later
 * (`LastNumbers`).
 */
const afterQuietMs = 11_000
/** Nothing is later than the checker allows. */
const calmMs = 6_000
/** Actors drain, clients close. */
const endingMs = 60_000

export const simulate = (plan: Plan, options: SimulationOptions): SimulationResult => {
  const world = makeWorld(plan.seed, options.isLogged)
  let startsAt = Number.POSITIVE_INFINITY
  const running = setUp(world, plan, options, () => world.time.now - startsAt)
  const { devices, server } = running
  beginTrouble(world)
  startsAt = world.time.now
  for (const action of plan.actions)
    world.time.at(startsAt + action.at, () => world.time.fork(perform(running, action)))
  for (const fault of plan.faults) world.time.at(startsAt + fault.at, () => world.time.fork(breakFor(running, fault)))
  world.time.pass(plan.endsAt)
  mendAll(world)
  world.time.fork(startAgain(server, devices, plan))
  const afterMs = passUntil(world, quietWithinMs, () => hasAll(server, plan) && unrest(running).length === 0)
  const quiet = afterMs === undefined ? { unrest: unrest(running) } : { afterMs }
  world.time.pass(afterQuietMs)
  if (plan.isCalmTried) {
    world.time.fork(calmPhase(world, devices, running.users))
    world.time.pass(calmMs)
  }
  const history = finalHistory(running)
  const { fingerprint } = world.time.scheduler
  world.time.end(endingMs)
  return { history, counters: world.counters, fingerprint, quiet }
}

/** Everything exists, and everybody is live. */
const setUp = (
  world: World,
  plan: Plan,
  { sabotage, startApi }: SimulationOptions,
  planTime: () => number
): Running => {
  let running: Running | undefined
  world.time.fork(
    Effect.gen(function* () {
      // Killed processes that come back test how processes start while others work.
      world.time.scheduler.isPatient = true
      const shared = yield* makeSharedState(world, sabotage?.store ?? same, () => cutWithinMs(plan, planTime()))
      const server = new SimulatedServer(shared, startApi, sabotage?.ports ?? {})
      yield* Effect.forEach(Array.from({ length: plan.apis }), () => server.startApi)
      yield* Effect.forEach(Array.from({ length: plan.gateways }), () => server.startGateway)
      yield* Effect.forEach(Array.from({ length: plan.workers }), () => server.startWorker)
      world.time.scheduler.isPatient = false
      const owners = yield* signIn(server, plan)
      const devices = owners.map((owner) => SimulatedDevice.make(world, server, owner, sabotage?.client ?? same))
      yield* Effect.forEach(devices, (device) => device.start)
      const users = [...new Set(owners.map(({ userId }) => userId))]
      yield* firstConversations(devices, users)
      running = { world, shared, server, devices, users, addressees: world.dice("addressees"), password }
      return yield* forGood
    }).pipe(Effect.scoped)
  )
  passUntil(world, setUpWithinMs, () => running !== undefined && unrest(running).length === 0)
  if (running === undefined) throw new Error("the simulation could not be set up")
  return running
}

const ofStore = new Set<FaultKind>(["store away", "store slow", "answers lost"])
/** Each process polls the store every 2 s; a second for the way. */
const polledWithinMs = 3_000
/** A poll that the store's trouble delayed gives up after 2 s, and the next one starts 2 s later. */
const polledAfterTroubleMs = 5_000

/**
 * How soon a device that is ended at this time of the plan must be cut off, by the store alone: counted from when the
 * store is sound for long enough.
 */
const cutWithinMs = ({ faults }: Plan, now: number): number => {
  let from = now
  for (const { at, kind, until } of faults) {
    const allowed = from === now ? polledWithinMs : polledAfterTroubleMs
    if (ofStore.has(kind) && at < from + allowed && until > from) from = until
  }
  return from === now ? polledWithinMs : from - now + polledAfterTroubleMs
}

const same = <A>(value: A): A => value

// Not Effect.never, which uses a timer of the platform.
const forGood = Effect.async<never>(() => undefined)

const password = Redacted.make("a long enough phrase")

/** A device for each number in the plan; the first of each user registers it. */
const signIn = (server: SimulatedServer, plan: Plan): Effect.Effect<ReadonlyArray<Owner>> =>
  Effect.gen(function* () {
    const [api] = server.apis
    if (api === undefined) return yield* Effect.dieMessage("no api")
    const calls = api.callsAs()
    const known = new Set<number>()
    const device = { name: "a device", kind: "browser" } as const
    return yield* Effect.forEach(plan.devices, (user) => {
      const handle = handleOf(user)
      const isNew = !known.has(user)
      known.add(user)
      const register = Effect.orDie(calls("auth.register", { handle, password, device }))
      return isNew ? register : Effect.orDie(calls("auth.signIn", { handle, password, device }))
    })
  })

/** A group of everybody, so that there is something to talk in from the start. */
const firstConversations = (
  devices: ReadonlyArray<SimulatedDevice>,
  users: ReadonlyArray<UserId>
): Effect.Effect<void> =>
  Effect.gen(function* () {
    const [first] = devices
    if (first === undefined) return
    const id = CommandId.make(yield* makeUuidV7)
    yield* first.call("create", (calls) =>
      calls("conversation.create", { id, kind: "group", title: "All", members: users })
    )
  }).pipe(Effect.orDie)

/** Killed processes that were not started again yet, and devices that were away. */
const startAgain = (
  server: SimulatedServer,
  devices: ReadonlyArray<SimulatedDevice>,
  plan: Plan
): Effect.Effect<void> =>
  Effect.gen(function* () {
    if (server.gateways.length < plan.gateways) yield* server.startGateway
    if (server.workers.length < plan.workers) yield* server.startWorker
    if (server.apis.length < plan.apis) yield* server.startApi
    yield* Effect.forEach(devices, (device) => device.start)
  })

const hasAll = (server: SimulatedServer, plan: Plan): boolean =>
  server.gateways.length >= plan.gateways && server.workers.length >= plan.workers && server.apis.length >= plan.apis

const unrest = ({ devices, shared }: Running): ReadonlyArray<string> => {
  const { state } = Context.get(shared.stores, ChatMemory)
  return devices.flatMap((device) => {
    const what = unrestOf(device, state)
    return what === undefined ? [] : [`${device.owner.deviceId} ${what}`]
  })
}

/**
 * The unfinished work of a device. A device that is live, or ended for good, has none. One whose socket fell silent
 * must notice that first.
 */
const unrestOf = (
  { client, isGone, outboxRows, owner, socket }: SimulatedDevice,
  { logs }: ChatState
): string | undefined => {
  if (isGone) return undefined
  const status = client?.status()._tag
  if (status !== "live") return `is ${status ?? "closed"}`
  if (socket?.isSilent === true) return "has not found out that its socket is silent"
  // A stored command has its answer; its row comes when the feed is opened.
  const waiting = outboxRows().find(({ state }) => state !== "failed")
  if (waiting !== undefined) return `waits for ${waiting.id}, which is ${waiting.state}`
  const lines = client?.conversations() ?? []
  const listed = new Set(lines.map(({ conversationId }) => conversationId))
  const missing = [...logs.values()].find(
    ({ events, id, kind, members }) =>
      kind !== "personal" && events.length > 0 && members.has(owner.userId) && !listed.has(id)
  )
  if (missing !== undefined) return `does not list ${missing.id}`
  const line = lines.find(({ conversationId, readUpTo }) => {
    const stored = logs.get(conversationId)?.members.get(owner.userId)
    return stored !== undefined && stored.readUpTo !== readUpTo
  })
  return line === undefined
    ? undefined
    : `shows ${line.conversationId} as read up to ${line.readUpTo}, which is not what is stored`
}

/** Returns how long it took, or undefined if the time ran out first. */
const passUntil = (world: World, withinMs: number, isDone: () => boolean): number | undefined => {
  for (let passed = 0; passed < withinMs; passed += stepMs) {
    if (isDone()) return passed
    world.time.pass(stepMs)
  }
  return isDone() ? withinMs : undefined
}

const stepMs = 250
