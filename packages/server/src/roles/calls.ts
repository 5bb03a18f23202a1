/** What answers calls: `/rpc`, `/rpc/ws` and `/api`. */
import { RpcMiddlewaresLive } from "@hibiki/core/auth/Middlewares"
import { CommandClientLive } from "@hibiki/core/messages/CommandClient"
import { Board } from "@hibiki/core/presence/Board"
import { Layer } from "effect"
import { AuthHandlers } from "../auth/AuthHandlers.ts"
import { ConversationHandlers } from "../conversations/ConversationHandlers.ts"
import { DeviceHandlers } from "../devices/DeviceHandlers.ts"
import { RpcCallsLive } from "../http/RpcCalls.ts"
import { RpcRoutesLive } from "../http/RpcRoutes.ts"
import { rpcSocketsLive } from "../http/RpcSockets.ts"
import { PresenceHandlers } from "../presence/PresenceHandlers.ts"
import { PushHandlers } from "../push/PushHandlers.ts"
import { UserHandlers } from "../users/UserHandlers.ts"

export const calls = Layer.mergeAll(RpcRoutesLive, rpcSocketsLive()).pipe(
  Layer.provide(RpcCallsLive),
  Layer.provide([
    AuthHandlers,
    DeviceHandlers,
    UserHandlers,
    ConversationHandlers,
    PresenceHandlers,
    PushHandlers,
    RpcMiddlewaresLive
  ]),
  Layer.provide([CommandClientLive, Board.Default])
)
