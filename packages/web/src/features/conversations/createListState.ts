/** The state of the list: its sections, the filter, and the open conversation. */

import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import type { Person } from "@hibiki/core/domain/Person"
import { useLocation } from "@solidjs/router"
import { type Accessor, createComputed, createMemo, createSignal, on } from "solid-js"
import { useApp } from "../../model/App.ts"
import { conversationIn } from "../../model/addresses.ts"
import { conversationTitle, isNotes } from "../chat/conversationModel.ts"
import { isUnread, type ListSection, listSections, neighbour } from "./listSections.ts"

export interface ListState {
  /** Undefined while nothing is known. */
  readonly sections: Accessor<ReadonlyArray<ListSection> | undefined>
  /** Whether there is anything to filter; true while nothing is known. */
  readonly any: Accessor<boolean>
  readonly filter: Accessor<string>
  readonly setFilter: (text: string) => void
  readonly open: Accessor<ConversationId | undefined>
  /**
   * The one line that Tab reaches: the line focused last, else the open one, else the first. It is always in the page.
   */
  readonly stop: Accessor<ConversationId | undefined>
  readonly setStop: (id: ConversationId) => void
  /** Nothing is open beside the list: the list is the page's main content. */
  readonly alone: Accessor<boolean>
  readonly me: Accessor<UserId | undefined>
  /** The other side of a direct conversation with somebody else. */
  readonly peerOf: (summary: ConversationSummary) => Person | undefined
  readonly titleOf: (summary: ConversationSummary) => string
  readonly neighbour: (step: 1 | -1, only?: (summary: ConversationSummary) => boolean) => ConversationId | undefined
}

/** Call within a component, below the router. */
export const createListState = (): ListState => {
  const app = useApp()
  const location = useLocation()
  const [filter, setFilter] = createSignal("")
  const open = createMemo(() => {
    const id = conversationIn(location.pathname)
    return id === undefined ? undefined : app.conversation(id)?.conversationId
  })
  const me = createMemo(() => {
    const session = app.session()
    return session._tag === "signedIn" ? session.me.userId : undefined
  })
  const titleOf = (summary: ConversationSummary): string => {
    const own = me()
    return own === undefined ? summary.title : conversationTitle(summary, own, app.i18n.t().chat)
  }
  // The open conversation keeps its section when the user reads or writes in it. Otherwise the list would move before
  // their eyes at every opening and every message.
  const held = createMemo(
    on(open, (id) => {
      const summary = id === undefined ? undefined : app.conversation(id)
      return summary && { id: summary.conversationId, unread: isUnread(summary) }
    })
  )
  const sections = createMemo(() => {
    const conversations = app.conversations()
    return conversations === undefined
      ? undefined
      : listSections(conversations, { held: held(), filter: filter(), titleOf })
  })
  const [last, setStop] = createSignal<ConversationId>()
  // Opening a conversation also makes it the Tab stop.
  createComputed(
    on(open, (id) => {
      if (id !== undefined) setStop(id)
    })
  )
  const stop = createMemo(() => {
    const shown = sections() ?? []
    const isListed = (id: ConversationId) =>
      shown.some(({ rows }) => rows.some(({ conversationId }) => conversationId === id))
    return [last(), open()].find((id) => id !== undefined && isListed(id)) ?? shown[0]?.rows[0]?.conversationId
  })
  return {
    sections,
    stop,
    setStop: (id) => void setStop(id),
    any: createMemo(() => app.conversations()?.length !== 0),
    filter,
    setFilter,
    open,
    alone: () => location.pathname === "/",
    me,
    peerOf: (summary) => {
      const own = me()
      return own === undefined || isNotes(summary, own) ? undefined : summary.peer
    },
    titleOf,
    neighbour: (step, only) => neighbour(sections() ?? [], open(), step, only)
  }
}
