/**
 * What the parts of a conversation's screen share: its view, what its composer is about, and what can be done in it.
 */
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { ConversationId, Epoch, UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { type Accessor, createComputed, createContext, createMemo, createSignal, untrack, useContext } from "solid-js"
import { type App, type Change, type Draft, type Me, type OpenConversation, useApp } from "../../model/App.ts"
import type { ChatWords } from "./chatWords.en.ts"
import { conversationTitle, isNotes } from "./conversationTitle.ts"
import { createOpening, type Opening } from "./createOpening.ts"
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
