/** The server's calls, typed from their contracts, with the session's access token; one that was refused is renewed once. */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { RpcClient, RpcSerialization } from "@effect/rpc"
import { RpcClientError } from "@effect/rpc/RpcClientError"
import type { RpcTag } from "@hibiki/core/protocol/rpc/Authorization"
import { HibikiRpcs } from "@hibiki/core/protocol/rpc/HibikiRpcs"
import { Unauthenticated } from "@hibiki/core/protocol/rpc/RpcErrors"
import { Context, Effect, Layer } from "effect"
import type { TokenAnswer } from "../lib/session.ts"
import type { Answer, Payload, Refusal, StreamTag, Unreachable } from "./Chat.ts"

/** Longest a call may take; the server's own deadlines are shorter. */
const callTimeout = "15 seconds"

/** What the page's session gives the live part. */
export interface SessionTokens {
  readonly token: () => Promise<TokenAnswer>
  readonly renewed: (refused: string) => Promise<TokenAnswer>
}

export type CallTag = Exclude<RpcTag, StreamTag>
export type TypedCall = <T extends CallTag>(
  tag: T,
  payload: Payload<T>
) => Effect.Effect<Answer<T>, Refusal<T> | Unauthenticated | Unreachable>

export class Calls extends Context.Tag("@hibiki/web/runtime/Calls")<Calls, { readonly call: TypedCall }>() {}

type Failed = { readonly _tag: string }
/** The group's client is one function for all calls, whose type does not follow a tag that is not known yet. */
type AnyCall = (
  tag: string,
  payload: unknown,
  options: { readonly headers: { readonly authorization: string } }
) => Effect.Effect<unknown, Failed>

export const callsAt = (origin: string, session: SessionTokens) =>
  Layer.scoped(
    Calls,
    Effect.map(RpcClient.make(HibikiRpcs, { flatten: true, disableTracing: true }), (client) => {
      const any = client as unknown as AnyCall
      const run = (tag: string, payload: unknown) =>
        withToken(session, (token) => transport(any(tag, payload, { headers: { authorization: `Bearer ${token}` } })))
      return Calls.of({ call: run as TypedCall })
    })
  ).pipe(
    Layer.provide(RpcClient.layerProtocolHttp({ url: `${origin}/rpc` })),
    Layer.provide([FetchHttpClient.layer, RpcSerialization.layerJson])
  )

export const unreachable: Unreachable = { _tag: "Unreachable" }

/** Runs with a token; when it is not taken, once more with another. */
export const withToken = <A>(session: SessionTokens, make: (token: string) => Effect.Effect<A, Failed>): Effect.Effect<A, Failed> =>
  Effect.flatMap(tokenOf(session.token), (token) =>
    Effect.catchIf(make(token), isUnauthenticated, () =>
      Effect.flatMap(
        tokenOf(() => session.renewed(token)),
        make
      )
    )
  )

const tokenOf = (ask: () => Promise<TokenAnswer>): Effect.Effect<string, Failed> =>
  Effect.flatMap(Effect.promise(ask), (answer): Effect.Effect<string, Failed> => {
    if (answer._tag === "Token") return Effect.succeed(answer.token)
    return Effect.fail(answer._tag === "SignedOut" ? new Unauthenticated() : { ...unreachable, retryAfterMs: answer.retryAfterMs })
  })

const isUnauthenticated = (error: Failed): boolean => error._tag === "Unauthenticated"

/** A call under a deadline, with everything that is the network's fault as one failure. */
const transport = <A>(call: Effect.Effect<A, Failed>): Effect.Effect<A, Failed> =>
  call.pipe(
    Effect.mapError((error) => (error instanceof RpcClientError ? unreachable : error)),
    Effect.timeoutFail({ duration: callTimeout, onTimeout: () => unreachable }),
    // The client library dies on answers that are none of its protocol's, such as a proxy's error page.
    Effect.catchAllDefect(() => Effect.fail(unreachable))
  )
