/** The calls of one api process, as a simulation gives them to its devices. */
import type { RpcClient, RpcGroup } from "@effect/rpc"
import type { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import type { Effect, Scope } from "effect"
import type { NodePorts } from "./SharedState.ts"

export type ApiCalls = RpcClient.RpcClient.Flat<RpcGroup.Rpcs<typeof HibikiRpcs>>

/**
 * Calls as the owner of an access token; without one, as nobody. A call goes on when its caller is gone, and ends with
 * the process.
 */
export type CallsAs = (accessToken?: string) => ApiCalls

/**
 * Starts an api process over its ports; it ends with the scope. Passed to the simulation, since its handlers are the
 * server's.
 */
export type StartApi = Effect.Effect<CallsAs, never, NodePorts | Scope.Scope>
