/**
 * Defines one kind of command: its body, the facts it needs, its decision and the effects of its events. One module per
 * kind contains all of it.
 */
import type { Schema } from "effect"
import type { ConversationKind, EventKind, HistoryRule, LogEvent } from "../domain/Event.ts"
import type { CommandId, ConversationId, DeviceId, Epoch, UserId } from "../domain/Ids.ts"
import type { RefusalCode } from "../domain/Refusal.ts"
import type { BatchOverlay } from "./BatchOverlay.ts"
import type { Cursor, LogOverlay } from "./LogOverlay.ts"

/**
 * The relation to the conversation that the command requires of its sender. `signedIn`: the command itself checks
 * rights. The roles are a member's roles.
 */
export type ConversationRelation = "signedIn" | "member" | "conversationAdmin" | "conversationOwner"

/**
 * One command as the append takes it. `epoch` is the store's epoch as the client knew it; the append refuses a command
 * that names a seq of another epoch.
 */
export interface CommandOf<Body> {
  readonly log: ConversationId
  readonly id: CommandId
  readonly by: UserId
  readonly device: DeviceId | null
  readonly epoch: Epoch
  readonly body: Body
}

/** The fields of an event besides its seq, id, author and time. */
export type Content<E extends LogEvent = LogEvent> = E extends LogEvent ? Omit<E, "seq" | "id" | "by" | "at"> : never

/**
 * The content that a command stores. The engine numbers the events. `effects` defines, per kind of event, how they
 * change rows, members and cursors.
 */
export interface Change {
  /** The conversation that the command creates. */
  readonly creates?:
    | { readonly kind: ConversationKind; readonly title: string; readonly history: HistoryRule }
    | undefined
  /** Members without an event of their own: those of a direct conversation. */
  readonly members?: ReadonlyArray<UserId> | undefined
  /**
   * The event for the command's log, stored under the command's id: this very object, with its number added. Absent:
   * the command stores no event, and the answer's seq is 0.
   */
  readonly event?: Content | undefined
  /**
   * The sender's new cursor in another conversation. It is not an event: the sender's devices receive its value after
   * the batch.
   */
  readonly cursor?: { readonly of: ConversationId; readonly is: Cursor } | undefined
  /** Users whose personal logs get an event about the command's log, each with its own id. */
  readonly tells?: { readonly kind: "added" | "removed"; readonly users: ReadonlyArray<UserId> } | undefined
}

/** The command was already stored under this id, at its first place. */
export interface Repeat {
  readonly repeats: { readonly seq: number; readonly at: number }
}

/** A refusal that changes or publishes something. */
export interface RefusalWithEffect {
  readonly refuses: RefusalCode
  /** When the sender may try again, under another id. */
  readonly retryAfterMs?: number
  /** The store keeps the refusal under the id, so that it refuses later commands with the same id. */
  readonly remembers?: boolean
  /** An event that is stored under a fresh id, which no command has. */
  readonly event?: Content | undefined
  /** Publish the log's head again, even if the log has no new events. */
  readonly retells?: boolean
  /** Publish the sender's own cursor in that conversation to their devices again. */
  readonly retellsCursor?: ConversationId
}

export type Verdict = RefusalCode | Change | Repeat | RefusalWithEffect

/**
 * The facts that a decision reads; from the command's log unless another is named. They follow from the body alone, so
 * that nothing needs loading after the decision. A decision can't read a fact that is not listed here. The sender's own
 * standing is always loaded.
 */
