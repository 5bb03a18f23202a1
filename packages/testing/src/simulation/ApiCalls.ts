/** The calls of one api process, as a simulation gives them to its devices. */
import type { RpcClient, RpcGroup } from "@effect/rpc"
import type { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import type { Effect, Scope } from "effect"
import type { NodePorts } from "./SharedState.ts"

export type ApiCalls = RpcClient.RpcClient.Flat<RpcGroup.Rpcs<typeof HibikiRpcs>>

/**
 * Calls as the one whom an access token names; without one, as nobody. What a call does goes on when who asked is gone,
 * and ends with the process.
 */
export type CallsAs = (accessToken?: string) => ApiCalls

/**
 * Starts an api process over its ports; it ends with the scope. Given to the simulation, since its handlers are the
 * server's.
 */
export type StartApi = Effect.Effect<CallsAs, never, NodePorts | Scope.Scope>
