/**
 * What every screen may use, handed down by context. Plain signals and functions; the live part comes later than the
 * first paint.
 */
import type { ConnectionStatus } from "@hibiki/core/client/connection/ConnectionMachine"
import type { PagePlace } from "@hibiki/core/client/feed/Feed"
import type { FeedView } from "@hibiki/core/client/feed/FeedView"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { CommandId, ConversationId, UserId } from "@hibiki/core/domain/Ids"
import type { Person } from "@hibiki/core/domain/Person"
import type { UserPresence } from "@hibiki/core/domain/Presence"
import { type Accessor, createContext, useContext } from "solid-js"
import type { I18n } from "../i18n/I18n.ts"
import type { Draft, Seen } from "../lib/database.ts"
import type { Announcer } from "../lib/LiveAnnouncer.ts"
import type { AccountPolicy, SessionState, SignInAnswer } from "../lib/session.ts"
import type { Toasts } from "../lib/toasts.ts"
import type { Chat, LoadResult } from "../runtime/Chat.ts"
import type { PaneWidth, SizedPane } from "../ui/paneWidths.ts"
import type { Notifications, PushNotifications } from "./notifications.ts"

/** How far somebody else has come in a conversation, by user. */
export interface Marks {
  readonly read: ReadonlyMap<UserId, number>
  readonly delivered: ReadonlyMap<UserId, number>
}

/** As many names of those who are typing as a line has room for. */
export const typingNamed = 3

/** One conversation on screen. Made by `openConversation` in a reactive scope, closed with it. */
export interface OpenConversation {
  /** From the cache at first, then live; undefined while nothing is known. The same object until it changes. */
  readonly view: Accessor<FeedView | undefined>
  /** Others who are typing: those who are named, and one more, by whom it is seen that they are not all. */
  readonly typing: Accessor<ReadonlyArray<UserId>>
  /** Of direct conversations; undefined before it is known. */
  readonly marks: Accessor<Marks | undefined>
  /**
   * Loads a page of what is missing above `after`, or below `before`. One at a time; a second call gets the first one's
   * answer.
   */
  readonly load: (place: PagePlace) => Promise<LoadResult>
}

export interface People {
  /** A person as far as known, or undefined; asked for in the background, in batches. Reactive. */
  readonly get: (userId: UserId) => Person | undefined
  /** The name to show, or a placeholder in the page's language. Reactive. */
  readonly name: (userId: UserId) => string
  /**
   * Those who are known so far, by their handles in the one spelling; nobody is asked for. Reactive: anew with any of
   * them.
   */
  readonly byHandle: Accessor<ReadonlyMap<string, Person>>
  /** Takes in what an answer told anyway. */
  readonly learn: (people: ReadonlyArray<Person>) => void
}

export interface PresenceBook {
  /** Undefined: not watched, not known, or not for this viewer. Reactive. */
  readonly of: (userId: UserId) => UserPresence | undefined
  /**
   * Has these users watched while the calling reactive scope lives. Answers whether it is known of all of them what
   * this viewer may know: not before the server has answered, nor of those whom the latest callers named where it is
   * more than a device watches.
   */
  readonly watch: (users: Accessor<ReadonlyArray<UserId>>) => Accessor<boolean>
}

/** Of something that was said before. `text`: as it was said. */
export type Change =
  | ({ readonly kind: "edit"; readonly target: number; readonly text: string } & Seen)
  /** A post that was never handed over. */
  | { readonly kind: "rewrite"; readonly id: CommandId; readonly text: string }

export interface Drafts {
  readonly load: (conversationId: ConversationId) => Promise<Draft | undefined>
  /**
   * Kept at once in memory, soon in the browser's database; undefined removes it. Other tabs hear of it. `sentAs`: what
   * it was sent as. Then the database has the former draft until that is kept.
   */
  readonly save: (conversationId: ConversationId, draft: Draft | undefined, sentAs?: CommandId) => void
  /** Another tab changed it. Answers how to end it. */
  readonly onOther: (conversationId: ConversationId, listener: (draft: Draft | undefined) => void) => () => void
  /** Whether text waits there, for the list's hint. Reactive; false while not known. */
  readonly has: (conversationId: ConversationId) => boolean
  /**
   * Of all conversations, those that are gone included: in how many something is half written, a change of what was
   * said included.
   */
  readonly count: () => number
  /**
   * Changes that are half written, by the conversations they are in or were left with, the oldest first. Of this page
   * only, and of who is signed in.
   */
  readonly changes: Map<ConversationId, { readonly task: Change; readonly text: string }>
}

