/** Port: whoever brings a push to a device whose user has none in use. */
import { Context, Data, Effect, Layer } from "effect"
import type { ConversationId, DeviceId, UserId } from "../domain/Ids.ts"

/** Says that something is unread, and nothing of what it is: the device reads that itself. */
export interface Push {
  readonly kind: "wake" | "cancel"
  readonly userId: UserId
  readonly deviceId: DeviceId
  readonly conversationId: ConversationId
  /** The newest message when it was owed. */
  readonly seq: number
  /** A later one under the same key stands in the place of this one on the device. */
  readonly collapseKey: string
  /** Why it is sent: how the user was when it was owed. */
  readonly reason: string
}

/** Not sent, or nobody knows: it is tried again. */
export class PushFailed extends Data.TaggedError("PushFailed")<{
  readonly cause: unknown
  readonly retryAfterMs?: number | undefined
  /** The push service could not be reached, or said nothing. */
  readonly isUnanswered?: boolean | undefined
}> {}

/** One that goes out when it is its turn. */
export interface ReadyPush {
  /** The push service that it goes to, one of a few: what does not answer there holds up nothing elsewhere. */
  readonly service: string
  /** `unreachable`: the service knows of no such device (any more). */
  readonly send: Effect.Effect<"sent" | "unreachable", PushFailed>
}

export class PushProvider extends Context.Tag("@hibiki/core/ports/PushProvider")<
  PushProvider,
  {
    readonly name: string
    /**
     * Asks no push service. `unreachable`: this device has no address for pushes (any more). `sent`: there is nothing
     * to be sent to it.
     */
    readonly prepare: (push: Push) => Effect.Effect<ReadyPush | "sent" | "unreachable", PushFailed>
  }
>() {}

/** The default: each push is a line of the log for whoever looks for it (`debug`), in place of one on a screen. */
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
