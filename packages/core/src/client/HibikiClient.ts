/**
 * A device of a user: keeps its socket, logs and outbox, for the terminal, bots, tests and the web. One fiber does
 * everything; calls from outside only leave word for it.
 */
import type { Effect } from "effect"
import type { ConversationSummary, PersonalSnapshot } from "../domain/Conversation.ts"
import type { CommandId, ConversationId, DeviceId, Epoch, InstanceId, UserId } from "../domain/Ids.ts"
import type { UserPresence } from "../domain/Presence.ts"
import type { BadFrameCode } from "../protocol/ServerFrame.ts"
import type { ConnectionStatus } from "./connection/ConnectionMachine.ts"
import type { FeedView } from "./feed/FeedView.ts"
import type { SourceNotFound, SourceUnavailable } from "./feed/SnapshotSource.ts"
import type { OutboxProblem } from "./outbox/Outbox.ts"
import type { OutboxRow } from "./outbox/OutboxRow.ts"

export interface HibikiClientOptions {
  readonly device: DeviceId
  /** Fresh for each page load or process. */
  readonly instance: InstanceId
  /**
   * Who this is, when it is known before a server says so: then what the stores kept is shown without waiting for one.
   * Another user's welcome drops it.
   */
  readonly viewer?: UserId
}

/**
 * What became of something that was to be sent. `Queued`: shown at once, kept as soon as the store has written it, and
 * sent until it is settled.
 */
export type SendResult =
  | { readonly _tag: "Queued"; readonly id: CommandId }
  | { readonly _tag: "NotQueued"; readonly code: OutboxProblem | BadFrameCode }

/** What may look different since the last call of a listener. */
export interface ClientChange {
  readonly status: boolean
  /** The conversation list, the own profile, whom one blocks, or the devices. */
  readonly conversations: boolean
  /** Conversations whose feed or outbox changed. */
  readonly feeds: ReadonlySet<ConversationId>
  /** Somebody's presence. */
  readonly presence: boolean
  /** Conversations whose typing or marks changed. */
  readonly hints: ReadonlySet<ConversationId>
  /**
   * Posts that were to be taken back and stay, since their sender has left and they were stored long ago. Told once;
   * their rows are gone.
   */
  readonly stayed: ReadonlyArray<OutboxRow>
}

/**
 * How far others have come in a direct conversation: have read it, and hold it on one of their devices. By user; at
 * least so far.
 */
export interface Marks {
  readonly read: ReadonlyMap<UserId, number>
  readonly delivered: ReadonlyMap<UserId, number>
}

/** For the connection inspector. */
export interface ClientInspection {
  readonly attempts: number
  readonly welcomes: number
  readonly roundTripMs: number | undefined
  /** All that the outbox holds, finally refused rows included. */
  readonly outboxRows: number
  /** Posts that are still to be sent, or whose answer is still to come. */
  readonly unsentPosts: number
  /**
   * The store refused what it was last to keep of the outbox: that would not outlive the process. It is tried again.
   */
  readonly unkept: boolean
  readonly epoch: Epoch | null
}

export interface HibikiClient {
  /** Connects and stays connected; again after `stop`, or after a stop that a person has to undo. Returns at once. */
  readonly start: Effect.Effect<void>
  /** Says goodbye and hangs up. What is queued stays queued. Done at once when the client's scope has closed. */
  readonly stop: Effect.Effect<void>
  readonly status: () => ConnectionStatus
  /**
   * Does not wait any longer: connects at once or, where that is done, sends once more what was not answered. What the
   * server asked to wait for is waited for all the same.
   */
  readonly retryNow: () => void
  /** Whether somebody looks: a hidden client is slower to notice a dead link. */
  readonly setVisible: (visible: boolean) => void
  /** What the platform says of its network. Only a hint. */
  readonly setOnline: (online: boolean) => void

