/**
 * The state that all processes of a simulation share: the stores (as Postgres), the hot state (as Redis) and the
 * broker, each as its port.
 */

import { personalOwner } from "@hibiki/core/domain/Ids"
import { DeviceCursorsInProcess } from "@hibiki/core/inprocess/DeviceCursorsInProcess"
import { HintsInProcess } from "@hibiki/core/inprocess/HintsInProcess"
import { SocketPlacesInProcess } from "@hibiki/core/inprocess/SocketPlacesInProcess"
import { TicketsInProcess } from "@hibiki/core/inprocess/TicketsInProcess"
import { Activities } from "@hibiki/core/ports/Activities"
import { AdminDirectory } from "@hibiki/core/ports/AdminDirectory"
import { AuditLog } from "@hibiki/core/ports/AuditLog"
import { Conversations } from "@hibiki/core/ports/Conversations"
import { Deliveries } from "@hibiki/core/ports/Deliveries"
import { DeviceCursors } from "@hibiki/core/ports/DeviceCursors"
import { Devices } from "@hibiki/core/ports/Devices"
import { EventStore, StoreUnavailable } from "@hibiki/core/ports/EventStore"
import { Hints } from "@hibiki/core/ports/Hints"
import { Ingress, IngressConsumer } from "@hibiki/core/ports/Ingress"
import { Invites } from "@hibiki/core/ports/Invites"
import { Presence, PresenceUnavailable } from "@hibiki/core/ports/Presence"
import { Routes, RoutesUnavailable } from "@hibiki/core/ports/Routes"
import { Secrets } from "@hibiki/core/ports/Secrets"
import { Sessions } from "@hibiki/core/ports/Sessions"
import { SocketPlaces } from "@hibiki/core/ports/SocketPlaces"
import { Tickets, TicketsUnavailable } from "@hibiki/core/ports/Tickets"
import { Users } from "@hibiki/core/ports/Users"
import { Context, Effect, Scope } from "effect"
import { AccountsState } from "../accounts/AccountsState.ts"
import { ActivitiesMemory } from "../accounts/ActivitiesMemory.ts"
import { AdminDirectoryMemory } from "../accounts/AdminDirectoryMemory.ts"
import { AuditLogMemory } from "../accounts/AuditLogMemory.ts"
import { DevicesMemory } from "../accounts/DevicesMemory.ts"
import { InvitesMemory } from "../accounts/InvitesMemory.ts"
import { SecretsMemory } from "../accounts/SecretsMemory.ts"
import { UsersMemory } from "../accounts/UsersMemory.ts"
import { ChatMemory } from "../ChatMemory.ts"
import { ConversationsMemory } from "../ConversationsMemory.ts"
import { EventStoreMemory } from "../EventStoreMemory.ts"
import { PresenceFlush, PresenceMemory } from "../PresenceMemory.ts"
import { RoutesFlush, routesMemory } from "../RoutesMemory.ts"
import { SessionsMemory } from "../SessionsMemory.ts"
import { adding } from "./adding.ts"
import { SimulatedDeliveries } from "./SimulatedDeliveries.ts"
import { SimulatedIngress } from "./SimulatedIngress.ts"
import { hotPassage, overPort, type SimulatedNode, storePassage } from "./SimulatedNode.ts"
import type { World } from "./World.ts"

const empty = Effect.succeed(Context.empty())
const stores = empty.pipe(
  adding(ChatMemory.layer),
  adding(EventStoreMemory),
  adding(ConversationsMemory),
  adding(AccountsState.layer),
  adding(UsersMemory),
  adding(DevicesMemory),
  adding(InvitesMemory),
  adding(SessionsMemory),
  adding(ActivitiesMemory),
  adding(AuditLogMemory),
  adding(AdminDirectoryMemory)
)
const lastingState = empty.pipe(
  adding(SecretsMemory),
  adding(PresenceMemory),
  adding(HintsInProcess),
  adding(SocketPlacesInProcess)
)
/** The state that a loss of Redis deletes. */
const hot = empty.pipe(
  adding(SecretsMemory),
  adding(routesMemory()),
  adding(TicketsInProcess),
  adding(DeviceCursorsInProcess)
)

