/**
 * Calls about conversations and their history. Changes carry a client-made `id`: the same call with the same id is
 * answered as the first was.
 */
import { Rpc, RpcGroup } from "@effect/rpc"
import { Schema } from "effect"
import { add } from "../../commands/add.ts"
import { type AnyCommandKind, type CommandKindName, kindNamed } from "../../commands/Command.ts"
import { create } from "../../commands/create.ts"
import { favourite, mute } from "../../commands/flags.ts"
import { join } from "../../commands/join.ts"
import { openDirect } from "../../commands/openDirect.ts"
import { pin, unpin } from "../../commands/pin.ts"
import { markUnread } from "../../commands/read.ts"
import { leave, remove } from "../../commands/remove.ts"
import { rename } from "../../commands/rename.ts"
import { setRole } from "../../commands/setRole.ts"
import { ConversationSummary, HistoryPage, Member, PersonalSnapshot, SearchAnswer } from "../../domain/Conversation.ts"
import { CommandId, ConversationId, Seq, UserId } from "../../domain/Ids.ts"
import { Limits } from "../../domain/Limits.ts"
import { searchProblem } from "../../domain/SearchText.ts"
import { AuthMiddleware } from "./AuthMiddleware.ts"
import { NotFound, RateLimited, Refused, Unauthenticated, Unavailable } from "./RpcErrors.ts"

const reads = Schema.Union(Unauthenticated, NotFound, RateLimited, Unavailable)
const writes = Schema.Union(Unauthenticated, Refused, RateLimited, Unavailable)
/** Where a change stands in its log. */
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
/** As long as a reaction may be, in UTF-16 units. */
const Emoji = Schema.String.pipe(Schema.minLength(1), Schema.maxLength(2 * Limits.emojiMax))
/** A command's body beside its id and the conversation that it is about. */
const change = <F extends Schema.Struct.Fields>({ kind: _, ...fields }: F) => ({
  id: CommandId,
  conversationId: ConversationId,
  ...fields
})
/**
 * What a command answers, by the log that it is asked of. A place in the caller's personal log is of no use to the
 * caller.
 */
const answers = { conversation: Placed, personal: Schema.Struct({}) }

interface CalledKind<Kind extends string, Fields extends Schema.Struct.Fields, Log extends keyof typeof answers> {
  readonly kind: Kind
  readonly body: Schema.Struct<Fields>
  readonly log: Log
}

/**
 * A call that is a command: named after its kind, from which its handler, its right and its documentation follow as
 * well.
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
  command(leave),
  command(rename),
  command(setRole),
  command(pin),
  command(unpin),
  /** Shown as unread from `seq` on until the next read; cursors never go back. */
  Rpc.make("conversation.markUnread", {
    payload: { id: CommandId, conversationId: ConversationId, seq: markUnread.body.fields.upTo },
    success: answers.personal,
    error: writes
  }),
  command(mute),
  command(favourite),
  /**
   * Rows around a place: give one of `before`, `after` and `around`, or none for the newest. `pinned`: the pinned ones
   * among them, from the newest on or below `before`.
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
  /** What changed in cached rows `from` to `to` since they were read as of `asOf`. */
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
   * Who reacted to a message with an emoji: at most Limits.pageMax, ordered by id. Nobody where the caller may not read
   * the message.
   */
  Rpc.make("history.reactors", {
    payload: { conversationId: ConversationId, seq: Seq, emoji: Emoji },
    success: Schema.Array(UserId),
    error: reads
  }),
  /**
   * Messages in which all words of `text` stand (SearchText), in the conversations named, one after the other;
   * `before`: in the first of them only below this seq. One that the caller may not read has none, and looks like one
   * that is not there. Looks at Limits.searchWithin messages at most, so that an answer without a hit may say where to
   * go on.
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
/** What the kind says, for each call that is a command. */
export const ofCommandCalls = <A>(says: (kind: AnyCommandKind) => A): Readonly<Record<CommandTag, A>> => {
  const rows = [...ConversationRpcs.requests.keys()].flatMap((tag) => {
    const kind = kindNamed(tag.replace("conversation.", ""))
    return kind === undefined ? [] : [[tag, says(kind)] as const]
  })
  // Each tag of the type is a key of the group, and named after a kind.
  return Object.fromEntries(rows) as Record<CommandTag, A>
}
