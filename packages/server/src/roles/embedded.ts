/**
 * All roles in one process, on PGlite: the parts list. Parts further up are built later and end earlier, so sockets
 * drain while everything below still works.
 */
import type { AccountSettings } from "@hibiki/core/auth/AccountPolicy"
import { RateLimitsLocal } from "@hibiki/core/auth/RateLimitsLocal"
import { TicketsInProcess } from "@hibiki/core/auth/TicketsInProcess"
import { RoutesInProcess } from "@hibiki/core/conversations/RoutesInProcess"
import { DeviceCursorsInProcess } from "@hibiki/core/devices/DeviceCursorsInProcess"
import type { GatewaySettings } from "@hibiki/core/devices/GatewayPorts"
import { SocketPlacesAlone } from "@hibiki/core/devices/SocketPlacesInProcess"
import { ActorSystem } from "@hibiki/core/kernel/ActorSystem"
import { Announcer } from "@hibiki/core/messages/Announcer"
import { DeliveriesInProcess } from "@hibiki/core/messages/DeliveriesInProcess"
import { IngressInProcess } from "@hibiki/core/messages/IngressInProcess"
import { PersonalHintsAnnounced } from "@hibiki/core/messages/PersonalHintsAnnounced"
import { WorkerLayer } from "@hibiki/core/messages/Worker"
import { HintsInProcess } from "@hibiki/core/presence/HintsInProcess"
import { PresenceInProcess } from "@hibiki/core/presence/PresenceInProcess"
import { PushQueueInProcess } from "@hibiki/core/push/PushQueueInProcess"
import { PushServer } from "@hibiki/core/push/PushServer"
import { Layer } from "effect"
import { ReadsAtOnce } from "../conversations/ChargedReads.ts"
import { GatewaySockets, type SocketSettings } from "../gateway/GatewaySockets.ts"
import { HttpOptions } from "../http/HttpOptions.ts"
import { HttpServerLive } from "../http/HttpServer.ts"
import { ReadinessLive } from "../http/Readiness.ts"
import { HousekeepingSql } from "../messages/HousekeepingSql.ts"
import { pushProvider, pushServices, type WebPushSettings } from "../push/WebPush.ts"
import { accounts } from "./accounts.ts"
import { calls } from "./calls.ts"
import { embeddedStores, type FolderOptions } from "./embeddedStores.ts"
import { ReadinessChecks } from "./readiness.ts"

export interface EmbeddedOptions extends FolderOptions {
  readonly http: HttpOptions["Type"]
  readonly accounts: AccountSettings
  readonly gateway: GatewaySettings & SocketSettings
  /** Undefined: pushes are lines of the log. */
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
    Layer.provideMerge(Layer.mergeAll(Announcer.Default, pushProvider(options.webPush), pushServices(options.webPush))),
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
