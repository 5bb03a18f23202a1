/**
 * All roles in one process, on PGlite: the parts list. Parts further up are built later and end earlier, so sockets
 * drain while everything below still works.
 */
import type { AccountSettings } from "@hibiki/core/accounts/AccountPolicy"
import type { GatewaySettings } from "@hibiki/core/gateway/GatewaySettings"
import { DeliveriesInProcess } from "@hibiki/core/inprocess/DeliveriesInProcess"
import { DeviceCursorsInProcess } from "@hibiki/core/inprocess/DeviceCursorsInProcess"
import { HintsInProcess } from "@hibiki/core/inprocess/HintsInProcess"
import { IngressInProcess } from "@hibiki/core/inprocess/IngressInProcess"
import { PresenceInProcess } from "@hibiki/core/inprocess/PresenceInProcess"
import { PushQueueInProcess } from "@hibiki/core/inprocess/PushQueueInProcess"
import { RateLimitsLocal } from "@hibiki/core/inprocess/RateLimitsLocal"
import { RoutesInProcess } from "@hibiki/core/inprocess/RoutesInProcess"
import { SocketPlacesAlone } from "@hibiki/core/inprocess/SocketPlacesInProcess"
import { TicketsInProcess } from "@hibiki/core/inprocess/TicketsInProcess"
import { ActorSystem } from "@hibiki/core/kernel/ActorSystem"
import { PushServer } from "@hibiki/core/push/PushServer"
import { CommitPublisher, PersonalHintsAnnounced } from "@hibiki/core/worker/CommitPublisher"
import { WorkerLayer } from "@hibiki/core/worker/Worker"
import { Layer } from "effect"
import { ReadsAtOnce } from "../api/ChargedReads.ts"
import { GatewaySockets, type SocketSettings } from "../gateway/GatewaySockets.ts"
import { HttpOptions } from "../http/HttpOptions.ts"
import { HttpServerLive } from "../http/HttpServer.ts"
import { ReadinessLive } from "../http/Readiness.ts"
import { pushProvider, pushServices, type WebPushSettings } from "../push/WebPush.ts"
import { HousekeepingSql } from "../sql/HousekeepingSql.ts"
import { accounts } from "./accounts.ts"
import { calls } from "./calls.ts"
import { embeddedStores, type FolderOptions } from "./embeddedStores.ts"
import { ReadinessChecks } from "./readiness.ts"

export interface EmbeddedOptions extends FolderOptions {
  readonly http: HttpOptions["Type"]
  readonly accounts: AccountSettings
  readonly gateway: GatewaySettings & SocketSettings
  /** Undefined: each push notification is a line of the log. */
  readonly webPush: WebPushSettings | undefined
}

export const embedded = (options: EmbeddedOptions) => {
  return HttpServerLive.pipe(
    Layer.provideMerge(
      Layer.mergeAll(Layer.provide(calls, Layer.succeed(ReadsAtOnce, 1)), GatewaySockets(options.gateway))
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
        SocketPlacesAlone
      )
    ),
    Layer.provideMerge(Layer.mergeAll(PresenceInProcess, HintsInProcess)),
    Layer.provideMerge(Layer.merge(HousekeepingSql, PushQueueInProcess)),
    Layer.provideMerge(embeddedStores(options))
  )
}