  /** Undefined until the first snapshot, with an empty list. */
  readonly me: () => PersonalSnapshot["me"] | undefined
  readonly userId: () => UserId | undefined
  /** Whom the user blocks: the same set until it changes. */
  readonly blocked: () => ReadonlySet<UserId>
  /** In no particular order. */
  readonly conversations: () => ReadonlyArray<ConversationSummary>
  /** Counts changes of the user's devices, which a call lists. */
  readonly devicesVersion: () => number
  /**
   * What is shown of a conversation: the same object until it changes; undefined while nothing is known of it, also
   * while its kept rows are being read.
   * An entry that did not change is the same object from one view to the next.
   */
  readonly feed: (conversationId: ConversationId) => FeedView | undefined
  /**
   * Keeps the feed whole at its end (newest rows loaded, changed rows read anew) until the answered function is called.
   */
  readonly open: (conversationId: ConversationId) => () => void
  /**
   * Loads one page of what is missing below `before`, or below the newest rows that are held. Nothing missing: does
   * nothing.
   */
  readonly loadOlder: (
    conversationId: ConversationId,
    before?: number
  ) => Effect.Effect<void, SourceNotFound | SourceUnavailable>
  /** Loads one page of what is missing above `after`. Nothing missing: does nothing. */
  readonly loadNewer: (
    conversationId: ConversationId,
    after: number
  ) => Effect.Effect<void, SourceNotFound | SourceUnavailable>

  /**
   * These name a message by its number. `seenIn`: the epoch of the view in which it was seen, where the store may be
   * another by now: then the row fails as `epoch_changed`. Left out or null: the present one.
   */
  readonly post: (conversationId: ConversationId, text: string, replyTo?: number, seenIn?: Epoch | null) => SendResult
  readonly edit: (conversationId: ConversationId, target: number, text: string, seenIn?: Epoch | null) => SendResult
  readonly delete: (conversationId: ConversationId, target: number, seenIn?: Epoch | null) => SendResult
  readonly react: (
    conversationId: ConversationId,
    target: number,
    emoji: string,
    on: boolean,
    seenIn?: Epoch | null
  ) => SendResult
  /** Changes a post that was never handed over. */
  readonly rewrite: (id: CommandId, text: string) => OutboxProblem | BadFrameCode | undefined
  /** Takes back a pending post; drops a row that was never handed over, or was refused. */
  readonly withdraw: (id: CommandId) => OutboxProblem | undefined
  /** Sends a refused row again. Not one under whose id something else is stored: that is withdrawn. */
  readonly retry: (id: CommandId) => SendResult
  /**
   * What was finally refused and neither sent again nor withdrawn since, by conversation, also by those that were left:
   * the same map until it changes.
   * Whoever shows a part of the conversations tells the user of the others.
   */
  readonly failed: () => ReadonlyMap<ConversationId, ReadonlyArray<OutboxRow>>
  /**
   * The user has read up to `seq`: shown at once, told within 2 s, or when there is a connection again, also after a
   * restart.
   */
  readonly read: (conversationId: ConversationId, seq: number) => void
  /**
   * How far was read in each conversation while there is no list to show it in; empty from the first snapshot on. The
   * same object until it changes.
   */
  readonly readUnlisted: () => ReadonlyMap<ConversationId, number>

  /** The store takes changes again: what it refused so far is kept now, not when its next turn comes. */
  readonly keepNow: () => void
  /**
   * Takes over rows that another client of this user left behind, such as a closed page: they go behind this one's own
   * and are kept as its own. Answers those that were taken; at the outbox's bounds the rest are not.
   */
  readonly adopt: (rows: ReadonlyArray<OutboxRow>) => ReadonlyArray<CommandId>

  /** Whose presence is wanted from here on, in place of those before; beyond 200 the last ones are left out. */
  readonly watchUsers: (userIds: ReadonlyArray<UserId>) => void
  /**
   * Of a watched user, the same object until it changes. Undefined: not known, not for this viewer, or not connected
   * for more than 10 s.
   */
  readonly presence: (userId: UserId) => UserPresence | undefined
  /**
   * Whether the server was asked about a watched user and has answered: whose `presence` is still undefined then is not
   * for this viewer.
   */
  readonly isPresenceTold: (userId: UserId) => boolean
  /** Whether the person does something on this device; true at first. */
  readonly setActive: (active: boolean) => void
  /** The person writes something there now: told at most once in 3 s, and not later when there is no socket. */
  readonly sayTyping: (conversationId: ConversationId) => void
  /** Others who are writing there, in the order in which they began; the same array until it changes. */
  readonly typing: (conversationId: ConversationId) => ReadonlyArray<UserId>
  /**
   * Of direct conversations, read when one is opened; undefined before, and of others. The same object until it
   * changes.
   */
  readonly marks: (conversationId: ConversationId) => Marks | undefined

  /**
   * Called once after each turn that changed something, and within each call that changes the outbox; must not throw,
   * and must not change the outbox itself. Returns how to end it.
   */
  readonly subscribe: (listener: (change: ClientChange) => void) => () => void
  readonly inspect: () => ClientInspection
}
