/**
 * The roles of a cluster, each as its parts list. The api role answers calls, gateways hold sockets, workers decide and
 * store, and the push role notifies people who have no device in use. Parts further up are built later and end earlier.
 * `everything` is all of them in one process.
 */
import type { AccountSettings } from "@hibiki/core/accounts/AccountPolicy"
import { type PresenceHistorySetting, presenceCollector } from "@hibiki/core/board/PresenceCollector"
import type { GatewaySettings } from "@hibiki/core/gateway/GatewaySettings"
import { ActorSystem } from "@hibiki/core/kernel/ActorSystem"
import { messageTraces } from "@hibiki/core/operate/TraceBuffer"
import { PushServer } from "@hibiki/core/push/PushServer"
import { CommitPublisher, PersonalHintsAnnounced } from "@hibiki/core/worker/CommitPublisher"
import { WorkerLayer } from "@hibiki/core/worker/Worker"
import { Layer } from "effect"
import { GatewaySockets, type SocketSettings } from "../gateway/GatewaySockets.ts"
import { HttpOptions } from "../http/HttpOptions.ts"
import { HttpServerLive } from "../http/HttpServer.ts"
import { ReadinessLive } from "../http/Readiness.ts"
import { NoRpcRoutes } from "../http/RpcRoutes.ts"
import { NoRpcUpgrades } from "../http/RpcSockets.ts"
import { NoSocketUpgrades } from "../http/SocketUpgrades.ts"
import type { ProcessIdentity, ProcessRole } from "../operate/ProcessIdentity.ts"
import { pushProvider, pushServices, type WebPushSettings } from "../push/WebPush.ts"
import type { sqlPostgres } from "../sql/SqlPostgres.ts"
import { accounts } from "./accounts.ts"
import { calls } from "./calls.ts"
import { inspected } from "./inspected.ts"
import { ReadinessChecks } from "./readiness.ts"
import {
  type ClusterServices,
  deliveries,
  hotRedis,
  housekeeping,
  ingress,
  ingressConsumer,
  postgresStores,
  pushConsumer,
  pushQueue,
  queueReadings,
  storeReadings
} from "./services.ts"

export interface ClusterOptions {
  readonly services: ClusterServices
  /** Creates the pools of connections to Postgres; `sqlPostgres` by default. */
  readonly connect?: typeof sqlPostgres | undefined
  readonly http: HttpOptions["Type"]
  /** The most messages whose way each process records in a second. */
  readonly tracesPerSecond?: number | undefined
  /** `counts` by default. */
  readonly presenceHistory?: PresenceHistorySetting | undefined
  /** The name of this process for operators. */
  readonly identity?: ProcessIdentity["Type"] | undefined
  readonly accounts: AccountSettings
  readonly gateway: GatewaySettings & SocketSettings
  /** Undefined: each push notification is a line of the log. */
  readonly webPush: WebPushSettings | undefined
}

const noCalls = Layer.mergeAll(NoRpcRoutes, NoRpcUpgrades)

const listening = (options: ClusterOptions) =>
  Layer.mergeAll(Layer.provideMerge(ReadinessChecks, ReadinessLive), Layer.succeed(HttpOptions, options.http))

/** The directory of people, and the notices about changes to them. */
const people = (options: ClusterOptions) =>
  accounts(options.accounts).pipe(
    Layer.provideMerge(PersonalHintsAnnounced),
    Layer.provideMerge(CommitPublisher.Default)
  )

/** The parts of every role: stores, hot state, and the transport of envelopes. */
const shared = ({ connect, services, tracesPerSecond }: ClusterOptions, role: ProcessRole) =>
  Layer.mergeAll(hotRedis(services), deliveries(services), messageTraces(tracesPerSecond)).pipe(
    Layer.provideMerge(postgresStores(services, role, connect))
  )

/** What the operator's console reads besides processes. */
const readings = ({ connect, services }: ClusterOptions, role: ProcessRole) =>
  Layer.merge(queueReadings(services), storeReadings(services, role, connect))

export const api = (options: ClusterOptions) =>
  inspected("api", options.identity).pipe(
    Layer.provideMerge(HttpServerLive),
    Layer.provideMerge(Layer.mergeAll(Layer.provide(calls, readings(options, "api")), NoSocketUpgrades)),
    Layer.provideMerge(listening(options)),
    Layer.provideMerge(people(options)),
    Layer.provideMerge(Layer.merge(ingress(options.services), pushServices(options.webPush))),
    Layer.provideMerge(presenceCollector(options.presenceHistory)),
    Layer.provideMerge(shared(options, "api"))
  )

export const gateway = (options: ClusterOptions) =>
  inspected("gateway", options.identity).pipe(
    Layer.provideMerge(HttpServerLive),
    Layer.provideMerge(Layer.mergeAll(noCalls, GatewaySockets({ ...options.gateway, hasOthers: true }))),
    Layer.provideMerge(listening(options)),
    Layer.provideMerge(people(options)),
    Layer.provideMerge(Layer.mergeAll(ActorSystem.layer, ingress(options.services))),
    Layer.provideMerge(shared(options, "gateway"))
  )

export const worker = (options: ClusterOptions) =>
  inspected("worker", options.identity).pipe(
    Layer.provideMerge(HttpServerLive),
    Layer.provideMerge(Layer.mergeAll(noCalls, NoSocketUpgrades)),
    Layer.provideMerge(listening(options)),
    Layer.provideMerge(WorkerLayer),
    Layer.provideMerge(CommitPublisher.Default),
    Layer.provideMerge(Layer.merge(ingressConsumer(options.services), pushQueue(options.services))),
    Layer.provideMerge(housekeeping(options.services, "worker", options.connect)),
    Layer.provideMerge(shared(options, "worker"))
  )

export const push = (options: ClusterOptions) =>
  inspected("push", options.identity).pipe(
    Layer.provideMerge(HttpServerLive),
    Layer.provideMerge(Layer.mergeAll(noCalls, NoSocketUpgrades)),
    Layer.provideMerge(listening(options)),
    Layer.provideMerge(PushServer),
    Layer.provideMerge(pushProvider(options.webPush)),
    Layer.provideMerge(pushConsumer(options.services)),
    Layer.provideMerge(shared(options, "push"))
  )

export const everything = (options: ClusterOptions) =>
  inspected("all", options.identity).pipe(
    Layer.provideMerge(HttpServerLive),
    Layer.provideMerge(Layer.mergeAll(Layer.provide(calls, readings(options, "all")), GatewaySockets(options.gateway))),
    Layer.provideMerge(listening(options)),
    Layer.provideMerge(accounts(options.accounts)),
    Layer.provideMerge(PersonalHintsAnnounced),
    Layer.provideMerge(Layer.merge(WorkerLayer, PushServer)),
    Layer.provideMerge(
      Layer.mergeAll(CommitPublisher.Default, pushProvider(options.webPush), pushServices(options.webPush))
    ),
    Layer.provideMerge(
      Layer.mergeAll(
        ActorSystem.layer,
        ingress(options.services),
        ingressConsumer(options.services),
        pushQueue(options.services)
      )
    ),
    Layer.provideMerge(
      Layer.merge(housekeeping(options.services, "all", options.connect), pushConsumer(options.services))
    ),
    Layer.provideMerge(presenceCollector(options.presenceHistory)),
    Layer.provideMerge(shared(options, "all"))
  )