export type ThemeChoice = "system" | "light" | "dark"
export type SendKey = "enter" | "modEnter"
export type Density = "comfortable" | "compact"

/** Kept in this browser, the same in all its tabs. */
export interface Preferences {
  readonly theme: Accessor<ThemeChoice>
  readonly setTheme: (choice: ThemeChoice) => void
  readonly sendKey: Accessor<SendKey>
  readonly setSendKey: (key: SendKey) => void
  readonly density: Accessor<Density>
  readonly setDensity: (density: Density) => void
  readonly paneWidths: Readonly<Record<SizedPane, PaneWidth>>
}

export interface App {
  readonly i18n: I18n
  readonly preferences: Preferences
  readonly session: Accessor<SessionState>
  readonly signIn: (form: { readonly handle: string; readonly password: string }) => Promise<SignInAnswer>
  readonly register: (form: {
    readonly handle: string
    readonly displayName?: string
    readonly password: string
    readonly invite?: string
  }) => Promise<SignInAnswer>
  /**
   * From the link by which the page was opened; gone from the address. Undefined: came without, or somebody was in
   * since.
   */
  readonly invite: Accessor<string | undefined>
  /** What the server lets strangers do; undefined when it can't be reached. */
  readonly policy: () => Promise<AccountPolicy | undefined>
  /**
   * At once here, where everything is forgotten but what was not sent, which waits for the same person where this
   * browser `keeps` it. The server is told then, or when it is there again.
   */
  readonly signOut: () => Promise<void>
  /** The live part; undefined before it is loaded and while signed out. */
  readonly chat: Accessor<Chat | undefined>
  /** Waits for the live part. Never rejects while signed in. */
  readonly whenLive: () => Promise<Chat>
  readonly connection: Accessor<ConnectionStatus>
  /** Since when it has not been good, by `performance.now()`, as clocks are set; undefined while it is. */
  readonly connectionSince: Accessor<number | undefined>
  /**
   * From the cache at first, then live; undefined while nothing is known. In the order of the list: unread first is the
   * list's own matter, newest first here.
   */
  readonly conversations: Accessor<ReadonlyArray<ConversationSummary> | undefined>
  readonly conversation: (id: ConversationId) => ConversationSummary | undefined
  /** Call within a component. */
  readonly openConversation: (id: ConversationId) => OpenConversation
  /**
   * What was refused for good and is neither sent again nor discarded, by conversation, also by those that are gone
   * from the list. The same map until it changes; undefined while not known.
   */
  readonly failed: Accessor<ReadonlyMap<ConversationId, ReadonlyArray<OutboxRow>> | undefined>
  readonly people: People
  /**
   * Whom the person blocks; never nobody (undefined), as who is not known may be asked about, too. Empty while not
   * known.
   */
  readonly blocked: Accessor<ReadonlySet<UserId | undefined>>
  readonly presence: PresenceBook
  readonly drafts: Drafts
  /** Notifications while the page is open and not looked at. */
  readonly notifications: Notifications
  /** Notifications while nothing of the page is in use. */
  readonly pushNotifications: PushNotifications
  /**
   * Whether this browser keeps what is not sent: else it lives as long as the page. To be asked anew: a full disk
   * changes it untold. False while not known.
   */
  readonly keeps: Accessor<boolean>
  readonly announcer: Announcer
  readonly toasts: Toasts
  /** When the current minute began (ms), for relative times: changes once a minute. */
  readonly minute: Accessor<number>
  /** Whether this page is visible and has the focus. */
  readonly attentive: Accessor<boolean>
}

const AppContext = createContext<App>()
export const AppProvider = AppContext.Provider

export const useApp = (): App => {
  const app = useContext(AppContext)
  if (app === undefined) throw new Error("useApp outside of AppProvider")
  return app
}