export interface Needs {
  /** The standing of these users in the conversation. */
  readonly members?: ReadonlyArray<UserId>
  /** Rows of the timeline. */
  readonly rows?: ReadonlyArray<number>
  /** Whether a row has exactly this text now, and how many times it was edited. */
  readonly texts?: ReadonlyArray<readonly [seq: number, text: string]>
  /** The emoji on a row, and whether the sender set this one. */
  readonly reactions?: ReadonlyArray<readonly [seq: number, emoji: string]>
  /** The pinned messages. */
  readonly pins?: boolean
  /** The number of owners, counted as far as the batch can reduce it. */
  readonly owners?: boolean
  /** Whether these users are banned from the conversation. */
  readonly bans?: ReadonlyArray<UserId>
  /** The number of bans, at most Limits.bansMax. */
  readonly banCount?: boolean
  /** Whether the first user blocks the second. */
  readonly blocks?: ReadonlyArray<readonly [UserId, UserId]>
  /** Of another conversation: the sender's standing and cursor there, and its head. */
  readonly ownIn?: ConversationId
}

/** The facts for one decision, as the batch's earlier commands left them. */
export interface Facts {
  readonly batch: BatchOverlay
  /** The command's log. Without a row the log does not exist. */
  readonly log: LogOverlay
}

/** How each kind of event changes the facts for later commands, and the writes beside the event. */
export type Effects = {
  readonly [K in EventKind]?: (facts: Facts, event: Extract<LogEvent, { readonly kind: K }>) => void
}

export interface CommandKind<Body extends Schema.Schema.AnyNoContext> {
  readonly kind: Schema.Schema.Type<Body>["kind"]
  /** The kind's description in the protocol's documents, a sentence or two. */
  readonly about: string
  /**
   * The body, with its `kind`. These rules apply at the edge; a body that was stored before a rule existed may break
   * it.
   */
  readonly body: Body
  /** The log that the command addresses: the conversation's, or the sender's own personal log. */
  readonly log: "conversation" | "personal"
  readonly relation: ConversationRelation
  /** Conversations in which the command is possible; in others its answer is `unsupported`. */
  readonly possibleIn: ReadonlyArray<ConversationKind>
  /** Kinds of events that the command may have stored under its id. They distinguish a repeat from a conflict. */
  readonly causes: ReadonlyArray<EventKind>
  /** The effects of those events. If several kinds cause the same event, only one module defines them. */
  readonly effects?: Effects
  /**
   * The command says something new to others, so a block refuses it in a direct conversation. Commands that take
   * something back stay allowed.
   */
  readonly addsContent?: boolean
  /** Refused in a closed conversation, as is every command that adds content. */
  readonly needsOpen?: boolean
  /** The log may not exist yet. */
  readonly creates?: boolean
  /** Running the command again does no harm: the store neither looks up nor remembers its id. */
  readonly isIdempotent?: boolean
  /** The command itself handles an earlier decision under its id. */
  readonly looksBack?: boolean
  /**
   * The command itself checks the users it touches. Otherwise its answer is `not_found` if one of them does not exist.
   */
  readonly judgesUsers?: boolean
  /** Whether the body names a seq. A seq means nothing in another epoch. */
  readonly namesSeq?: (body: Schema.Schema.Type<Body>) => boolean
  /** The users whose personal logs the command writes. The store locks those logs together with the command's own. */
  readonly touches?: (command: CommandOf<Schema.Schema.Type<Body>>) => ReadonlyArray<UserId>
  /**
   * The users whom the command makes members. Each one costs the sender tokens and counts toward the ingress's
   * capacity.
   */
  readonly brings?: (body: Schema.Schema.Type<Body>) => ReadonlyArray<UserId>
  readonly needs?: (command: CommandOf<Schema.Schema.Type<Body>>) => Needs
  /**
   * Pure: reads the facts and changes nothing. If the relation is not `signedIn`, the caller has already checked that
   * the sender has it.
   */
  readonly decide: (facts: Facts, command: CommandOf<Schema.Schema.Type<Body>>) => Verdict
}

/** Defines a module's kind: `export const rename = commandKind({ ... })`. */
export const commandKind = <Body extends Schema.Schema.AnyNoContext, K extends CommandKind<Body>>(
  kind: CommandKind<Body> & K
): K => kind
