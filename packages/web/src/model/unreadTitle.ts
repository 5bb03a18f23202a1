/** Shows the number of unread messages in the browser's tab and on the system's badge. */
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import { type Accessor, createEffect, createMemo } from "solid-js"
import { pageTitle } from "../lib/pageTitle.ts"

type Line = Pick<ConversationSummary, "markedUnreadAt" | "mentions" | "muted" | "unread">

/**
 * Returns the unread messages of all conversations; of muted ones only those that mention the user. A conversation that
 * is only marked unread counts as one.
 */
export const unreadTotal = (conversations: ReadonlyArray<Line>): number =>
  conversations.reduce((sum, line) => sum + unreadIn(line), 0)

const unreadIn = (line: Line, unread = line.unread): number => {
  const { markedUnreadAt, mentions = 0, muted } = line
  if (muted === true) return mentions
  return unread === 0 && markedUnreadAt !== undefined ? 1 : unread
}

/**
 * Returns the number for the system's badge: messages for this person, in groups only mentions. One busy group would
 * hide them.
 */
export const unreadForUser = (conversations: ReadonlyArray<Line & Pick<ConversationSummary, "kind">>): number =>
  conversations.reduce(
    (sum, line) => sum + (line.kind === "direct" ? unreadIn(line) : unreadIn(line, line.mentions ?? 0)),
    0
  )

export const titleWith = (unread: number, page?: string): string =>
  `${unread === 0 ? "" : `(${unread > 99 ? "99+" : unread}) `}${page === undefined ? "" : `${page} · `}Hibiki`

/** Call in a reactive scope. */
export const showUnread = (conversations: Accessor<ReadonlyArray<ConversationSummary> | undefined>): void => {
  const unread = createMemo(() => unreadTotal(conversations() ?? []))
  const forUser = createMemo(() => unreadForUser(conversations() ?? []))
  createEffect(() => {
    document.title = titleWith(unread(), pageTitle())
  })
  createEffect(() => {
    const icon = document.querySelector('link[rel="icon"]')
    icon?.setAttribute("href", unread() > 0 ? "/favicon-unread.svg" : "/favicon.svg")
  })
  createEffect(() => {
    // Not every system has badges; some have them for installed pages only.
    if ("setAppBadge" in navigator)
      void (forUser() > 0 ? navigator.setAppBadge(forUser()) : navigator.clearAppBadge()).catch(() => undefined)
  })
}