export type StorePorts =
  | EventStore
  | Conversations
  | Users
  | Devices
  | Sessions
  | Invites
  | Activities
  | AuditLog
  | AdminDirectory
type HotPorts = Routes | Tickets | DeviceCursors | SocketPlaces
export type NodePorts = StorePorts | HotPorts | Presence | Hints | Ingress | IngressConsumer | Deliveries | Secrets

export interface SharedState {
  readonly world: World
  readonly stores: Context.Context<StorePorts | ChatMemory>
  readonly ingress: SimulatedIngress
  readonly deliveries: SimulatedDeliveries
  /** The ports as one process has them. */
  readonly portsOf: (node: SimulatedNode) => Context.Context<NodePorts>
  /** Deletes all hot state, like a restart without persistence. */
  readonly loseHot: Effect.Effect<void>
  /**
   * Returns an effect that restores the routes to their present state, as from a file written at this moment. Presence
   * is lost then.
   */
  readonly rememberHot: Effect.Effect<Effect.Effect<void>>
}

const partitions = 4

/** Wraps the store that all processes share. */
export type OverStore = (store: EventStore["Type"], memory: ChatMemory["Type"]) => EventStore["Type"]

/** `cutWithinMs`: how soon a device that is ended now must be cut off. */
export const makeSharedState = (
  world: World,
  overStore: OverStore,
  cutWithinMs: () => number
): Effect.Effect<SharedState, never, Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const stored = yield* stores
    const store = recorded(world, overStore(Context.get(stored, EventStore), Context.get(stored, ChatMemory)))
    const devices = endings(world, Context.get(stored, Devices), cutWithinMs)
    const lasting = yield* lastingState
    const ingress = new SimulatedIngress(world, partitions)
    const deliveries = new SimulatedDeliveries(world)
    let current = yield* hot
    const forgetPresence = Context.get(lasting, PresenceFlush).flush
    const services: SharedServices = {
      stored: Context.add(Context.add(stored, EventStore, { ...store, epoch: store.epoch }), Devices, devices),
      lasting,
      hot: () => current,
      broker: Context.make(Ingress, ingress.sender).pipe(
        Context.add(IngressConsumer, ingress.consumer),
        Context.add(Deliveries, deliveries.service)
      )
    }
    return {
      world,
      stores: stored,
      ingress,
      deliveries,
      portsOf: (node) => portsOf(world, node, services),
      loseHot: Effect.flatMap(Scope.extend(hot, scope), (fresh) => {
        current = fresh
        return forgetPresence
      }),
      rememberHot: Effect.suspend(() => {
        const [before, routes] = [current, Context.get(current, RoutesFlush)]
        // Lost altogether meanwhile: then there is nothing to restore.
        return Effect.map(routes.remember, (comeBack) =>
          Effect.suspend(() => (current === before ? Effect.zipRight(comeBack, forgetPresence) : Effect.void))
        )
      })
    }
  })

interface SharedServices {
  readonly stored: Context.Context<StorePorts>
  readonly lasting: Context.Context<Presence | Hints | SocketPlaces | Secrets>
  /** The services that a loss replaces. */
  readonly hot: () => Context.Context<Routes | Tickets | DeviceCursors>
  readonly broker: Context.Context<Ingress | IngressConsumer | Deliveries>
}

