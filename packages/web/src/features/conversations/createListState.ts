/** What the list shows and what moves in it: its sections, the filter, and the conversation that is open. */

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
  /** Whether there is anything to filter; supposed while nothing is known. */
  readonly any: Accessor<boolean>
  readonly filter: Accessor<string>
  readonly setFilter: (text: string) => void
  readonly open: Accessor<ConversationId | undefined>
  /**
   * The one line that Tab goes to: that of the last focus, else what is open, else the first. It stands in the page.
   */
  readonly stop: Accessor<ConversationId | undefined>
  readonly setStop: (id: ConversationId) => void
  /** Nothing stands beside the list: it is what the page is about. */
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
  // Neither what is read while it is open moves, nor what is written there, or the list would move under the eye at
  // every opening and every message.
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
  // What is opened is where one is.
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
