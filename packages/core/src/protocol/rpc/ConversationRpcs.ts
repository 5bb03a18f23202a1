/**
 * Calls about conversations and their history. Changes carry a client-made `id`: if a call is repeated with the same
 * id, it gets the first answer again.
 */
import { Rpc, RpcGroup } from "@effect/rpc"
import { Schema } from "effect"
import { add } from "../../commands/add.ts"
import { ban, unban } from "../../commands/ban.ts"
import { type AnyCommandKind, type CommandKindName, kindNamed } from "../../commands/Command.ts"
import { close, reopen } from "../../commands/close.ts"
import { create } from "../../commands/create.ts"
import { favourite, mute } from "../../commands/flags.ts"
import { join } from "../../commands/join.ts"
import { openDirect } from "../../commands/openDirect.ts"
import { pin, unpin } from "../../commands/pin.ts"
import { markUnread } from "../../commands/read.ts"
import { leave, remove } from "../../commands/remove.ts"
import { rename } from "../../commands/rename.ts"
import { setRole } from "../../commands/setRole.ts"
import { setRules } from "../../commands/setRules.ts"
import {
  BannedPerson,
  ConversationSummary,
  HistoryPage,
  Member,
  PersonalSnapshot,
  SearchAnswer
} from "../../domain/Conversation.ts"
import { CommandId, ConversationId, Seq, UserId } from "../../domain/Ids.ts"
import { Limits } from "../../domain/Limits.ts"
import { searchProblem } from "../../domain/SearchText.ts"
import { AuthMiddleware } from "./AuthMiddleware.ts"
import { NotFound, RateLimited, Refused, Unauthenticated, Unavailable } from "./RpcErrors.ts"

const reads = Schema.Union(Unauthenticated, NotFound, RateLimited, Unavailable)
const writes = Schema.Union(Unauthenticated, Refused, RateLimited, Unavailable)
/** The place of a change in its log. */
const Placed = Schema.Struct({ seq: Seq })
const Limit = Schema.Int.pipe(Schema.between(1, Limits.pageMax))
const SearchText = Schema.String.pipe(
  Schema.filter(
    (text) =>
      searchProblem(text) === undefined ||
      `1 to ${Limits.searchWordsMax} words in at most ${Limits.searchTextMax} characters`,
    { jsonSchema: { minLength: 1, maxLength: Limits.searchTextMax } }
  )
)
/** The greatest length of a reaction, in UTF-16 units. */
const Emoji = Schema.String.pipe(Schema.minLength(1), Schema.maxLength(2 * Limits.emojiMax))
/** A command's body, with its id and its conversation. */
const change = <F extends Schema.Struct.Fields>({ kind: _, ...fields }: F) => ({
  id: CommandId,
  conversationId: ConversationId,
  ...fields
})
/** The answer to a command, by the log that it changes. A caller has no use for a place in its personal log. */
const answers = { conversation: Placed, personal: Schema.Struct({}) }

interface CalledKind<Kind extends string, Fields extends Schema.Struct.Fields, Log extends keyof typeof answers> {
  readonly kind: Kind
  readonly body: Schema.Struct<Fields>
  readonly log: Log
}

/**
 * A call that is a command. Its name is that of its kind, which also determines its handler, its right and its
 * documentation.
 */
const command = <Kind extends string, Fields extends Schema.Struct.Fields, Log extends keyof typeof answers>({
  body,
  kind,
  log
}: CalledKind<Kind, Fields, Log>) =>
  Rpc.make(`conversation.${kind}` as const, { payload: change(body.fields), success: answers[log], error: writes })

