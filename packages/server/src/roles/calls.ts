/** The parts that answer calls: `/rpc`, `/rpc/ws` and `/api`. */
import { RpcMiddlewaresLive } from "@hibiki/core/accounts/Middlewares"
import { AdminConsole } from "@hibiki/core/admin/AdminConsole"
import { MessageTracing } from "@hibiki/core/admin/MessageTracing"
import { Board } from "@hibiki/core/board/Board"
import { PresenceHistories } from "@hibiki/core/board/PresenceHistories"
import { CommandClientLive } from "@hibiki/core/ingress/CommandClient"
import { Panels } from "@hibiki/core/operate/Panels"
import { Layer } from "effect"
import { AdminHandlers } from "../api/AdminHandlers.ts"
import { AuthHandlers } from "../api/AuthHandlers.ts"
import { ConversationHandlers } from "../api/ConversationHandlers.ts"
import { DeviceHandlers } from "../api/DeviceHandlers.ts"
import { OperateHandlers } from "../api/OperateHandlers.ts"
import { PresenceHandlers } from "../api/PresenceHandlers.ts"
import { PushHandlers } from "../api/PushHandlers.ts"
import { UserHandlers } from "../api/UserHandlers.ts"
import { RpcCallsLive } from "../http/RpcCalls.ts"
import { RpcRoutesLive } from "../http/RpcRoutes.ts"
import { rpcSocketsLive } from "../http/RpcSockets.ts"

export const calls = Layer.mergeAll(RpcRoutesLive, rpcSocketsLive()).pipe(
  Layer.provide(RpcCallsLive),
  Layer.provide([
    AuthHandlers,
    DeviceHandlers,
    UserHandlers,
    ConversationHandlers,
    PresenceHandlers,
    PushHandlers,
    OperateHandlers,
    AdminHandlers,
    RpcMiddlewaresLive
  ]),
  Layer.provide([
    ...([CommandClientLive, Board.Default, PresenceHistories.Default, Panels.Default] as const),
    ...([AdminConsole.Default, MessageTracing.Default] as const)
  ])
)
