/**
 * Port: memberships, and conversations with their rows as a reader sees them. Each member checks the reader's
 * membership in its own query. No page exceeds Limits.pageMax, even if the caller passes a higher limit.
 */
import { Context, type Effect } from "effect"
import type {
  BannedPerson,
  ConversationSummary,
  HistoryPage,
  Member,
  PersonalSnapshot
} from "../domain/Conversation.ts"
import type { ConversationKind } from "../domain/Event.ts"
import type { ConversationId, UserId } from "../domain/Ids.ts"
import type { MessageRow } from "../domain/MessageRow.ts"
import type { Person } from "../domain/Person.ts"
import type { ReadCell } from "../domain/ReadCell.ts"
import type { StoreUnavailable } from "./EventStore.ts"

/** One membership with the fields that a gateway needs. One statement reads `head` and the others. */
export interface Membership {
  readonly userId: UserId
  readonly log: ConversationId
  readonly head: number
  /** The log's first seq that is still stored. */
  readonly first: number
  /** The first seq that this member may read. */
  readonly visibleFrom: number
  /** The kind of log. `personal`: the user's own. */
  readonly kind: ConversationKind | "personal"
}

export interface ReadCellsOfUsers {
  /** The store's time (ms) of the reading. */
  readonly now: number
  readonly of: ReadonlyMap<UserId, ReadonlyArray<ReadCell>>
}

/** How far a member has read. */
export interface ReadCursor {
  readonly userId: UserId
  readonly readUpTo: number
  /** The member does not want this viewer to see it: they are invisible to all, or block this viewer. */
  readonly invisible: boolean
}

export type PageFrom =
  /** The newest rows. */
  | { readonly _tag: "Latest" }
  /** Rows with a smaller seq, nearest first. */
  | { readonly _tag: "Before"; readonly seq: number }
  /** Rows with a greater seq, nearest first. */
  | { readonly _tag: "After"; readonly seq: number }
  /** Pinned messages, nearest first: with a smaller seq, or the newest. */
  | { readonly _tag: "Pinned"; readonly below: number | undefined }
  /** Half before, the row itself, and half after. */
  | { readonly _tag: "Around"; readonly seq: number }

/** Messages of one conversation for a search, newest first. */
export interface Texts {
  /** The texts of the posts among the examined rows, without deleted ones. */
  readonly texts: ReadonlyArray<readonly [seq: number, text: string]>
  /** The number of examined rows of any kind, and the UTF-8 bytes of `texts`. */
  readonly looked: number
  readonly bytes: number
  /** Where to continue: below the lowest examined row. Undefined: the reader may see no rows below. */
  readonly below: number | undefined
}

/** A place in a conversation. */
export interface Place {
  readonly conversationId: ConversationId
  readonly seq: number
}

/**
 * Whether the viewer may see the user's presence. False if the user blocks the viewer. Also false if the two share only
 * a direct conversation in which the user has not written: anybody can open one, and nobody can leave one. Only the
 * first and the last `Limits.answerLook` messages are searched for such a message.
 */
export interface ShowsPresence {
  readonly showsPresence: boolean
}

