/** Port: sends a push to a device whose user has no device in use. */
import { Context, Data, Effect, Layer } from "effect"
import type { ConversationId, DeviceId, UserId } from "../domain/Ids.ts"

/** A notice that something is unread, without its content: the device reads that itself. */
export interface Push {
  readonly kind: "wake" | "cancel"
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly conversationId: ConversationId
  /** The newest message at the time when the push became due. */
  readonly seq: number
  /** A later push with the same key replaces this one on the device. */
  readonly collapseKey: string
  /** Why it is sent: the user's situation when the push became due. */
  readonly reason: string
}

/** The push was not sent, or its outcome is unknown: it is retried. */
export class PushFailed extends Data.TaggedError("PushFailed")<{
  readonly cause: unknown
  readonly retryAfterMs?: number | undefined
  /** The push service was unreachable, or did not answer. */
  readonly isUnanswered?: boolean | undefined
}> {}

/** A push that is ready to send when it is its turn. */
export interface ReadyPush {
  /** The push service of the device, one of a few: a service that does not answer delays no push to another one. */
  readonly service: string
  /** `unreachable`: the service does not know this device, or no longer. */
  readonly send: Effect.Effect<"sent" | "unreachable", PushFailed>
}

export class PushProvider extends Context.Tag("@hibiki/core/ports/PushProvider")<
  PushProvider,
  {
    readonly name: string
    /**
     * Prepares without calling a push service. `unreachable`: this device has no address for pushes, or no longer.
     * `sent`: there is nothing to send to it.
     */
    readonly prepare: (push: Push) => Effect.Effect<ReadyPush | "sent" | "unreachable", PushFailed>
  }
>() {}

/** The default: writes each push as a `debug` line to the log, instead of to a screen. */
export const PushProviderLog: Layer.Layer<PushProvider> = Layer.succeed(PushProvider, {
  name: "log",
  prepare: ({ collapseKey, conversationId, deviceId, kind, reason, seq, userId }) =>
    Effect.succeed({
      service: "log",
      send: Effect.logDebug(kind === "wake" ? "Push" : "Push taken back").pipe(
        Effect.annotateLogs({
          user: userId,
          device: deviceId,
          conversation: conversationId,
          seq,
          collapse: collapseKey,
          reason
        }),
        Effect.as("sent")
      )
    })
})