/** The shared services as one process reaches them: over its own network, with the faults planned for it. */
const portsOf = (
  world: World,
  node: SimulatedNode,
  { broker, hot, lasting, stored }: SharedServices
): Context.Context<NodePorts> => {
  const byStore = storePassage(
    world,
    node,
    (operation) => new StoreUnavailable({ operation, cause: "a planned fault" })
  )
  const byHot = (failure: (() => unknown) | undefined) => hotPassage(world, node, failure)
  const ofStore = <Id, S extends object>(tag: Context.Tag<Id, S>, service: S) =>
    Context.make(tag, overPort(node, service, byStore))
  const ofHot = <Id, S extends object>(tag: Context.Tag<Id, S>, service: S, failure?: () => unknown) =>
    Context.make(tag, overPort(node, service, byHot(failure)))
  const ofBroker = <Id, S extends object>(tag: Context.Tag<Id, S>, service: S) =>
    Context.make(
      tag,
      overPort(node, service, (_, call) => Effect.suspend(() => (node.isUp ? call : Effect.interrupt)))
    )
  return Context.mergeAll(
    ofStore(EventStore, Context.get(stored, EventStore)),
    ofStore(Conversations, Context.get(stored, Conversations)),
    ofStore(Users, Context.get(stored, Users)),
    ofStore(Devices, Context.get(stored, Devices)),
    ofStore(Sessions, Context.get(stored, Sessions)),
    ofStore(Invites, Context.get(stored, Invites)),
    ofStore(Activities, Context.get(stored, Activities)),
    ofStore(AdminDirectory, Context.get(stored, AdminDirectory)),
    Context.make(AuditLog, Context.get(stored, AuditLog)),
    ofHot(
      Routes,
      latest(() => Context.get(hot(), Routes)),
      () => new RoutesUnavailable({ cause: "a planned fault" })
    ),
    ofHot(
      Tickets,
      latest(() => Context.get(hot(), Tickets)),
      () => new TicketsUnavailable({ cause: "a planned fault" })
    ),
    ofHot(
      DeviceCursors,
      latest(() => Context.get(hot(), DeviceCursors))
    ),
    ofHot(Presence, Context.get(lasting, Presence), () => new PresenceUnavailable({ cause: "a planned fault" })),
    ofBroker(Hints, Context.get(lasting, Hints)),
    ofBroker(SocketPlaces, Context.get(lasting, SocketPlaces)),
    ofBroker(Ingress, Context.get(broker, Ingress)),
    ofBroker(IngressConsumer, Context.get(broker, IngressConsumer)),
    ofBroker(Deliveries, Context.get(broker, Deliveries)),
    Context.make(Secrets, Context.get(lasting, Secrets))
  )
}

/** Forwards each call to the service that `current` returns: after a loss there is another one. */
const latest = <Service extends object>(current: () => Service): Service => {
  const members = Object.keys(current()).map((name) => [
    name,
    (...given: ReadonlyArray<unknown>) =>
      Effect.suspend(() => {
        const call = Reflect.get(current(), name) as Call
        return call(...given)
      })
  ])
  return Object.fromEntries(members)
}

type Call = (...given: ReadonlyArray<unknown>) => Effect.Effect<unknown, unknown>

/** Records commits, even if nobody receives the answer. */
const recorded = (world: World, store: EventStore["Type"]): EventStore["Type"] => ({
  ...store,
  append: (commands) =>
    Effect.tap(store.append(commands), ({ changes, decisions }) =>
      Effect.sync(() => {
        for (const { _tag } of decisions) if (_tag === "Repeated") world.counters.repeated++
        for (const { cells, events, log } of changes) {
          if (events.length > 0) world.record({ _tag: "committed", conversationId: log, events })
          if (cells !== undefined) world.record({ _tag: "moved", userId: personalOwner(log), cells })
        }
      })
    )
})

/** Records which devices were ended, at once. */
const endings = (world: World, devices: Devices["Type"], cutWithinMs: () => number): Devices["Type"] => ({
  ...devices,
  revoke: (userId, deviceId, now, proof) =>
    Effect.tap(devices.revoke(userId, deviceId, now, proof), (revocation) =>
      Effect.sync(() => {
        for (const device of revocation?.devices ?? [])
          world.record({ _tag: "revoked", device, withinMs: cutWithinMs() })
      })
    )
})
