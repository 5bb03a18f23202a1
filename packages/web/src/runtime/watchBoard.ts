/** A presence board's stream: a socket of its own while the board is on screen, reopened whenever it ends. */
import * as Socket from "@effect/platform/Socket"
import { RpcClient, RpcSerialization } from "@effect/rpc"
import { type BoardUpdate, PresenceRpcs } from "@hibiki/core/protocol/rpc/PresenceRpcs"
import { Duration, Effect, Layer, Random, Schedule, Stream } from "effect"
import type { SessionTokens } from "./Calls.ts"
import { withToken } from "./Calls.ts"
import type { Chat } from "./Chat.ts"

export const boardTimes = { firstWaitMs: 1_000, longestWaitMs: 15_000 } as const

type Of = Parameters<Chat["watchBoard"]>[0]

export interface BoardStreamOptions {
  readonly url: string
  readonly session: SessionTokens
  readonly of: Of
  readonly onUpdate: (update: BoardUpdate) => void
  readonly onState: (state: "open" | "lost" | "gone") => void
}

/** Runs until it is interrupted, or until this user may no longer see the board. */
export const watchBoardStream = (options: BoardStreamOptions): Effect.Effect<void> =>
  Effect.gen(function* () {
    let failures = 0
    const hear = (update: BoardUpdate) =>
      Effect.sync(() => {
        failures = 0
        options.onState("open")
        options.onUpdate(update)
      })
    for (;;) {
      const end = yield* Effect.match(
        Effect.scoped(withToken(options.session, (token) => oneStream(options, token, hear))),
        {
          onFailure: (error) => error._tag,
          onSuccess: () => "ended"
        }
      )
      if (end === "NotFound") return options.onState("gone")
      options.onState("lost")
      // The page is about to learn that it is signed out.
      if (end === "Unauthenticated") return
      const window = Math.min(boardTimes.longestWaitMs, boardTimes.firstWaitMs * 2 ** Math.min(failures++, 10))
      yield* Effect.sleep(Duration.millis(yield* Random.nextRange(0, window)))
    }
  })

/** Fails whenever the stream does; `_tag` gives the cause, as far as it matters. */
const oneStream = (
  { of, url }: BoardStreamOptions,
  token: string,
  hear: (update: BoardUpdate) => Effect.Effect<void>
): Effect.Effect<void, { readonly _tag: string }> =>
  Effect.gen(function* () {
    const client = yield* RpcClient.make(PresenceRpcs, { flatten: true, disableTracing: true })
    yield* Stream.runForEach(client("presence.watch", of, { headers: { authorization: `Bearer ${token}` } }), hear)
  }).pipe(
    // The loop above reconnects, with jitter and a new token.
    Effect.provide(Layer.scoped(RpcClient.Protocol, RpcClient.makeProtocolSocket({ retrySchedule: Schedule.stop }))),
    Effect.provide([Socket.layerWebSocket(url), RpcSerialization.layerJson]),
    Effect.provide(Socket.layerWebSocketConstructorGlobal),
    Effect.scoped,
    Effect.catchAllDefect(() => Effect.fail({ _tag: "Unreachable" }))
  )