export class Conversations extends Context.Tag("@hibiki/core/ports/Conversations")<
  Conversations,
  {
    /**
     * All memberships of these users, including their personal logs (visible from the log's first seq). One query. At
     * most 500 users.
     */
    readonly memberships: (users: ReadonlyArray<UserId>) => Effect.Effect<ReadonlyArray<Membership>, StoreUnavailable>
    /** Which of these users are members of the log now, with their memberships. For a gateway that skipped events. */
    readonly membersAmong: (
      log: ConversationId,
      users: ReadonlyArray<UserId>
    ) => Effect.Effect<ReadonlyArray<Membership>, StoreUnavailable>
    /**
     * Read cells of these users, read in one statement: at least those written at or after `since` (ms of the store's
     * time; 0: all). At most 500 users.
     */
    readonly readCells: (
      users: ReadonlyArray<UserId>,
      since: number
    ) => Effect.Effect<ReadCellsOfUsers, StoreUnavailable>
    /** The full state of the personal log. Undefined: no such user. */
    readonly snapshot: (userId: UserId) => Effect.Effect<PersonalSnapshot | undefined, StoreUnavailable>
    /** One line of the conversation list. Undefined: absent or forbidden. */
    readonly summary: (
      userId: UserId,
      conversationId: ConversationId
    ) => Effect.Effect<ConversationSummary | undefined, StoreUnavailable>
    /** Members ordered by handle, after the given handle. Undefined: absent or forbidden. */
    readonly members: (
      userId: UserId,
      conversationId: ConversationId,
      afterHandle: string,
      limit: number
    ) => Effect.Effect<ReadonlyArray<Member> | undefined, StoreUnavailable>
    /**
     * The banned people ordered by handle, after the given handle, for an owner or admin. `forbidden`: the user is a
     * plain member. Undefined: the user is no member.
     */
    readonly bans: (
      userId: UserId,
      conversationId: ConversationId,
      afterHandle: string,
      limit: number
    ) => Effect.Effect<ReadonlyArray<BannedPerson> | "forbidden" | undefined, StoreUnavailable>
    /**
     * All members, ordered by handle: at most Limits.membersMax, the bound of every conversation. Undefined: absent or
     * forbidden.
     */
    readonly everyMember: (
      viewer: UserId,
      conversationId: ConversationId
    ) => Effect.Effect<ReadonlyArray<Person & ShowsPresence> | undefined, StoreUnavailable>
    /**
     * Those of these users who share a conversation with the viewer now, in the order first named, each once. Includes
     * the viewer if named. At most 500.
     */
    readonly shared: (
      viewer: UserId,
      users: ReadonlyArray<UserId>
    ) => Effect.Effect<ReadonlyArray<{ readonly userId: UserId } & ShowsPresence>, StoreUnavailable>
    /**
     * Cursors of the other members: visible ones first, then those who have read furthest, then by id; at most
     * Limits.pageMax. Undefined: absent or forbidden.
     */
    readonly readCursors: (
      viewer: UserId,
      conversationId: ConversationId
    ) => Effect.Effect<ReadonlyArray<ReadCursor> | undefined, StoreUnavailable>
    /**
     * Channels whose title begins with `prefix` (case-insensitive), ordered by title, for any signed-in user. `role` is
     * present for members.
     */
    readonly channels: (
      userId: UserId,
      prefix: string,
      limit: number
    ) => Effect.Effect<
      ReadonlyArray<{
        readonly conversationId: ConversationId
        readonly title: string
        readonly members: number
        readonly joined: boolean
      }>,
      StoreUnavailable
    >
    /**
     * A page of rows from one snapshot. It has fewer than `limit` rows if they would be too large (HistorySize).
     * Undefined: absent or forbidden.
     */
    readonly page: (
      userId: UserId,
      conversationId: ConversationId,
      from: PageFrom,
      limit: number
    ) => Effect.Effect<HistoryPage | undefined, StoreUnavailable>
    /**
     * Rows with `from <= seq <= to` and `rev > asOf` (at most Limits.changedWindow wide), and the head at that moment.
     * `moreAfter`: all rows would be too large (HistorySize), so the answer covers only those up to its last row.
     * Undefined: absent or forbidden.
     */
    readonly changedSince: (
      userId: UserId,
      conversationId: ConversationId,
      asOf: number,
      from: number,
      to: number
    ) => Effect.Effect<HistoryPage | undefined, StoreUnavailable>
    /**
     * The users who reacted to the message at `seq` with this emoji, ordered by id; at most Limits.pageMax. Undefined:
     * absent or forbidden.
     */
    readonly reactors: (
      userId: UserId,
      conversationId: ConversationId,
      seq: number,
      emoji: string
    ) => Effect.Effect<ReadonlyArray<UserId> | undefined, StoreUnavailable>
    /**
     * The texts of the newest rows below a seq. It examines at most Limits.textsMax rows, including deleted ones and
     * other kinds, and fewer if the texts would be too large (HistorySize). Undefined: absent or forbidden.
     */
    readonly texts: (
      userId: UserId,
      conversationId: ConversationId,
      below: number,
      limit: number
    ) => Effect.Effect<Texts | undefined, StoreUnavailable>
    /**
     * The rows at these places that the user may read, in the order of the places. Name each place once. At most
     * Limits.pageMax.
     */
    readonly rowsAt: (
      userId: UserId,
      places: ReadonlyArray<Place>
    ) => Effect.Effect<
      ReadonlyArray<{ readonly conversationId: ConversationId; readonly row: MessageRow }>,
      StoreUnavailable
    >
  }
>() {}
