/** All roles in one process, on PGlite: the parts list. Parts further up are built later and end earlier, so sockets drain while everything below still works. */
import type { AccountSettings } from "@hibiki/core/auth/AccountPolicy"
import { RpcMiddlewaresLive } from "@hibiki/core/auth/Middlewares"
import { RoutesInProcess } from "@hibiki/core/conversations/RoutesInProcess"
import { DeviceCursorsInProcess } from "@hibiki/core/devices/DeviceCursorsInProcess"
import type { GatewaySettings } from "@hibiki/core/devices/GatewayPorts"
import { ActorSystem } from "@hibiki/core/kernel/ActorSystem"
import { Announcer } from "@hibiki/core/messages/Announcer"
import { CommandClientLive } from "@hibiki/core/messages/CommandClient"
import { DeliveriesInProcess } from "@hibiki/core/messages/DeliveriesInProcess"
import { IngressInProcess } from "@hibiki/core/messages/IngressInProcess"
import { PersonalHintsAnnounced } from "@hibiki/core/messages/PersonalHintsAnnounced"
import { WorkerLayer } from "@hibiki/core/messages/Worker"
import { Board } from "@hibiki/core/presence/Board"
import { HintsInProcess } from "@hibiki/core/presence/HintsInProcess"
import { PresenceInProcess } from "@hibiki/core/presence/PresenceInProcess"
import { Layer } from "effect"
import { AuthHandlers } from "../auth/AuthHandlers.ts"
import { ConversationHandlers } from "../conversations/ConversationHandlers.ts"
import { DeviceHandlers } from "../devices/DeviceHandlers.ts"
import { GatewaySockets, type SocketSettings } from "../gateway/GatewaySockets.ts"
import { HttpOptions } from "../http/HttpOptions.ts"
import { HttpServerLive } from "../http/HttpServer.ts"
import { ReadinessLive } from "../http/Readiness.ts"
import { RpcCallsLive } from "../http/RpcCalls.ts"
import { RpcRoutesLive } from "../http/RpcRoutes.ts"
import { rpcSocketsLive } from "../http/RpcSockets.ts"
import { HousekeepingSql } from "../messages/HousekeepingSql.ts"
import { PresenceHandlers } from "../presence/PresenceHandlers.ts"
import { UserHandlers } from "../users/UserHandlers.ts"
import { accounts } from "./accounts.ts"
import { embeddedStores, type FolderOptions } from "./embeddedStores.ts"

export interface EmbeddedOptions extends FolderOptions {
  readonly http: HttpOptions["Type"]
  readonly accounts: AccountSettings
  readonly gateway: GatewaySettings & SocketSettings
}

export const embedded = (options: EmbeddedOptions) => {
  const api = Layer.mergeAll(RpcRoutesLive, rpcSocketsLive()).pipe(
    Layer.provide(RpcCallsLive),
    Layer.provide([AuthHandlers, DeviceHandlers, UserHandlers, ConversationHandlers, PresenceHandlers, RpcMiddlewaresLive]),
    Layer.provide([CommandClientLive, Board.Default])
  )
  return HttpServerLive.pipe(
    Layer.provideMerge(Layer.mergeAll(api, GatewaySockets(options.gateway))),
    Layer.provideMerge(Layer.mergeAll(ReadinessLive, Layer.succeed(HttpOptions, options.http))),
    Layer.provideMerge(accounts(options.accounts)),
    Layer.provideMerge(PersonalHintsAnnounced),
    Layer.provideMerge(WorkerLayer),
    Layer.provideMerge(Announcer.Default),
    Layer.provideMerge(Layer.mergeAll(ActorSystem.layer, RoutesInProcess, DeliveriesInProcess, IngressInProcess, DeviceCursorsInProcess)),
    Layer.provideMerge(Layer.mergeAll(PresenceInProcess, HintsInProcess)),
    Layer.provideMerge(HousekeepingSql),
    Layer.provideMerge(embeddedStores(options))
  )
}
