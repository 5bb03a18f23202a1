/**
 * What one kind of command is: its body, the facts it needs, what it decides and what its events do. One module per
 * kind holds all of it.
 */
import type { Schema } from "effect"
import type { ConversationKind, EventKind, HistoryRule, LogEvent } from "../domain/Event.ts"
import type { CommandId, ConversationId, DeviceId, Epoch, UserId } from "../domain/Ids.ts"
import type { RefusalCode } from "../domain/Refusal.ts"
import type { BatchOverlay } from "./BatchOverlay.ts"
import type { Cursor, LogOverlay } from "./LogOverlay.ts"

/**
 * What the asker must be to the conversation. `signedIn`: the command itself decides who may; the roles are those of a
 * member.
 */
export type ConversationRelation = "signedIn" | "member" | "conversationAdmin" | "conversationOwner"

/**
 * One command as the append takes it. `epoch` is the store's as the client knew it; a command that names a seq of
 * another epoch is refused.
 */
export interface CommandOf<Body> {
  readonly log: ConversationId
  readonly id: CommandId
  readonly by: UserId
  readonly device: DeviceId | null
  readonly epoch: Epoch
  readonly body: Body
}

/** What an event says beyond its seq, id, author and time. */
export type Content<E extends LogEvent = LogEvent> = E extends LogEvent ? Omit<E, "seq" | "id" | "by" | "at"> : never

/**
 * What a command stores. The engine numbers the events; what they do to rows, members and cursors is said once per kind
 * of event (`effects`).
 */
export interface Change {
  /** The conversation that comes into being. */
  readonly creates?:
    | { readonly kind: ConversationKind; readonly title: string; readonly history: HistoryRule }
    | undefined
  /** Members that no event names: those of a direct conversation. */
  readonly members?: ReadonlyArray<UserId> | undefined
  /**
   * Stored in the command's log, under the command's id: this very object, numbered. Absent: nothing is, and the
   * answer's seq is 0.
   */
  readonly event?: Content | undefined
  /**
   * The asker's own cursor in another conversation, as it is from now on. It is no event: the asker's devices are told
   * what it is by then.
   */
  readonly cursor?: { readonly of: ConversationId; readonly is: Cursor } | undefined
  /** Users whose personal logs are told of the command's log, each under an id of its own. */
  readonly tells?: { readonly kind: "added" | "removed"; readonly users: ReadonlyArray<UserId> } | undefined
}

/** Stored before under this id, at its first place. */
export interface Repeat {
  readonly repeats: { readonly seq: number; readonly at: number }
}

/** A refusal with an effect of its own. */
export interface RefusalWithEffect {
  readonly refuses: RefusalCode
  /** Remembered under the id, so that what comes under it later is refused. */
  readonly remembers?: boolean
  /** Stored under an id that no command has. */
  readonly event?: Content | undefined
  /** The log is told again, even if nothing new is in it. */
  readonly retells?: boolean
  /** The asker's devices are told again of its own cursor there. */
  readonly retellsCursor?: ConversationId
}

export type Verdict = RefusalCode | Change | Repeat | RefusalWithEffect

/**
 * The facts that a decision reads, of the command's log where no other is named. They follow from the body alone, so
 * that nothing is loaded after deciding; a fact that was not named can't be read. The sender's own standing is always
 * there.
 */
export interface Needs {
  /** Their standing in the conversation. */
  readonly members?: ReadonlyArray<UserId>
  /** Rows of the timeline. */
  readonly rows?: ReadonlyArray<number>
  /** Whether a row has exactly this text now, and how often it was edited. */
  readonly texts?: ReadonlyArray<readonly [seq: number, text: string]>
  /** The emoji on a row, and whether the sender gave this one. */
  readonly reactions?: ReadonlyArray<readonly [seq: number, emoji: string]>
  /** The messages that are pinned. */
  readonly pins?: boolean
  /** The number of owners, as far as the batch can use it up. */
  readonly owners?: boolean
  /** Whether the first blocks the second. */
  readonly blocks?: ReadonlyArray<readonly [UserId, UserId]>
  /** In that other conversation: the sender's standing and cursor, and the head. */
  readonly ownIn?: ConversationId
}

/** Where a decision reads: the facts as the batch's earlier commands left them. */
export interface Facts {
  readonly batch: BatchOverlay
  /** The command's log. It has no row where it does not exist. */
  readonly log: LogOverlay
}

/** What an event does to what later commands see, and to what is written beside it. */
export type Effects = {
  readonly [K in EventKind]?: (facts: Facts, event: Extract<LogEvent, { readonly kind: K }>) => void
}

export interface CommandKind<Body extends Schema.Schema.AnyNoContext> {
  readonly kind: Schema.Schema.Type<Body>["kind"]
  /** What it does, in a sentence or two of the protocol's documents. */
  readonly about: string
  /** With its `kind`. Its rules are those at the door; a stored body of before them may break one. */
  readonly body: Body
  /** Whose log it is asked of: the conversation's, or the asker's own personal log. */
  readonly log: "conversation" | "personal"
  readonly relation: ConversationRelation
  /** Conversations in which it is possible; in others it is `unsupported`. */
  readonly possibleIn: ReadonlyArray<ConversationKind>
  /** Kinds of events that may stand under its id: they tell a repeat from a conflict. */
  readonly causes: ReadonlyArray<EventKind>
  /** What those events do; given by one module where several cause the same. */
  readonly effects?: Effects
  /** It says something new to others, so a block refuses it in a direct conversation. What takes back goes on. */
  readonly addsContent?: boolean
  /** Its log need not exist. */
  readonly creates?: boolean
  /** To run it again does no harm: nothing is looked up or kept under its id. */
  readonly isIdempotent?: boolean
  /** It judges by itself what was decided before under its id. */
  readonly looksBack?: boolean
  /** It judges by itself the users it touches; otherwise it is `not_found` if one of them is nobody. */
  readonly judgesUsers?: boolean
  /** Whether it names a seq, which means nothing in another epoch. */
  readonly namesSeq?: (body: Schema.Schema.Type<Body>) => boolean
  /** The users whose personal logs it writes, which are locked with its own. */
  readonly touches?: (command: CommandOf<Schema.Schema.Type<Body>>) => ReadonlyArray<UserId>
  /** The users whom it makes members. Each costs its sender, and takes room on the way. */
  readonly brings?: (body: Schema.Schema.Type<Body>) => ReadonlyArray<UserId>
  readonly needs?: (command: CommandOf<Schema.Schema.Type<Body>>) => Needs
  /** Pure: reads the facts and changes nothing. Where the relation is not `signedIn`, the asker has it. */
  readonly decide: (facts: Facts, command: CommandOf<Schema.Schema.Type<Body>>) => Verdict
}

/** A module's definition: `export const rename = commandKind({ ... })`. */
export const commandKind = <Body extends Schema.Schema.AnyNoContext, K extends CommandKind<Body>>(
  kind: CommandKind<Body> & K
): K => kind
