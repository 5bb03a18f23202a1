/** One command in the outbox, from its creation until it is settled. */
import type { CommandId, ConversationId, Epoch } from "../../domain/Ids.ts"

export type OutboxBody =
  | { readonly kind: "post"; readonly text: string; readonly replyTo?: number | undefined }
  | { readonly kind: "edit"; readonly target: number; readonly text: string }
  | { readonly kind: "delete"; readonly target: number }
  | { readonly kind: "react"; readonly target: number; readonly emoji: string; readonly on: boolean }

export type OutboxRowState =
  /** Never handed over: may be edited or dropped. */
  | "queued"
  /** Handed over at least once, so it may be stored: can only be retried, or withdrawn if it is a post. */
  | "sent"
  /** A post that its author withdrew after it was handed over; removed when the server confirms. */
  | "withdrawn"
  /** Finally refused. Stays until the user retries or discards it. */
  | "failed"

/** Plain data, so that a store may keep it as JSON. */
export interface OutboxRow {
  readonly id: CommandId
  readonly conversationId: ConversationId
  /** The row's place: rows of a conversation are sent in ascending order, also after a reload. */
  readonly order: number
  /**
   * The store's epoch in which the row was made, or in which the user saw the message that it names. Null when none was
   * known yet.
   */
  readonly epoch: Epoch | null
  /** When the row was made, in the client's time: for display only. */
  readonly at: number
  readonly body: OutboxBody
  readonly state: OutboxRowState
  /** Whether the row was ever handed over. For a failed row: whether it may be stored all the same. */
  readonly handedOver: boolean
  /** A RefusalCode or BadFrameCode, or one that only a newer server knows. */
  readonly code?: string
}

/**
 * Whether, after a failure with this code, the server may have something of ours under the row's id. It may have
 * outlived a restore (`epoch_changed`), or be stored as something else (`conflict`). The text is then never resent
 * under another id, or it would appear twice.
 */
export const mayBeStored = (code: OutboxRow["code"]): boolean => code === "epoch_changed" || code === "conflict"

/** A row before the outbox took it. */
export interface NewCommand {
  readonly id: CommandId
  readonly conversationId: ConversationId
  readonly epoch: Epoch | null
  readonly at: number
  readonly body: OutboxBody
}

/** A post that is still to be sent or still waits for an answer, but not one that was withdrawn or finally refused. */
export const isUnsentPost = ({ body, state }: OutboxRow): boolean =>
  body.kind === "post" && (state === "queued" || state === "sent")

/** Whether the command names a number of a log. Such a number is not valid in another epoch. */
export const rowNamesSeq = (body: OutboxBody): boolean => body.kind !== "post" || body.replyTo !== undefined
