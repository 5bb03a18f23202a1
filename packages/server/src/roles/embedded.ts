/**
 * All roles in one process, on PGlite: the parts list. Parts further up are built later and end earlier, so sockets
 * drain while everything below still works.
 */
import type { AccountSettings } from "@hibiki/core/accounts/AccountPolicy"
import { type PresenceHistorySetting, presenceCollector } from "@hibiki/core/board/PresenceCollector"
import type { GatewaySettings } from "@hibiki/core/gateway/GatewaySettings"
import { DeliveriesInProcess } from "@hibiki/core/inprocess/DeliveriesInProcess"
import { DeviceCursorsInProcess } from "@hibiki/core/inprocess/DeviceCursorsInProcess"
import { HintsInProcess } from "@hibiki/core/inprocess/HintsInProcess"
import { IngressInProcess } from "@hibiki/core/inprocess/IngressInProcess"
import { InspectionInProcess } from "@hibiki/core/inprocess/InspectionInProcess"
import { NodeActsInProcess } from "@hibiki/core/inprocess/NodeActsInProcess"
import { PresenceInProcess } from "@hibiki/core/inprocess/PresenceInProcess"
import { PushQueueInProcess } from "@hibiki/core/inprocess/PushQueueInProcess"
import { QueueReadingsInProcess } from "@hibiki/core/inprocess/QueueReadingsInProcess"
import { RateLimitsLocal } from "@hibiki/core/inprocess/RateLimitsLocal"
import { RoutesInProcess } from "@hibiki/core/inprocess/RoutesInProcess"
import { SocketPlacesAlone } from "@hibiki/core/inprocess/SocketPlacesInProcess"
import { TicketsInProcess } from "@hibiki/core/inprocess/TicketsInProcess"
import { ActorSystem } from "@hibiki/core/kernel/ActorSystem"
import { messageTraces } from "@hibiki/core/operate/TraceBuffer"
import { PushServer } from "@hibiki/core/push/PushServer"
import { CommitPublisher, PersonalHintsAnnounced } from "@hibiki/core/worker/CommitPublisher"
import { WorkerLayer } from "@hibiki/core/worker/Worker"
import { Layer } from "effect"
import { ReadsAtOnce } from "../api/ChargedReads.ts"
import { GatewaySockets, type SocketSettings } from "../gateway/GatewaySockets.ts"
import { HttpOptions } from "../http/HttpOptions.ts"
import { HttpServerLive } from "../http/HttpServer.ts"
import { ReadinessLive } from "../http/Readiness.ts"
import type { ProcessIdentity } from "../operate/ProcessIdentity.ts"
import { pushProvider, pushServices, type WebPushSettings } from "../push/WebPush.ts"
import { HousekeepingSql } from "../sql/HousekeepingSql.ts"
import { StoreReadingsSql } from "../sql/StoreReadingsSql.ts"
import { accounts } from "./accounts.ts"
import { calls } from "./calls.ts"
import { embeddedStores, type FolderOptions } from "./embeddedStores.ts"
import { inspected } from "./inspected.ts"
import { ReadinessChecks } from "./readiness.ts"

export interface EmbeddedOptions extends FolderOptions {
  readonly http: HttpOptions["Type"]
  /** The most messages whose way the process records in a second. */
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

export const embedded = (options: EmbeddedOptions) => {
  return inspected("all", options.identity).pipe(
    Layer.provideMerge(HttpServerLive),
    Layer.provideMerge(
      Layer.mergeAll(
        Layer.provide(calls, Layer.mergeAll(Layer.succeed(ReadsAtOnce, 1), QueueReadingsInProcess, StoreReadingsSql)),
        GatewaySockets(options.gateway)
      )
    ),
    Layer.provideMerge(
      Layer.mergeAll(Layer.provideMerge(ReadinessChecks, ReadinessLive), Layer.succeed(HttpOptions, options.http))
    ),
    Layer.provideMerge(accounts(options.accounts)),
    Layer.provideMerge(Layer.merge(TicketsInProcess, RateLimitsLocal)),
    Layer.provideMerge(PersonalHintsAnnounced),
    Layer.provideMerge(Layer.merge(WorkerLayer, PushServer)),
    Layer.provideMerge(
      Layer.mergeAll(CommitPublisher.Default, pushProvider(options.webPush), pushServices(options.webPush))
    ),
    Layer.provideMerge(
      Layer.mergeAll(
        ActorSystem.layer,
        RoutesInProcess,
        DeliveriesInProcess,
        IngressInProcess,
        DeviceCursorsInProcess,
        SocketPlacesAlone,
        InspectionInProcess,
        NodeActsInProcess
      )
    ),
    Layer.provideMerge(presenceCollector(options.presenceHistory)),
    Layer.provideMerge(Layer.mergeAll(PresenceInProcess, HintsInProcess)),
    Layer.provideMerge(Layer.merge(HousekeepingSql, PushQueueInProcess)),
    Layer.provideMerge(messageTraces(options.tracesPerSecond)),
    Layer.provideMerge(embeddedStores(options))
  )
}
