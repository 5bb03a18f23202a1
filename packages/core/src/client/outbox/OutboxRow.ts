/** What an outbox keeps of one command until it is settled. */
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
  /** A post that its author took back after it was handed over; gone when the server has said so. */
  | "withdrawn"
  /** Finally refused. Kept until the user retries or discards it. */
  | "failed"

/** Plain data, so that a store may keep it as JSON. */
export interface OutboxRow {
  readonly id: CommandId
  readonly conversationId: ConversationId
  /** Its place: rows of a conversation are sent in ascending order, also after a reload. */
  readonly order: number
  /** The store's epoch in which it was made, or what it names was seen; null when none was known yet. */
  readonly epoch: Epoch | null
  /** When it was made, in the client's time: for display only. */
  readonly at: number
  readonly body: OutboxBody
  readonly state: OutboxRowState
  /** Whether it was ever handed over. Of a failed row: whether it may be stored all the same. */
  readonly handedOver: boolean
  /** A RefusalCode or BadFrameCode, or one that only a newer server knows. */
  readonly code?: string
}

/**
 * Whether something of ours may be stored under the id of a row that failed so: it may have outlived a restore
 * (`epoch_changed`), or be there as something else (`conflict`). Its text never goes under another id then, or it would
 * be there twice.
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

/**
 * A post that is still to be sent, or whose answer is still to come: not one that was taken back or finally refused.
 */
export const isUnsentPost = ({ body, state }: OutboxRow): boolean =>
  body.kind === "post" && (state === "queued" || state === "sent")

/** Whether the command names a number of a log, which means nothing in another epoch. */
export const rowNamesSeq = (body: OutboxBody): boolean => body.kind !== "post" || body.replyTo !== undefined
