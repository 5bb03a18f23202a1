/**
 * The server's streams, each on a socket of its own, reopened whenever it ends. One file, since the official RPC client
 * loads with it.
 */
import * as Socket from "@effect/platform/Socket"
import { RpcClient, RpcSerialization } from "@effect/rpc"
import { OperateRpcs, type Panel, type PanelUpdate } from "@hibiki/core/protocol/rpc/OperateRpcs"
import { type BoardUpdate, PresenceRpcs } from "@hibiki/core/protocol/rpc/PresenceRpcs"
import { Duration, Effect, Layer, Random, Schedule, type Scope, Stream } from "effect"
import type { SessionTokens } from "./Calls.ts"
import { withToken } from "./Calls.ts"
import type { Chat, StreamState } from "./Chat.ts"

interface WatchOptions<Update> {
  readonly url: string
  readonly session: SessionTokens
  readonly onUpdate: (update: Update) => void
  readonly onState: (state: StreamState) => void
}

/** A presence board. */
export const watchBoard = (of: Parameters<Chat["watchBoard"]>[0], options: WatchOptions<BoardUpdate>) =>
  watchStream(options, (authorized) =>
    Effect.map(RpcClient.make(PresenceRpcs, clientOptions), (client) => client("presence.watch", of, authorized))
  )

/** A panel of the operator's console. */
export const watchPanel = (panel: Panel, options: WatchOptions<PanelUpdate>) =>
  watchStream(options, (authorized) =>
    Effect.map(RpcClient.make(OperateRpcs, clientOptions), (client) => client("operate.watch", { panel }, authorized))
  )

const clientOptions = { flatten: true, disableTracing: true } as const

const streamTimes = { firstWaitMs: 1_000, longestWaitMs: 15_000 } as const

interface Authorized {
  readonly headers: { readonly authorization: string }
}

type Open<Update> = (
  options: Authorized
) => Effect.Effect<
  Stream.Stream<Update, { readonly _tag: string }>,
  { readonly _tag: string },
  RpcClient.Protocol | Scope.Scope
>

/** Runs until it is interrupted, or until this user may no longer see what `open` streams. */
const watchStream = <Update>(options: WatchOptions<Update>, open: Open<Update>): Effect.Effect<void> =>
  Effect.gen(function* () {
    let failures = 0
    const hear = (update: Update) =>
      Effect.sync(() => {
        failures = 0
        options.onState("open")
        options.onUpdate(update)
      })
    for (;;) {
      const end = yield* Effect.match(
        Effect.scoped(withToken(options.session, (token) => oneStream(options.url, token, open, hear))),
        {
          onFailure: (error) => error._tag,
          onSuccess: () => "ended"
        }
      )
      if (end === "NotFound") return options.onState("gone")
      options.onState("lost")
      // The page is about to learn that it is signed out.
      if (end === "Unauthenticated") return
      const window = Math.min(streamTimes.longestWaitMs, streamTimes.firstWaitMs * 2 ** Math.min(failures++, 10))
      yield* Effect.sleep(Duration.millis(yield* Random.nextRange(0, window)))
    }
  })

/** Fails whenever the stream does; `_tag` gives the cause, as far as it matters. */
const oneStream = <Update>(
  url: string,
  token: string,
  open: Open<Update>,
  hear: (update: Update) => Effect.Effect<void>
): Effect.Effect<void, { readonly _tag: string }> =>
  Effect.flatMap(open({ headers: { authorization: `Bearer ${token}` } }), Stream.runForEach(hear)).pipe(
    // The loop above reconnects, with jitter and a new token.
    Effect.provide(Layer.scoped(RpcClient.Protocol, RpcClient.makeProtocolSocket({ retrySchedule: Schedule.stop }))),
    Effect.provide([Socket.layerWebSocket(url), RpcSerialization.layerJson]),
    Effect.provide(Socket.layerWebSocketConstructorGlobal),
    Effect.scoped,
    Effect.catchAllDefect(() => Effect.fail({ _tag: "Unreachable" }))
  )
