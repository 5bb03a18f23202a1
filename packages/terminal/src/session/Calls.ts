/** The server's calls, typed from their contracts, over HTTP. */

import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type { RpcGroup } from "@effect/rpc"
import { RpcClient, RpcSerialization } from "@effect/rpc"
import type { RpcClientError } from "@effect/rpc/RpcClientError"
import { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import { Context, Layer } from "effect"

/** One function for all calls, by tag: an expression such as `calls("user.me", {})`. */
export class Calls extends Context.Tag("@hibiki/terminal/session/Calls")<
  Calls,
  RpcClient.RpcClient.Flat<RpcGroup.Rpcs<typeof HibikiRpcs>, RpcClientError>
>() {}

/** The timeout of a call; the server's own timeouts are shorter. */
export const callTimeout = "15 seconds"

export const callsAt = (origin: string) =>
  Layer.scoped(Calls, RpcClient.make(HibikiRpcs, { flatten: true, disableTracing: true })).pipe(
    Layer.provide(RpcClient.layerProtocolHttp({ url: `${origin}/rpc` })),
    Layer.provide([FetchHttpClient.layer, RpcSerialization.layerJson])
  )
