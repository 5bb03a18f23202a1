/** What a client may send on the socket: one JSON text per message, told apart by `op`. */
import type { ConversationId, DeviceId, Epoch, InstanceId, UserId } from "../domain/Ids.ts"
import type { CommandFrame } from "./CommandFrame.ts"

/** A device's place in a log: it holds everything up to `seq`. */
export type CursorPair = readonly [conversationId: ConversationId, seq: number]

export type ClientFrame =
  /**
   * The first frame, within 5 s. `version`: the highest that the client speaks. `epoch`: the store's as last met, or
   * null.
   * `cursors`: where the device stands, up to 500; `last` false says that `cursors` frames follow. A log not named is
   * told as `behind`.
   */
  | {
      readonly op: "hello"
      readonly version: number
      readonly ticket: string
      readonly device: DeviceId
      readonly instance: InstanceId
      readonly epoch: Epoch | null
      readonly cursors: ReadonlyArray<CursorPair>
      readonly last: boolean
    }
  | { readonly op: "cursors"; readonly pairs: ReadonlyArray<CursorPair>; readonly last: boolean }
  /** At most one of these per conversation is under way. */
  | CommandFrame
  /** Everything up to these places is kept by the device. */
  | { readonly op: "ack"; readonly cursors: ReadonlyArray<CursorPair> }
  /** The user has read up to `seq`. Idempotent, so it carries no id; its echo is the cell in `reads`. */
  | { readonly op: "read"; readonly conversationId: ConversationId; readonly seq: number }
  /** Asks for events `from` to `to` again, both included; answered by `events` and `withheld`. */
  | { readonly op: "range"; readonly conversationId: ConversationId; readonly from: number; readonly to: number }
  /**
   * The user writes something there now. Sent at most once in 3 s; the server drops what comes faster, and what others
   * need not know.
   */
  | { readonly op: "typing"; readonly conversationId: ConversationId }
  /**
   * Whose presence this socket wants to know from here on: 0 to 200 users, in place of those it watched before.
   * Answered at once by `presence`.
   */
  | { readonly op: "watch"; readonly userIds: ReadonlyArray<UserId> }
  /** What the person does on this device. A new socket counts as active. */
  | { readonly op: "presence"; readonly state: "active" | "idle" }
  | { readonly op: "ping" }
  /** The device goes away on purpose. */
  | { readonly op: "bye" }
