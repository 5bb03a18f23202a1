/**
 * The application context: signals and functions that every screen may use. The live part loads after the first paint.
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
import type { AccountPolicy, ResetAnswer, SessionState, SignInAnswer } from "../lib/session.ts"
import type { Toasts } from "../lib/toasts.ts"
import type { Chat, LoadResult } from "../runtime/Chat.ts"
import type { PaneWidth, SizedPane } from "../ui/paneWidths.ts"
import type { Notifications, PushNotifications } from "./notifications.ts"

/** How far the other members have read and received a conversation, by user. */
export interface Marks {
  readonly read: ReadonlyMap<UserId, number>
  readonly delivered: ReadonlyMap<UserId, number>
}

/** Maximum names of typing users that fit on a line. */
export const typingNamed = 3

/** One conversation on screen. Made by `openConversation` in a reactive scope, closed with it. */
export interface OpenConversation {
  /** From the cache at first, then live; undefined while nothing is known. The same object until it changes. */
  readonly view: Accessor<FeedView | undefined>
  /** Other users who are typing: at most `typingNamed`, plus one more to show that the list is not complete. */
  readonly typing: Accessor<ReadonlyArray<UserId>>
  /** Of direct conversations; undefined before it is known. */
  readonly marks: Accessor<Marks | undefined>
  /**
   * Loads a page of the rows that are missing above `after` or below `before`. Runs one load at a time: a second call
   * gets the answer of the first.
   */
  readonly load: (place: PagePlace) => Promise<LoadResult>
}

export interface People {
  /** Returns the person if known, else undefined, and then requests them in the background, in batches. Reactive. */
  readonly get: (userId: UserId) => Person | undefined
  /** The name to show, or a placeholder in the page's language. Reactive. */
  readonly name: (userId: UserId) => string
  /** The people known so far, by normalized handle. Requests nobody. Reactive: changes with any of them. */
  readonly byHandle: Accessor<ReadonlyMap<string, Person>>
  /** Adds people that another answer contained. */
  readonly learn: (people: ReadonlyArray<Person>) => void
}

export interface PresenceBook {
  /** Undefined: not watched, not known, or not visible to this viewer. Reactive. */
  readonly of: (userId: UserId) => UserPresence | undefined
  /**
   * Watches these users while the calling reactive scope lives. Returns whether the presence of all of them is known,
   * as far as this viewer may know it. False before the server has answered. Also false for the latest callers' users
   * that exceed the number that a device may watch.
   */
  readonly watch: (users: Accessor<ReadonlyArray<UserId>>) => Accessor<boolean>
}

/** A change of an earlier message. `text`: the message's text before the change. */
export type Change =
  | ({ readonly kind: "edit"; readonly target: number; readonly text: string } & Seen)
  /** A post that the outbox has not yet handed over to the server. */
  | { readonly kind: "rewrite"; readonly id: CommandId; readonly text: string }

export interface Drafts {
  readonly load: (conversationId: ConversationId) => Promise<Draft | undefined>
  /**
   * Saves the draft at once in memory and soon after in the browser's database; undefined removes it. Notifies other
   * tabs. `sentAs`: the command by which the former text was sent. The database keeps the former draft until it has
   * stored that command.
   */
  readonly save: (conversationId: ConversationId, draft: Draft | undefined, sentAs?: CommandId) => void
  /** Calls the listener when another tab changes the draft. Returns the function that unsubscribes. */
  readonly onOther: (conversationId: ConversationId, listener: (draft: Draft | undefined) => void) => () => void
  /** Whether the conversation has a draft, for the list's hint. Reactive; false while not known. */
  readonly has: (conversationId: ConversationId) => boolean
  /** Returns the number of conversations with a draft or an unfinished change. Includes conversations that are gone. */
  readonly count: () => number
  /** Unfinished changes by conversation, oldest first. They belong to this page and to the current user only. */
  readonly changes: Map<ConversationId, { readonly task: Change; readonly text: string }>
}

export type ThemeChoice = "system" | "light" | "dark"
export type SendKey = "enter" | "modEnter"
export type Density = "comfortable" | "compact"

/** Stored in this browser; the same in all its tabs. */
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
   * The invite from the link that opened the page; the address no longer shows it. Undefined when the link had none, or
   * when somebody has signed in since.
   */
  readonly invite: Accessor<string | undefined>
  /** Returns what the server permits without an account; undefined when the server is unreachable. */
  readonly policy: () => Promise<AccountPolicy | undefined>
  /** Sets a new password by the code of a link, which works once. All devices of the account end. */
  readonly resetPassword: (form: { readonly code: string; readonly password: string }) => Promise<ResetAnswer>
  /**
   * Signs out at once in this browser and deletes everything but unsent messages. Those wait for the same person if
   * this browser `keeps` them. The server learns of it now, or when it is reachable again.
   */
  readonly signOut: () => Promise<void>
  /** The live part; undefined before it is loaded and while signed out. */
  readonly chat: Accessor<Chat | undefined>
  /** Waits for the live part. Never rejects while signed in. */
  readonly whenLive: () => Promise<Chat>
  readonly connection: Accessor<ConnectionStatus>
  /**
   * When the connection stopped being good, by `performance.now()`, shifted as clocks are set; undefined while it is
   * good.
   */
  readonly connectionSince: Accessor<number | undefined>
  /**
   * From the cache at first, then live; undefined while nothing is known. Newest first. The list itself moves unread
   * conversations to the top.
   */
  readonly conversations: Accessor<ReadonlyArray<ConversationSummary> | undefined>
  readonly conversation: (id: ConversationId) => ConversationSummary | undefined
  /** Call within a component. */
  readonly openConversation: (id: ConversationId) => OpenConversation
  /**
   * Posts and changes that the server rejected for good and that the user has neither resent nor discarded. By
   * conversation, including those that are gone from the list. The same map until it changes; undefined while not
   * known.
   */
  readonly failed: Accessor<ReadonlyMap<ConversationId, ReadonlyArray<OutboxRow>> | undefined>
  readonly people: People
  /**
   * The users that this person blocks. Never contains undefined, so that callers may look up an unknown user. Empty
   * while not known.
   */
  readonly blocked: Accessor<ReadonlySet<UserId | undefined>>
  readonly presence: PresenceBook
  readonly drafts: Drafts
  /** Notifications while the page is open but not visible or without the focus. */
  readonly notifications: Notifications
  /** Notifications while no page of the application is in use. */
  readonly pushNotifications: PushNotifications
  /**
   * Whether this browser stores unsent messages; otherwise they last as long as the page. Read it each time: a full
   * disk changes it without a signal. False while not known.
   */
  readonly keeps: Accessor<boolean>
  readonly announcer: Announcer
  readonly toasts: Toasts
  /** When the current minute began (ms), for relative times. Changes once a minute. */
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
