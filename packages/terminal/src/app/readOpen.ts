/** The effects of an open conversation: its messages count as read, and its people get names. */
import { Effect } from "effect"
import { type ChatContext, openSummary } from "./ChatContext.ts"
import { learnMembers } from "./learnMembers.ts"

/** All rows that are loaded up to the newest count as read. */
export const readOpen = (context: ChatContext): void => {
  const summary = openSummary(context)
  const view = summary && context.client.feed(summary.conversationId)
  if (summary === undefined || view === undefined) return
  const marked = summary.markedUnreadAt !== undefined
  if (view.cursor > summary.readUpTo && (summary.unread > 0 || marked))
    context.client.read(summary.conversationId, view.cursor)
}

/** Closes a conversation of which the person is no longer a member. */
export const closeIfGone = (context: ChatContext): void => {
  const { opened } = context.state
  if (opened === undefined) return
  if (openSummary(context) !== undefined) opened.listed = true
  else if (opened.listed) {
    opened.close()
    context.state.opened = undefined
    context.ui.notice("You are not in this conversation any more.")
  }
}

/** Requests members if somebody without a known handle is in view. Returns undefined if there is nothing to request. */
export const namesWanted = (context: ChatContext): Effect.Effect<void> | undefined => {
  const { client, people, state } = context
  const conversationId = state.opened?.conversationId
  const view = conversationId && client.feed(conversationId)
  if (conversationId === undefined || view === undefined) return undefined
  const seen = view.entries.flatMap((entry) =>
    entry._tag === "row" ? [entry.row.by, ...(entry.row.userIds ?? [])] : []
  )
  return people.shouldAsk(conversationId, new Set(seen))
    ? Effect.ignore(learnMembers(context, conversationId))
    : undefined
}
