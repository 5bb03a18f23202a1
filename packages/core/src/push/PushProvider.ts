/** Port: whoever brings a push to a device that is not connected. */
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
export class PushFailed extends Data.TaggedError("PushFailed")<{ readonly cause: unknown; readonly retryAfterMs?: number | undefined }> {}

export class PushProvider extends Context.Tag("@hibiki/core/push/PushProvider")<
  PushProvider,
  {
    readonly name: string
    /** `unreachable`: this device has no address for pushes (any more). */
    readonly send: (push: Push) => Effect.Effect<"sent" | "unreachable", PushFailed>
  }
>() {}

/** The default: each push is a line of the log, in place of one on a screen. */
export const PushProviderLog: Layer.Layer<PushProvider> = Layer.succeed(PushProvider, {
  name: "log",
  send: ({ collapseKey, conversationId, deviceId, kind, reason, seq, userId }) =>
    Effect.logInfo(kind === "wake" ? "Push" : "Push taken back").pipe(
      Effect.annotateLogs({ user: userId, device: deviceId, conversation: conversationId, seq, collapse: collapseKey, reason }),
      Effect.as("sent" as const)
    )
})
