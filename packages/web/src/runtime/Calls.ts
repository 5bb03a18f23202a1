/**
 * The server's calls, typed from their contracts, with the session's access token. A rejected token is renewed once.
 */

import { SignedOut, TicketSource, TicketUnavailable } from "@hibiki/core/client/connection/TicketSource"
import { SnapshotSource, SourceNotFound, SourceUnavailable } from "@hibiki/core/client/feed/SnapshotSource"
import { patiently } from "@hibiki/core/client/loop/patiently"
import { shownName } from "@hibiki/core/domain/NameRules"
import type { RpcTag } from "@hibiki/core/protocol/rpc/Authorization"
import type { Unauthenticated } from "@hibiki/core/protocol/rpc/RpcErrors"
import { Context, Effect, Layer, Redacted } from "effect"
import { type CallFailed, isObject, type PlainCall, unreachable } from "../lib/plainCall.ts"
import type { TokenAnswer } from "../lib/session.ts"
import type { Answer, Payload, Refusal, StreamTag, Unreachable } from "./Chat.ts"

/** The part of the page's session that the live part uses. */
export interface SessionTokens {
  readonly token: () => Promise<TokenAnswer>
  readonly renewed: (refused: string) => Promise<TokenAnswer>
}

type CallTag = Exclude<RpcTag, StreamTag>
type TypedCall = <T extends CallTag>(
  tag: T,
  payload: Payload<T>
) => Effect.Effect<Answer<T>, Refusal<T> | Unauthenticated | Unreachable>

export class Calls extends Context.Tag("@hibiki/web/runtime/Calls")<Calls, { readonly call: TypedCall }>() {}

export const callsOver = (plain: PlainCall, session: SessionTokens) => {
  const call = (tag: string, payload: unknown) => {
    const body = JSON.stringify(payload ?? {}, revealed)
    return patiently(
      withToken(session, (token) =>
        answered((signal) => plain(tag, body, { authorization: `Bearer ${token}` }, signal))
      )
    )
  }
  // The contracts' schemas do not transform between their types and JSON, so an answer matches its contract, except for
  // names.
  return Layer.succeed(Calls, Calls.of({ call: call as TypedCall }))
}

/** Runs with a token; if the server rejects it, runs once more with another. */
export const withToken = <A>(
  session: SessionTokens,
  make: (token: string) => Effect.Effect<A, CallFailed>
): Effect.Effect<A, CallFailed> =>
  Effect.flatMap(tokenOf(session.token), (token) =>
    Effect.catchIf(make(token), isUnauthenticated, () =>
      Effect.flatMap(
        tokenOf(() => session.renewed(token)),
        make
      )
    )
  )

const answered = (ask: (signal: AbortSignal) => ReturnType<PlainCall>): Effect.Effect<unknown, CallFailed> =>
  Effect.flatMap(
    Effect.promise(ask),
    (answer): Effect.Effect<unknown, CallFailed> =>
      answer.ok ? Effect.succeed(withShownNames(answer.value)) : Effect.fail(answer.error)
  )

/** The fields by which answers name people, devices and conversations. */
const names: ReadonlySet<string> = new Set(["deviceName", "displayName", "name", "title"])

/** Names from before a rule may contain characters that new ones may not: clean them before the page sees them. */
const withShownNames = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withShownNames)
  if (!isObject(value)) return value
  const shown = (key: string, held: unknown) =>
    names.has(key) && typeof held === "string" ? shownName(held) : withShownNames(held)
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, shown(key, held)]))
}

const tokenOf = (ask: () => Promise<TokenAnswer>): Effect.Effect<string, CallFailed> =>
  Effect.flatMap(Effect.promise(ask), (answer): Effect.Effect<string, CallFailed> => {
    if (answer._tag === "Token") return Effect.succeed(answer.token)
    return Effect.fail(
      answer._tag === "SignedOut" ? { _tag: "Unauthenticated" } : { ...unreachable, retryAfterMs: answer.retryAfterMs }
    )
  })

const isUnauthenticated = (error: CallFailed): boolean => error._tag === "Unauthenticated"

/**
 * Passwords are redacted until they are sent. Reads the property itself, because `value` has already been redacted for
 * JSON.
 */
function revealed(this: object, key: string, value: unknown): unknown {
  const held: unknown = Reflect.get(this, key)
  return Redacted.isRedacted(held) ? Redacted.value(held) : value
}

/** The client's ports that use calls: tickets and snapshots. */
export const TicketSourceCalls = Layer.effect(
  TicketSource,
  Effect.map(Calls, ({ call }) =>
    TicketSource.of({
      fetch: call("ticket.issue", undefined).pipe(
        Effect.map(({ ticket }) => ticket),
        Effect.mapError((error) =>
          error._tag === "Unauthenticated"
            ? new SignedOut()
            : new TicketUnavailable({ ...retryAfter(error), cause: error })
        )
      )
    })
  )
)

export const SnapshotSourceCalls = Layer.effect(
  SnapshotSource,
  Effect.map(Calls, ({ call }) =>
    SnapshotSource.of({
      snapshot: Effect.mapError(
        call("me.snapshot", undefined),
        (error) => new SourceUnavailable({ ...retryAfter(error), cause: error })
      ),
      conversation: (conversationId) => Effect.mapError(call("conversation.get", { conversationId }), sourceError),
      page: (request) => Effect.mapError(call("history.page", request), sourceError),
      changedSince: (request) => Effect.mapError(call("history.changedSince", request), sourceError),
      receipts: (conversationId) => Effect.mapError(call("conversation.receipts", { conversationId }), sourceError)
    })
  )
)

const sourceError = (error: { readonly _tag: string }): SourceNotFound | SourceUnavailable =>
  error._tag === "NotFound" ? new SourceNotFound() : new SourceUnavailable({ ...retryAfter(error), cause: error })

const retryAfter = (error: object): { readonly retryAfterMs?: number } =>
  "retryAfterMs" in error && typeof error.retryAfterMs === "number" ? { retryAfterMs: error.retryAfterMs } : {}
