/**
 * What the parts of a conversation's screen share: its view, what its composer is about, and what can be done in it.
 */

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

/** What the composer's text will become. */
export type ComposerTask =
  | { readonly kind: "post" }
  | ({ readonly kind: "reply"; readonly to: number } & Pick<Draft, "seenIn">)
  | Change

export interface ConversationModel {
  readonly app: App
  readonly words: Accessor<ChatWords>
  readonly id: ConversationId
  /** Who is signed in. */
  readonly self: Accessor<Me>
  readonly me: Accessor<UserId>
  readonly summary: Accessor<ConversationSummary | undefined>
  readonly title: Accessor<string>
  /** The other side of a direct conversation with somebody else. */
  readonly peer: Accessor<UserId | undefined>
  readonly notes: Accessor<boolean>
  readonly open: OpenConversation
  readonly opening: Opening
  /** Marked unread by hand: nothing counts as read until the person comes back or says so. */
  readonly readHeld: Accessor<boolean>
  readonly holdRead: (hold: boolean) => void
  readonly task: Accessor<ComposerTask>
  readonly setTask: (task: ComposerTask) => void
  readonly row: (seq: number) => MessageRow | undefined
  /** Set by the parts that can. `focuses`: the focus goes to the message jumped to. */
  readonly hands: {
    jumpTo: (seq: number, focuses: boolean) => void
    focusComposer: () => void
    toEnd: () => void
    /** What grows next leaves the view where it is. */
    stay: () => void
    suggest: (text: string) => void
  }
}

export const createConversationModel = (id: ConversationId): ConversationModel => {
  const app = useApp()
  const open = app.openConversation(id)
  const words = () => app.i18n.t().chat
  const summary = createMemo(() => app.conversation(id))
  // Of what one was taken out of the name is still known.
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
 * As a memo, for what each row reads and few messages change: rows are looked at again only when it is another, not
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
 * The epoch of what is shown now. Who names one of its messages later says so: after a restore of the store its number
 * is another's.
 */
export const epochShown = (model: ConversationModel): Epoch | null | undefined => untrack(model.open.view)?.epoch

export const editOf = (model: ConversationModel, { seq, text = "" }: MessageRow): ComposerTask => ({
  kind: "edit",
  target: seq,
  text,
  seenIn: epochShown(model)
})

/** For acts that need the live part: waits for it, and reads nothing reactive. */
export const whenLive = (model: ConversationModel) => {
  const chat = untrack(model.app.chat)
  return chat === undefined ? model.app.whenLive() : Promise.resolve(chat)
}

/**
 * What was unread when a conversation was opened: where the divider stands, which does not move while the person looks.
 */
interface Unread {
  /** Others' messages above it were unread. */
  readonly after: number
  readonly count: number
}

interface Opening {
  readonly unread: Accessor<Unread | undefined>
  readonly clear: () => void
  /** The person has read so far on this screen: what was read elsewhere is told apart by it. */
  readonly readHere: (seq: number) => void
}

/** A kept line is right when the page has been connected for so long. */
const settledAfterMs = 2_000

export const unreadOf = ({ markedUnreadAt, readUpTo, unread }: ConversationSummary): Unread | undefined => {
  if (unread === 0 && markedUnreadAt === undefined) return undefined
  return { after: Math.min(readUpTo, (markedUnreadAt ?? readUpTo + 1) - 1), count: unread }
}

/**
 * What a newer line makes of the divider, before it is settled: one that was read elsewhere since was never to be
 * shown.
 */
export const corrected = (
  shown: Unread | undefined,
  line: ConversationSummary,
  readHere: number
): Unread | undefined =>
  shown === undefined || line.readUpTo > Math.max(shown.after, readHere) ? unreadOf(line) : shown

/** What comes in while nobody looks is as if the conversation were opened anew. */
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

/** What a conversation is called on its screen. */
export const conversationTitle = (summary: ConversationSummary | undefined, me: UserId, words: ChatWords): string => {
  if (summary === undefined) return words.header.unknown
  if (summary.kind !== "direct") return shownName(summary.title)
  return isNotes(summary, me) ? words.header.notes : shownName(summary.peer?.displayName ?? words.header.unknown)
}

/** A conversation with oneself. */
export const isNotes = (summary: ConversationSummary, me: UserId): boolean =>
  summary.kind === "direct" && (summary.peer === undefined || summary.peer.userId === me)

/** Who deletes others' messages, and renames. A role that only a newer server has gives no rights here. */
export const isManager = (role: Member["role"] | undefined): boolean => role === "owner" || role === "admin"

/**
 * The message that somebody is led to from elsewhere, as from a search: its conversation's timeline goes there once it
 * shows its rows.
 */
export const [wantedMessage, leadTo] = createSignal<{ readonly conversationId: ConversationId; readonly seq: number }>()

// Reacting to a message, and telling what the outbox did not take: for what is drawn first, where the other acts come
// later.

/** Says so when something was not taken at all. */
export const tell = (model: ConversationModel, result: SendResult): void => {
  if (result._tag === "NotQueued") model.app.toasts.show({ text: problemText(model.words(), result.code) })
}

/** Adds the reaction, or takes it back when it is one's own. */
export const react = (model: ConversationModel, row: MessageRow, emoji: string): void => {
  const mine = row.reactions?.some((reaction) => reaction.emoji === emoji && reaction.mine) === true
  const seenIn = epochShown(model)
  void whenLive(model).then(({ client }) => tell(model, client.react(model.id, row.seq, emoji, !mine, seenIn)))
}