export class ConversationRpcs extends RpcGroup.make(
  Rpc.make("me.snapshot", { success: PersonalSnapshot, error: reads }),
  Rpc.make("conversation.get", {
    payload: { conversationId: ConversationId },
    success: ConversationSummary,
    error: reads
  }),
  Rpc.make("conversation.members", {
    payload: {
      conversationId: ConversationId,
      afterHandle: Schema.optional(Schema.String.pipe(Schema.maxLength(Limits.nameMax))),
      limit: Schema.optional(Limit)
    },
    success: Schema.Array(Member),
    error: reads
  }),
  Rpc.make("conversation.bans", {
    payload: {
      conversationId: ConversationId,
      afterHandle: Schema.optional(Schema.String.pipe(Schema.maxLength(Limits.nameMax))),
      limit: Schema.optional(Limit)
    },
    success: Schema.Array(BannedPerson),
    error: Schema.Union(reads, Refused)
  }),
  Rpc.make("conversation.channels", {
    payload: { prefix: Schema.String.pipe(Schema.maxLength(Limits.nameMax)), limit: Schema.optional(Limit) },
    success: Schema.Array(
      Schema.Struct({
        conversationId: ConversationId,
        title: Schema.String,
        members: Schema.Int,
        joined: Schema.Boolean
      })
    ),
    error: reads
  }),
  /** Opens the one direct conversation with a person; with oneself: notes. Idempotent by the pair. */
  Rpc.make("conversation.openDirect", {
    payload: { userId: openDirect.body.fields.peer },
    success: Schema.Struct({ conversationId: ConversationId }),
    error: writes
  }),
  /** The new conversation's id is `id`. */
  Rpc.make("conversation.create", {
    payload: {
      id: CommandId,
      kind: create.body.fields.conversationKind,
      title: create.body.fields.title,
      history: Schema.optional(create.body.fields.history),
      members: Schema.Array(UserId).pipe(Schema.maxItems(Limits.usersPerCommand - 1))
    },
    success: Schema.Struct({ conversationId: ConversationId, seq: Seq }),
    error: writes
  }),
  command(join),
  command(add),
  command(remove),
  command(ban),
  command(unban),
  command(leave),
  command(rename),
  command(setRole),
  command(setRules),
  // Without `operator`, which is no field of a call.
  command({ ...close, body: Schema.Struct({ kind: close.body.fields.kind }) }),
  command({ ...reopen, body: Schema.Struct({ kind: reopen.body.fields.kind }) }),
  command(pin),
  command(unpin),
  /** Shows the conversation as unread from `seq` on until the next read; cursors never go back. */
  Rpc.make("conversation.markUnread", {
    payload: { id: CommandId, conversationId: ConversationId, seq: markUnread.body.fields.upTo },
    success: answers.personal,
    error: writes
  }),
  command(mute),
  command(favourite),
  /**
   * Rows around a place: give one of `before`, `after` and `around`, or none for the newest. `pinned`: only pinned
   * rows, from the newest on or below `before`.
   */
  Rpc.make("history.page", {
    payload: Schema.Struct({
      conversationId: ConversationId,
      before: Schema.optional(Seq),
      after: Schema.optional(Seq),
      around: Schema.optional(Seq),
      pinned: Schema.optional(Schema.Literal(true)),
      limit: Schema.optional(Limit)
    }).pipe(
      Schema.filter(
        ({ after, around, before, pinned }) =>
          [pinned ?? before, after, around].filter((place) => place !== undefined).length <= 1 || "one place at most"
      )
    ),
    success: HistoryPage,
    error: reads
  }),
  /** The changes in cached rows `from` to `to` since they were read as of `asOf`. */
  Rpc.make("history.changedSince", {
    payload: Schema.Struct({ conversationId: ConversationId, asOf: Seq, from: Seq, to: Seq }).pipe(
      Schema.filter(
        ({ from, to }) => (from <= to && to - from < Limits.changedWindow) || `from 1 to ${Limits.changedWindow} rows`
      )
    ),
    success: HistoryPage,
    error: reads
  }),
  /**
   * The users who reacted to a message with an emoji: at most Limits.pageMax, ordered by id. Empty if the caller may
   * not read the message.
   */
  Rpc.make("history.reactors", {
    payload: { conversationId: ConversationId, seq: Seq, emoji: Emoji },
    success: Schema.Array(UserId),
    error: reads
  }),
  /**
   * Messages that contain all words of `text` (SearchText), in the named conversations, one after the other; `before`:
   * in the first of them only below this seq. A conversation that the caller may not read yields nothing, and looks
   * like an absent one. Searches at most Limits.searchWithin messages, so an answer without a hit may say where to
   * continue.
   */
  Rpc.make("history.search", {
    payload: {
      text: SearchText,
      conversationIds: Schema.Array(ConversationId).pipe(
        Schema.minItems(1),
        Schema.maxItems(Limits.searchConversations)
      ),
      before: Schema.optional(Seq),
      limit: Schema.optional(Schema.Int.pipe(Schema.between(1, Limits.searchHitsMax)))
    },
    success: SearchAnswer,
    error: reads
  })
).middleware(AuthMiddleware) {}

/** The calls that are commands: each is named after its kind. */
export type CommandTag = Extract<RpcGroup.Rpcs<typeof ConversationRpcs>["_tag"], `conversation.${CommandKindName}`>
/** For each call that is a command, the value that `says` gives for its kind. */
export const ofCommandCalls = <A>(says: (kind: AnyCommandKind) => A): Readonly<Record<CommandTag, A>> => {
  const rows = [...ConversationRpcs.requests.keys()].flatMap((tag) => {
    const kind = kindNamed(tag.replace("conversation.", ""))
    return kind === undefined ? [] : [[tag, says(kind)] as const]
  })
  // Each tag of the type is a key of the group, and the name of a kind.
  return Object.fromEntries(rows) as Record<CommandTag, A>
}
