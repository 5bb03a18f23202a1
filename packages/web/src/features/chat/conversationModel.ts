/** The state that the parts of a conversation's screen share: its view, the composer's task, and the actions in it. */

import type { SendResult } from "@hibiki/core/client/HibikiClient"
import type { ConversationSummary, Member } from "@hibiki/core/domain/Conversation"
import type { ConversationId, Epoch, UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { shownName } from "@hibiki/core/domain/NameRules"
import {
  type Accessor,
  createComputed,
  createContext,
  createEffect,
  createMemo,
  createSignal,
  on,
  onCleanup,
  untrack,
  useContext
} from "solid-js"
import type { ChatWords } from "../../i18n/chatWords.en.ts"
import type { Draft } from "../../lib/database.ts"
import type { Me } from "../../lib/session.ts"
import { type App, type Change, type OpenConversation, useApp } from "../../model/App.ts"
import { problemText } from "./problemText.ts"
import { rowAt } from "./timeline/feedLookups.ts"

/** The result of sending the composer's text. */
export type ComposerTask =
  | { readonly kind: "post" }
  | ({ readonly kind: "reply"; readonly to: number } & Pick<Draft, "seenIn">)
  | Change

export interface ConversationModel {
  readonly app: App
  readonly words: Accessor<ChatWords>
  readonly id: ConversationId
  /** The signed-in user. */
  readonly self: Accessor<Me>
  readonly me: Accessor<UserId>
  readonly summary: Accessor<ConversationSummary | undefined>
  readonly title: Accessor<string>
  /** The other side of a direct conversation with somebody else. */
  readonly peer: Accessor<UserId | undefined>
  readonly notes: Accessor<boolean>
  readonly open: OpenConversation
  readonly opening: Opening
  /**
   * True after the user marked the conversation unread: nothing counts as read until they come back or mark it as read.
   */
  readonly readHeld: Accessor<boolean>
  readonly holdRead: (hold: boolean) => void
  readonly task: Accessor<ComposerTask>
  readonly setTask: (task: ComposerTask) => void
  readonly row: (seq: number) => MessageRow | undefined
  /** Functions that the parts of the screen set. `focuses`: the focus moves to the message jumped to. */
  readonly hands: {
    jumpTo: (seq: number, focuses: boolean) => void
    focusComposer: () => void
    toEnd: () => void
    /** Keeps the view where it is when the content grows next. */
    stay: () => void
    suggest: (text: string) => void
  }
}

export const createConversationModel = (id: ConversationId): ConversationModel => {
  const app = useApp()
  const open = app.openConversation(id)
  const words = () => app.i18n.t().chat
  const summary = createMemo(() => app.conversation(id))
  // Keeps the name after the user was removed from the conversation.
  const named = createMemo<ConversationSummary | undefined>((before) => summary() ?? before)
  const self = createMemo((before: Me | undefined) => {
    const session = app.session()
    const known = session._tag === "signedIn" ? session.me : before
    if (known === undefined) throw new Error("a conversation is shown while signed out")
    return known
  })
  const me = createMemo(() => self().userId)
  const notes = settled(() => {
    const line = summary()
    return line !== undefined && isNotes(line, me())
  })
  const [task, setTask] = createSignal<ComposerTask>({ kind: "post" })
  const [readHeld, holdRead] = createSignal(false)
  return {
    app,
    words,
    id,
    self,
    me,
    summary,
    title: createMemo(() => conversationTitle(named(), me(), words())),
    peer: settled(() => (notes() ? undefined : summary()?.kind === "direct" ? summary()?.peer?.userId : undefined)),
    notes,
    open,
    opening: createOpening(app, summary),
    readHeld,
    holdRead,
    task,
    setTask,
    row: (seq) => rowAt(open.view(), seq),
    hands: { jumpTo: () => {}, focusComposer: () => {}, toEnd: () => {}, stay: () => {}, suggest: () => {} }
  }
}

/**
 * Like a memo, for values that every row reads and few messages change. Rows run again only when the value changes, not
 * with each change of its sources.
 */
const settled = <A>(read: Accessor<A>): Accessor<A> => {
  const [value, setValue] = createSignal(untrack(read))
  createComputed(() => setValue(() => read()))
  return value
}

const ConversationContext = createContext<ConversationModel>()
export const ConversationProvider = ConversationContext.Provider

export const useConversation = (): ConversationModel => {
  const model = useContext(ConversationContext)
  if (model === undefined) throw new Error("useConversation outside of a ConversationProvider")
  return model
}

/**
 * Returns the epoch of the view that is shown now. A command that later refers to one of its messages carries this
 * epoch: after a restore of the store, the same number may belong to another message.
 */
export const epochShown = (model: ConversationModel): Epoch | null | undefined => untrack(model.open.view)?.epoch

export const editOf = (model: ConversationModel, { seq, text = "" }: MessageRow): ComposerTask => ({
  kind: "edit",
  target: seq,
  text,
  seenIn: epochShown(model)
})

/** Waits for the live part, without reading anything reactive. For actions that need it. */
export const whenLive = (model: ConversationModel) => {
  const chat = untrack(model.app.chat)
  return chat === undefined ? model.app.whenLive() : Promise.resolve(chat)
}

/**
 * The unread messages at the time when the conversation was opened. They place the divider, which does not move while
 * the person looks.
 */
interface Unread {
  /** The divider stands after this message: later messages of others were unread. */
  readonly after: number
  readonly count: number
}

interface Opening {
  readonly unread: Accessor<Unread | undefined>
  readonly clear: () => void
  /** Records how far the person has read on this screen, to distinguish it from reading on another device. */
  readonly readHere: (seq: number) => void
}

/** A cached summary counts as current after the page has been connected for this long. */
const settledAfterMs = 2_000

export const unreadOf = ({ markedUnreadAt, readUpTo, unread }: ConversationSummary): Unread | undefined => {
  if (unread === 0 && markedUnreadAt === undefined) return undefined
  return { after: Math.min(readUpTo, (markedUnreadAt ?? readUpTo + 1) - 1), count: unread }
}

/**
 * Returns the divider that a newer summary gives before the opening is settled. If the user had read the messages
 * elsewhere, the divider should never have been shown.
 */
export const corrected = (
  shown: Unread | undefined,
  line: ConversationSummary,
  readHere: number
): Unread | undefined =>
  shown === undefined || line.readUpTo > Math.max(shown.after, readHere) ? unreadOf(line) : shown

/** Messages that arrive while the page has no attention count as if the conversation were opened anew. */
const createOpening = (
  app: Pick<App, "connection" | "attentive">,
  summary: Accessor<ConversationSummary | undefined>
): Opening => {
  const [unread, setUnread] = createSignal<Unread>()
  let begun = false
  let settled = false
  let before = 0
  let read = 0
  createComputed(
    on([summary, app.attentive], ([line, attentive]) => {
      if (line === undefined) return
      const away = !attentive && before === 0 && line.unread > 0
      before = line.unread
      if (!begun || (settled && away)) setUnread(unreadOf(line))
      else if (!settled) setUnread((shown) => corrected(shown, line, read))
      begun = true
    })
  )
  createEffect(
    on(
      () => app.connection()._tag === "live",
      (live) => {
        if (!live || settled) return
        const timer = setTimeout(() => {
          settled = true
        }, settledAfterMs)
        onCleanup(() => clearTimeout(timer))
      }
    )
  )
  return {
    unread,
    clear: () => {
      settled = true
      setUnread(undefined)
    },
    readHere: (seq) => {
      read = Math.max(read, seq)
    }
  }
}

/** Returns the title of a conversation on its screen. */
export const conversationTitle = (summary: ConversationSummary | undefined, me: UserId, words: ChatWords): string => {
  if (summary === undefined) return words.header.unknown
  if (summary.kind !== "direct") return shownName(summary.title)
  return isNotes(summary, me) ? words.header.notes : shownName(summary.peer?.displayName ?? words.header.unknown)
}

/** Whether this is a conversation with oneself. */
export const isNotes = (summary: ConversationSummary, me: UserId): boolean =>
  summary.kind === "direct" && (summary.peer === undefined || summary.peer.userId === me)

/**
 * Whether the role may delete others' messages and rename. A role that only a newer server knows gives no rights here.
 */
export const isManager = (role: Member["role"] | undefined): boolean => role === "owner" || role === "admin"

/** Whether the conversation's rules let the user post: not at all (`kept`), `slow`, or `free`. */
export const postingIn = (line: ConversationSummary | undefined): "kept" | "slow" | "free" => {
  if (line?.closed !== undefined) return "kept"
  if (line?.rules === undefined || isManager(line.role)) return "free"
  return line.rules.post === "admins" ? "kept" : line.rules.slowSeconds > 0 ? "slow" : "free"
}

/**
 * The message to open from elsewhere, such as a search. The timeline of its conversation scrolls to it once it shows
 * its rows.
 */
export const [wantedMessage, leadTo] = createSignal<{ readonly conversationId: ConversationId; readonly seq: number }>()

// Reactions, and errors of the outbox. They are here because the first paint needs them; the other actions load later.

/** Shows a toast when the outbox did not accept the command. */
export const tell = (model: ConversationModel, result: SendResult): void => {
  if (result._tag === "NotQueued") model.app.toasts.show({ text: problemText(model.words(), result.code) })
}

/** Adds the reaction, or removes it when it is the user's own. */
export const react = (model: ConversationModel, row: MessageRow, emoji: string): void => {
  const mine = row.reactions?.some((reaction) => reaction.emoji === emoji && reaction.mine) === true
  const seenIn = epochShown(model)
  void whenLive(model).then(({ client }) => tell(model, client.react(model.id, row.seq, emoji, !mine, seenIn)))
}
