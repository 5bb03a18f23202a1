/** How the browser's tab and the system show that something is unread. */
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import { type Accessor, createEffect, createMemo } from "solid-js"
import { pageTitle } from "../ui/pageTitle.ts"

/** Unread messages of all conversations that are not muted. One that is only marked counts as one. */
export const unreadTotal = (conversations: ReadonlyArray<Pick<ConversationSummary, "markedUnreadAt" | "muted" | "unread">>): number =>
  conversations
    .filter(({ muted }) => muted !== true)
    .reduce((sum, { markedUnreadAt, unread }) => sum + (unread === 0 && markedUnreadAt !== undefined ? 1 : unread), 0)

/** For the system's badge: what is meant for this person. One lively group would drown it. */
export const unreadDirect = (
  conversations: ReadonlyArray<Pick<ConversationSummary, "kind" | "markedUnreadAt" | "muted" | "unread">>
): number => unreadTotal(conversations.map((summary) => (summary.kind === "direct" ? summary : { ...summary, unread: 0 })))

export const titleWith = (unread: number, page?: string): string =>
  `${unread === 0 ? "" : `(${unread > 99 ? "99+" : unread}) `}${page === undefined ? "" : `${page} · `}Hibiki`

/** Call in a reactive scope. */
export const showUnread = (conversations: Accessor<ReadonlyArray<ConversationSummary> | undefined>): void => {
  const unread = createMemo(() => unreadTotal(conversations() ?? []))
  const direct = createMemo(() => unreadDirect(conversations() ?? []))
  createEffect(() => {
    document.title = titleWith(unread(), pageTitle())
    const icon = document.querySelector('link[rel="icon"]')
    icon?.setAttribute("href", unread() > 0 ? "/favicon-unread.svg" : "/favicon.svg")
    // Not every system has badges, and some have them for installed pages only.
    if ("setAppBadge" in navigator) void (direct() > 0 ? navigator.setAppBadge(direct()) : navigator.clearAppBadge()).catch(() => undefined)
  })
}
