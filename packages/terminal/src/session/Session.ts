/**
 * A signed-in device: fresh access tokens for every call. One call at a time refreshes them, and stores them in the
 * profile before they are used.
 */

import { RpcClientError } from "@effect/rpc/RpcClientError"
import { SignedOut } from "@hibiki/core/client/connection/TicketSource"
import { patiently } from "@hibiki/core/client/loop/patiently"
import type { SignedIn } from "@hibiki/core/protocol/rpc/AuthRpcs"
import { type RateLimited, Unauthenticated, type Unavailable } from "@hibiki/core/protocol/rpc/RpcErrors"
import type { Problem } from "@hibiki/node/Problem"
import { Clock, Data, Effect, Option, ParseResult } from "effect"
import type { Credentials } from "../profile/Profile.ts"
import { Calls, callTimeout } from "./Calls.ts"

/** The server is unreachable, or its answer is invalid. */
export class Unreachable extends Data.TaggedError("Unreachable")<{ readonly cause: unknown }> {}

/** The call does not fit its contract, so nothing was sent. `field` is a field of its payload, such as `title`. */
export class BadCall extends Data.TaggedError("BadCall")<{ readonly field: string }> {}

export type CallFailure = SignedOut | RateLimited | Unavailable | Unreachable | BadCall | Problem

export interface CallOptions {
  readonly headers: { readonly authorization: string }
}

export interface Session {
  readonly credentials: () => Credentials
  /**
   * Makes a call with an access token. Renews a token that just expired and repeats the call; also repeats a call that
   * was rate limited.
   */
  readonly call: <A, E>(make: (options: CallOptions) => Effect.Effect<A, E>) => Effect.Effect<A, Failures<E>>
}

/** An access token is renewed this long before it expires. */
const marginMs = 30_000

/** `fresh`: the answer to a sign-in just made, whose access token needs no refresh. */
export const makeSession = (
  stored: Credentials,
  save: (credentials: Credentials) => Effect.Effect<void, Problem>,
  fresh?: { readonly signedIn: SignedIn; readonly at: number }
): Effect.Effect<Session, never, Calls> =>
  Effect.gen(function* () {
    const calls = yield* Calls
    const oneAtATime = yield* Effect.makeSemaphore(1)
    let credentials = stored
    let access: { readonly token: string; readonly until: number } | undefined =
      fresh && accessOf(fresh.signedIn, fresh.at)

    const refresh = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const signedIn = yield* transport(() => calls("auth.refresh", { refreshToken: credentials.refreshToken })).pipe(
        Effect.catchTag("Unauthenticated", () => new SignedOut())
      )
      const renewed = { ...credentials, refreshToken: signedIn.refreshToken, handle: signedIn.handle }
      // A refresh token that is used twice ends the device: its successor is stored before anything else happens.
      yield* Effect.uninterruptible(save(renewed))
      credentials = renewed
      access = accessOf(signedIn, now)
      return access.token
    })
    const token = oneAtATime.withPermits(1)(
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        access !== undefined && access.until > now ? Effect.succeed(access.token) : refresh
      )
    )
    /** Returns none if the server refused the access token. */
    const attempt = <A, E>(
      make: (options: CallOptions) => Effect.Effect<A, E>
    ): Effect.Effect<Option.Option<A>, Failures<E>> =>
      Effect.flatMap(token, (used) =>
        Effect.catchAll(
          Effect.asSome(transport(() => make({ headers: { authorization: `Bearer ${used}` } }))),
          (error): Effect.Effect<Option.Option<A>, Failures<E>> => {
            if (isAnswer(error)) return Effect.fail(error)
            if (access?.token === used) access = undefined
            return Effect.succeedNone
          }
        )
      )
    const call: Session["call"] = (make) =>
      patiently(
        Effect.flatMap(
          Effect.flatMap(attempt(make), (first) => (Option.isSome(first) ? Effect.succeed(first) : attempt(make))),
          (answer) => (Option.isSome(answer) ? Effect.succeed(answer.value) : new SignedOut())
        )
      )
    return { credentials: () => credentials, call }
  })

/** The sign-in as a profile stores it. */
export const credentialsOf = (server: string, signedIn: SignedIn): Credentials => ({
  server,
  userId: signedIn.userId,
  deviceId: signedIn.deviceId,
  handle: signedIn.handle,
  refreshToken: signedIn.refreshToken
})

/** A call with a timeout. All network errors become one failure. */
export const transport = <A, E, R>(
  call: () => Effect.Effect<A, E, R>
): Effect.Effect<A, Exclude<E, RpcClientError> | Unreachable | BadCall, R> =>
  Effect.flatMap(made(call), (answer) =>
    answer.pipe(
      Effect.mapError((error: E): Exclude<E, RpcClientError> | Unreachable =>
        isNotNetwork(error) ? error : new Unreachable({ cause: error })
      ),
      Effect.timeoutFail({ duration: callTimeout, onTimeout: () => new Unreachable({ cause: "no answer in time" }) }),
      // The client library dies on answers outside of its protocol, such as a proxy's error page.
      Effect.catchAllDefect((cause) => new Unreachable({ cause }))
    )
  )

/** The client library checks a call against its contract while it makes it, and throws. */
const made = <A>(call: () => A): Effect.Effect<A, BadCall> =>
  Effect.try({
    try: call,
    catch: (thrown) => {
      if (!ParseResult.isParseError(thrown)) throw thrown
      const [first] = ParseResult.ArrayFormatter.formatErrorSync(thrown)
      return new BadCall({ field: String(first?.path[0] ?? "") })
    }
  })

type Failures<E> = Exclude<Exclude<E, RpcClientError> | Unreachable, Unauthenticated> | CallFailure

const isNotNetwork = <E>(error: E): error is Exclude<E, RpcClientError> => !(error instanceof RpcClientError)

const isAnswer = <E>(error: E): error is Exclude<E, Unauthenticated> => !(error instanceof Unauthenticated)

const accessOf = (signedIn: SignedIn, at: number) => ({
  token: signedIn.accessToken,
  until: at + signedIn.accessTtlMs - marginMs
})
