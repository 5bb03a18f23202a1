/** The calls of one api process, as a simulation gives them to its devices. */
import * as Headers from "@effect/platform/Headers"
import { RpcClient, type RpcGroup } from "@effect/rpc"
import type { Effect, Scope } from "effect"
import type { HibikiRpcs } from "../../protocol/rpc/HibikiRpcs.ts"
import type { NodePorts } from "./SharedState.ts"

export type ApiCalls = RpcClient.RpcClient.Flat<RpcGroup.Rpcs<typeof HibikiRpcs>>

/** Starts an api process over its ports; it ends with the scope. Given to the simulation, since its handlers are the server's. */
export type StartApi = Effect.Effect<ApiCalls, never, NodePorts | Scope.Scope>

export const withToken =
  (accessToken: string) =>
  <A, E, R>(call: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    RpcClient.withHeaders(call, Headers.fromInput({ authorization: `Bearer ${accessToken}` }))
