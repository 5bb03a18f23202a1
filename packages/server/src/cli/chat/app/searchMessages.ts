/** Finding messages in the open conversation, a page of them at a time. */
import type { SearchAnswer } from "@hibiki/core/domain/Conversation"
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { searchProblem } from "@hibiki/core/domain/SearchText"
import { Effect } from "effect"
import type { CallError } from "../session/callProblem.ts"
import { shownText } from "../view/timelineRows.ts"
import type { ChatContext } from "./ChatContext.ts"
import { learnMembers } from "./learnMembers.ts"

/** Looks for the words; without any, goes on where the last search in this conversation ended. */
export const searchMessages = (
  context: ChatContext,
  conversationId: ConversationId,
  words: string | undefined
): Effect.Effect<void, CallError> =>
  Effect.gen(function* () {
    const { calls, session, state, ui } = context
    const asked = words === undefined ? state.search : { conversationId, text: words, before: undefined }
    if (asked?.conversationId !== conversationId) return ui.refuse("There is nothing to go on with: /search WORDS looks for messages.")
    if (searchProblem(asked.text) !== undefined)
      return ui.refuse(`Look for 1 to ${Limits.searchWordsMax} words, in at most ${Limits.searchTextMax} characters.`)
    const { before, text } = asked
    const { hits, next } = yield* session.call((options) =>
      calls("history.search", { text, conversationIds: [conversationId], ...(before === undefined ? {} : { before }) }, options)
    )
    yield* nameAuthors(context, conversationId, hits)
    state.search = next === undefined ? undefined : { conversationId, text, before: next.before }
    const blocked = context.client.blocked()
    ui.lines(`Messages with "${text}"`, [
      ...hits.map(({ row }) => `#${row.seq}  ${timeOf(row.at)}  ${context.people.handle(row.by)}: ${shownText(row, blocked)}`),
      ...(next !== undefined ? ["There are older messages to look through: /search goes on."] : hits.length === 0 ? ["None."] : [])
    ])
  })

/** What was found is shown though nobody can say now who else is here. */
const nameAuthors = (context: ChatContext, conversationId: ConversationId, hits: SearchAnswer["hits"]): Effect.Effect<void> =>
  context.people.shouldAsk(conversationId, new Set(hits.map(({ row }) => row.by)))
    ? Effect.ignore(learnMembers(context, conversationId))
    : Effect.void

const time = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" })
const timeOf = (at: number): string => time.format(at)
