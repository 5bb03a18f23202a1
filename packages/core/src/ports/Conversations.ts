/**
 * Port: who is where, and how conversations and their rows look to a reader. Every member checks the reader's
 * membership in its own query, and no page has more than Limits.pageMax, whatever limit is asked for.
 */
import { Context, type Effect } from "effect"
import type { ConversationSummary, HistoryPage, Member, PersonalSnapshot } from "../domain/Conversation.ts"
import type { ConversationKind } from "../domain/Event.ts"
import type { ConversationId, UserId } from "../domain/Ids.ts"
import type { MessageRow } from "../domain/MessageRow.ts"
import type { Person } from "../domain/Person.ts"
import type { ReadCell } from "../domain/ReadCell.ts"
import type { StoreUnavailable } from "./EventStore.ts"

/** One membership as a gateway needs it. `head` and the others were read in one statement. */
export interface Membership {
  readonly userId: UserId
  readonly log: ConversationId
  readonly head: number
  /** The log's first kept seq. */
  readonly first: number
  /** The first seq that this member may read. */
  readonly visibleFrom: number
  /** What the log is. `personal`: the user's own. */
  readonly kind: ConversationKind | "personal"
}

export interface ReadCellsOfUsers {
  /** The store's time (ms) when they were read. */
  readonly now: number
  readonly of: ReadonlyMap<UserId, ReadonlyArray<ReadCell>>
}

/** How far a member has read. */
export interface ReadCursor {
  readonly userId: UserId
  readonly readUpTo: number
  /** The member's own wish: others must not be told, or not this viewer, whom it blocks. */
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

/** Messages of one conversation as a search looks at them, the newest first. */
export interface Texts {
  /** Of the posts among the rows looked at, without the deleted ones. */
  readonly texts: ReadonlyArray<readonly [seq: number, text: string]>
  /** How many rows of any kind were looked at, and the UTF-8 bytes of `texts`. */
  readonly looked: number
  readonly bytes: number
  /** Where to go on: below the lowest row looked at. Undefined: the reader may see none below. */
  readonly below: number | undefined
}

/** A place in a conversation. */
export interface Place {
  readonly conversationId: ConversationId
  readonly seq: number
}

/**
 * Whether the viewer may see when somebody is there. Not of someone who blocks the viewer, nor of someone with whom the
 * viewer shares only a direct conversation in which they have not written: anybody can open one, and nobody can leave
 * one. Looked for among the first and the last `Limits.answerLook` messages.
 */
export interface ShowsPresence {
  readonly showsPresence: boolean
}

export class Conversations extends Context.Tag("@hibiki/core/ports/Conversations")<
  Conversations,
  {
    /**
     * All memberships of these users, their personal logs included (visible from its first seq). One query. At most 500
     * users.
     */
    readonly memberships: (users: ReadonlyArray<UserId>) => Effect.Effect<ReadonlyArray<Membership>, StoreUnavailable>
    /**
     * Which of these users are members of the log now, with their memberships. For a gateway that jumped over events.
     */
    readonly membersAmong: (
      log: ConversationId,
      users: ReadonlyArray<UserId>
    ) => Effect.Effect<ReadonlyArray<Membership>, StoreUnavailable>
    /**
     * Read cells of these users, read in one statement: at least those that were written at or after `since` (ms of the
     * store's time; 0: all).
     * At most 500 users.
     */
    readonly readCells: (
      users: ReadonlyArray<UserId>,
      since: number
    ) => Effect.Effect<ReadCellsOfUsers, StoreUnavailable>
    /** The personal log's whole state. Undefined: no such user. */
    readonly snapshot: (userId: UserId) => Effect.Effect<PersonalSnapshot | undefined, StoreUnavailable>
    /** One line of the list. Undefined: absent or forbidden. */
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
     * All members, ordered by handle: at most Limits.membersMax, which is all that a conversation can have. Undefined:
     * absent or forbidden.
     */
    readonly everyMember: (
      viewer: UserId,
      conversationId: ConversationId
    ) => Effect.Effect<ReadonlyArray<Person & ShowsPresence> | undefined, StoreUnavailable>
    /**
     * Those of these users who share a conversation with the viewer now, the viewer itself included when it is named;
     * each once, in the order first named. At most 500.
     */
    readonly shared: (
      viewer: UserId,
      users: ReadonlyArray<UserId>
    ) => Effect.Effect<ReadonlyArray<{ readonly userId: UserId } & ShowsPresence>, StoreUnavailable>
    /**
     * Cursors of the other members: visible ones first, then those who have read furthest, then by id; at most
     * Limits.pageMax.
     * Undefined: absent or forbidden.
     */
    readonly readCursors: (
      viewer: UserId,
      conversationId: ConversationId
    ) => Effect.Effect<ReadonlyArray<ReadCursor> | undefined, StoreUnavailable>
    /**
     * Channels whose title begins with `prefix` (case-insensitive), ordered by title, for anyone signed in. `role` is
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
     * A page of rows, from one snapshot, fewer than `limit` where they would be too large (HistorySize). Undefined:
     * absent or forbidden.
     */
    readonly page: (
      userId: UserId,
      conversationId: ConversationId,
      from: PageFrom,
      limit: number
    ) => Effect.Effect<HistoryPage | undefined, StoreUnavailable>
    /**
     * Rows with `from <= seq <= to` and `rev > asOf` (at most Limits.changedWindow wide), and the head they are as of.
     * `moreAfter`: they would be too large (HistorySize), and only those up to the last one are told. Undefined: absent
     * or forbidden.
     */
    readonly changedSince: (
      userId: UserId,
      conversationId: ConversationId,
      asOf: number,
      from: number,
      to: number
    ) => Effect.Effect<HistoryPage | undefined, StoreUnavailable>
    /**
     * Who reacted to the message at `seq` with this emoji, ordered by id; at most Limits.pageMax. Undefined: absent or
     * forbidden.
     */
    readonly reactors: (
      userId: UserId,
      conversationId: ConversationId,
      seq: number,
      emoji: string
    ) => Effect.Effect<ReadonlyArray<UserId> | undefined, StoreUnavailable>
    /**
     * The texts of the newest rows below a seq: of at most Limits.textsMax rows, deleted ones and those of other kinds
     * among them, and fewer where the texts would be too large (HistorySize). Undefined: absent or forbidden.
     */
    readonly texts: (
      userId: UserId,
      conversationId: ConversationId,
      below: number,
      limit: number
    ) => Effect.Effect<Texts | undefined, StoreUnavailable>
    /**
     * The rows at these places that the user may read, in the order of the places, each of which is named once. At most
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
