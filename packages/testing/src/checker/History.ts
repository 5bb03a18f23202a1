/** The actions of a run and the observations of its devices, in order. Plain data: the checker reads nothing else. */

import type { CommandBody } from "@hibiki/core/commands/Command"
import type { ConversationKind, HistoryRule, LogEvent } from "@hibiki/core/domain/Event"
import type { Flag } from "@hibiki/core/domain/Flags"
import type { CommandId, ConversationId, DeviceId, UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import type { ReadCell } from "@hibiki/core/domain/ReadCell"
import type { ClientFrame } from "@hibiki/core/protocol/ClientFrame"
import type { ServerFrame } from "@hibiki/core/protocol/ServerFrame"

/**
 * One event of the run. The position in a history's list gives the order; `at` gives the time between, in milliseconds
 * of one monotonic clock.
 */
export type HistoryEntry = { readonly at: number } & (
  | { readonly _tag: "signedIn"; readonly device: DeviceId; readonly userId: UserId }
  /**
   * The device's page was opened, or its program started: anything shown before and not sent to anybody may be gone.
   */
  | { readonly _tag: "started"; readonly device: DeviceId }
  /**
   * A person gave this command to a device, whose outbox accepted it: from here on it must end. `withdraw` carries the
   * id of the post that it takes back.
   */
  | {
      readonly _tag: "submitted"
      readonly device: DeviceId
      readonly conversationId: ConversationId
      readonly id: CommandId
      readonly body: Extract<CommandBody, { kind: "post" | "edit" | "delete" | "react" | "unreact" | "withdraw" }>
    }
  /** The device dropped a command that it never handed over, or discarded a refused one. */
  | { readonly _tag: "dropped"; readonly device: DeviceId; readonly id: CommandId }
  /** Sockets are numbered through the whole run. */
  | { readonly _tag: "opened"; readonly device: DeviceId; readonly socket: number }
  | { readonly _tag: "closed"; readonly device: DeviceId; readonly socket: number; readonly code: number }
  | { readonly _tag: "sent"; readonly device: DeviceId; readonly socket: number; readonly frame: ClientFrame }
  | { readonly _tag: "received"; readonly device: DeviceId; readonly socket: number; readonly frame: ServerFrame }
  /**
   * A device showed these rows of a conversation, in this order: `gap` marks missing rows. The screen marks stale rows
   * as such.
   */
  | {
      readonly _tag: "shown"
      readonly device: DeviceId
      readonly conversationId: ConversationId
      readonly entries: ReadonlyArray<ShownRow>
    }
  /** A device showed the user's own read cursor there. */
  | {
      readonly _tag: "readShown"
      readonly device: DeviceId
      readonly conversationId: ConversationId
      readonly upTo: number
    }
  /** A call began, and how it ended. `rows`: the rows of a conversation in its answer. */
  | { readonly _tag: "called"; readonly device: DeviceId; readonly call: number; readonly name: string }
  | {
      readonly _tag: "answered"
      readonly device: DeviceId
      readonly call: number
      readonly isOk: boolean
      readonly conversationId?: ConversationId | undefined
      readonly rows?: ReadonlyArray<MessageRow> | undefined
    }
  /**
   * `device` was ended: the revocation was stored, or its requester got the answer. `withinMs`: how soon it must be cut
   * off, if that is less than the promise.
   */
  | { readonly _tag: "revoked"; readonly device: DeviceId; readonly withinMs?: number | undefined }
  /** A store committed these events, in this order. */
  | { readonly _tag: "committed"; readonly conversationId: ConversationId; readonly events: ReadonlyArray<LogEvent> }
  /** A store wrote these read cells of one user, or found them so. */
  | { readonly _tag: "moved"; readonly userId: UserId; readonly cells: ReadonlyArray<ReadCell> }
  /** From here on nothing is broken. */
  | { readonly _tag: "calm" }
  /** Something was broken, or repaired: for readers of a story. */
  | { readonly _tag: "fault"; readonly text: string }
)

export type ShownRow =
  | { readonly _tag: "row"; readonly row: MessageRow; readonly stale: boolean; readonly changing: boolean }
  | { readonly _tag: "gap"; readonly from: number; readonly to: number }

/** A log as the store has it at the end. */
export interface FinalLog {
  readonly conversationId: ConversationId
  readonly kind: ConversationKind | "personal"
  readonly history: HistoryRule
  /**
   * For a direct conversation, whose members never change; the members of others follow from the events. For a personal
   * log: its user.
   */
  readonly members: ReadonlyArray<UserId>
  /** All from 1 on; deleted texts are blank. */
  readonly events: ReadonlyArray<LogEvent>
}

/** A conversation as a device shows it at the end, and as a fresh read of its user returns it. */
export interface FinalView {
  readonly device: DeviceId
  readonly conversationId: ConversationId
  readonly shown: ReadonlyArray<ShownRow>
  /** Undefined: the user may not read it. */
  readonly fresh: ReadonlyArray<MessageRow> | undefined
  readonly readUpTo: { readonly shown: number; readonly fresh: number }
  /** The position of the unread mark; 0: there is none. */
  readonly marked: { readonly shown: number; readonly fresh: number }
  readonly unread: { readonly shown: number; readonly fresh: number }
  /** How many of the unread ones mention the user. */
  readonly mentions: { readonly shown: number; readonly fresh: number }
  /** The flags that its user has set. */
  readonly flags: { readonly shown: ReadonlyArray<Flag>; readonly fresh: ReadonlyArray<Flag> }
  /** Ids of posts and changes that the device still has as unsettled. */
  readonly unsettled: ReadonlyArray<CommandId>
}

export interface History {
  readonly entries: ReadonlyArray<HistoryEntry>
  readonly logs: ReadonlyArray<FinalLog>
  readonly views: ReadonlyArray<FinalView>
  /** Devices that were revoked, or never came back: the checker ignores their last state. */
  readonly gone: ReadonlySet<DeviceId>
}
