/** Finding messages in the open conversation: by words, a page of them at a time, and the pinned ones. */
import type { HistoryPage } from "@hibiki/core/domain/Conversation"
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { isKnownRow } from "@hibiki/core/domain/RowKinds"
import { searchProblem } from "@hibiki/core/domain/SearchText"
import { Effect } from "effect"
import type { CallError } from "../session/callProblem.ts"
import { shownText } from "../view/timelineRows.ts"
import type { ChatContext } from "./ChatContext.ts"
import { learnMembers } from "./learnMembers.ts"

/** Searches for the words; without any, continues where the last search in this conversation ended. */
export const searchMessages = (
  context: ChatContext,
  conversationId: ConversationId,
  words: string | undefined
): Effect.Effect<void, CallError> =>
  Effect.gen(function* () {
    const { calls, session, state, ui } = context
    const asked = words === undefined ? state.search : { conversationId, text: words, before: undefined }
    if (asked?.conversationId !== conversationId)
      return ui.refuse("There is nothing to go on with: /search WORDS looks for messages.")
    if (searchProblem(asked.text) !== undefined)
      return ui.refuse(`Look for 1 to ${Limits.searchWordsMax} words, in at most ${Limits.searchTextMax} characters.`)
    const { before, text } = asked
    const { hits, next } = yield* session.call((options) =>
      calls(
        "history.search",
        { text, conversationIds: [conversationId], ...(before === undefined ? {} : { before }) },
        options
      )
    )
    state.search = next === undefined ? undefined : { conversationId, text, before: next.before }
    ui.lines(`Messages with "${text}"`, [
      ...(yield* linesOf(
        context,
        conversationId,
        hits.map(({ row }) => row)
      )),
      ...(next !== undefined
        ? ["There are older messages to look through: /search goes on."]
        : hits.length === 0
          ? ["None."]
          : [])
    ])
  })

export const showPins = (context: ChatContext, conversationId: ConversationId): Effect.Effect<void, CallError> =>
  Effect.gen(function* () {
    const { calls, session, ui } = context
    const { moreBefore, rows } = yield* session.call((options) =>
      calls("history.page", { conversationId, pinned: true, limit: Limits.pinsMax }, options)
    )
    ui.lines("Pinned messages", [
      ...(moreBefore ? ["There are older ones: long texts leave no room for them here."] : []),
      ...(rows.length === 0 ? ["None: /pin N pins one."] : yield* linesOf(context, conversationId, rows))
    ])
  })

/** Shows the results even if the members can't be read now. */
const linesOf = (
  context: ChatContext,
  conversationId: ConversationId,
  rows: HistoryPage["rows"]
): Effect.Effect<ReadonlyArray<string>> =>
  Effect.gen(function* () {
    const { client, people } = context
    if (people.shouldAsk(conversationId, new Set(rows.map(({ by }) => by))))
      yield* Effect.ignore(learnMembers(context, conversationId))
    return rows
      .filter(isKnownRow)
      .map((row) => `#${row.seq}  ${timeOf(row.at)}  ${people.handle(row.by)}: ${shownText(row, client.blocked())}`)
  })

const time = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" })
const timeOf = (at: number): string => time.format(at)
