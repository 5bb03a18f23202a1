/**
 * What the server sends on the socket. Clients ignore unknown fields and unknown ops, and skip unknown event kinds with
 * their cursor moved.
 */
import type { LogEvent } from "../domain/Event.ts"
import type { CommandId, ConversationId, DeviceId, Epoch, UserId } from "../domain/Ids.ts"
import type { UserPresence } from "../domain/Presence.ts"
import type { ReadCell } from "../domain/ReadCell.ts"
import type { RefusalCode } from "../domain/Refusal.ts"

/** Why a frame was not taken now. None is final: the same ids are sent again after the delay. */
export type BusyCode =
  /** Too much is waiting somewhere on the way. */
  | "busy"
  /** A limit of this user or socket. */
  | "rate_limited"
  /** Handed on, and not heard of since: it may be stored. */
  | "unknown"

export type ServerFrame =
  | {
      readonly op: "welcome"
      readonly version: number
      readonly epoch: Epoch
      readonly userId: UserId
      readonly device: DeviceId
      readonly resumeTicket: string
      readonly resumeTicketTtlMs: number
      readonly pingIntervalMs: number
      readonly at: number
    }
  /** Consecutive events; they follow the client's cursor of that log, or overlap it. */
  | { readonly op: "events"; readonly conversationId: ConversationId; readonly events: ReadonlyArray<LogEvent> }
  /** Stored at `seq`. In its place in the stream it stands for the event itself; elsewhere it moves no cursor. */
  | {
      readonly op: "accepted"
      readonly id: CommandId
      readonly conversationId: ConversationId
      readonly seq: number
      readonly at: number
    }
  /** Final. */
  | {
      readonly op: "refused"
      readonly id: CommandId
      readonly conversationId: ConversationId
      readonly code: RefusalCode | BadFrameCode
    }
  /** `of`: what was not taken, if it was no frame of commands. Those are not concerned then. */
  | {
      readonly op: "busy"
      readonly conversationId: ConversationId
      readonly code: BusyCode
      readonly retryAfterMs: number
      readonly of?: "range"
    }
  /** The stream goes on above `head`; what lies between the client's cursor and it is paged when needed. */
  | { readonly op: "behind"; readonly conversationId: ConversationId; readonly head: number }
  /** These events are not for this user; they move the cursor all the same. */
  | { readonly op: "withheld"; readonly conversationId: ConversationId; readonly from: number; readonly to: number }
  /** The cursor means nothing in this log: drop what is cached of it; the stream goes on above `head`. */
  | { readonly op: "reset"; readonly conversationId: ConversationId; readonly head: number }
  /** Everything up to the heads read at hello was sent, or told as `behind`: from here on it is live. */
  | { readonly op: "live" }
  /**
   * What is known now of users that this socket watches: all that it may see in answer to `watch`, then those of whom
   * something changed, at most one frame a second. One whom it may no longer see comes as offline without `since`, and
   * is not told of again.
   */
  | { readonly op: "presence"; readonly users: ReadonlyArray<UserPresence> }
  /** Another member writes something there now; nothing says that it stopped. */
  | { readonly op: "typing"; readonly conversationId: ConversationId; readonly userId: UserId }
  /**
   * How far the user has read, of conversations where that changed, and of all before `live`. Told at least once, in
   * any order: the larger `readUpTo` counts. A mark that the personal log set up to `asOf` and that is not here was
   * taken away by a read.
   */
  | { readonly op: "reads"; readonly cells: ReadonlyArray<ReadCell> }
  /**
   * How far the other side of a direct conversation has read, and how far one of its devices holds it. A hint: at least
   * so far.
   */
  | {
      readonly op: "cursors"
      readonly conversationId: ConversationId
      readonly userId: UserId
      readonly read?: number
      readonly delivered?: number
    }
  /** This server goes away: come back elsewhere after the delay. */
  | { readonly op: "moving"; readonly retryAfterMs: number }
  | { readonly op: "revoked" }
  /** Answers ping; renews the resume ticket when its half-life has passed. */
  | { readonly op: "pong"; readonly resumeTicket?: string; readonly resumeTicketTtlMs?: number }

export type CursorsFrame = Extract<ServerFrame, { op: "cursors" }>

/**
 * What was wrong with a frame. A command whose id could be read is answered `refused` with it; else the socket is
 * closed with `bad_frame`.
 */
export type BadFrameCode =
  | "not_json"
  | "too_deep"
  | "too_large"
  | "unknown_op"
  | "unknown_field"
  | "missing_field"
  | "bad_type"
  | "bad_id"
  | "bad_number"
  | "nul"
  | "surrogate"
  | "too_long"
  | "blank"
  | "too_many_marks"
  | "not_emoji"
  | "too_many"
  | "empty"
