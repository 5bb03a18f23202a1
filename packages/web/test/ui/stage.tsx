/** Shows a screen at an address over an app whose parts a test gives. */

import type { ConnectionStatus } from "@hibiki/core/client/connection/ConnectionMachine"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import type { Person } from "@hibiki/core/domain/Person"
import type { UserPresence } from "@hibiki/core/domain/Presence"
import { createMemoryHistory, MemoryRouter, Route } from "@solidjs/router"
import { render } from "@solidjs/testing-library"
import { type Component, createRoot, createSignal, type JSX } from "solid-js"
import { en } from "../../src/i18n/en.ts"
import { makeFormats } from "../../src/i18n/formats.ts"
import type { Language } from "../../src/i18n/I18n.ts"
import { ja } from "../../src/i18n/ja.ts"
import type { SessionState } from "../../src/lib/session.ts"
import { type App, AppProvider } from "../../src/model/App.ts"
import { createConnection } from "../../src/model/connection.ts"
import type { Chat } from "../../src/runtime/Chat.ts"
import { KitProvider } from "../../src/ui/KitContext.ts"
import { fixedPanes } from "../fixedPanes.ts"

const uuid = (kind: number, n: number) =>
  `0190${kind.toString().padStart(4, "0")}-0000-7000-8000-${n.toString(16).padStart(12, "0")}`
export const userId = (n: number) => UserId.make(uuid(1, n))
export const conversationId = (n: number) => ConversationId.make(uuid(3, n))
export const person = (n: number, displayName: string): Person => ({
  userId: userId(n),
  handle: `user${n}`,
  displayName
})

export const me = person(1, "Aki")

/** A moment of a Wednesday, in UTC. */
export const now = Date.UTC(2026, 10, 25, 12, 0)

export const summary = (n: number, more: Partial<ConversationSummary> = {}): ConversationSummary => ({
  conversationId: conversationId(n),
  kind: "group",
  title: `room ${n}`,
  role: "member",
  history: "all",
  members: 3,
  head: 10,
  visibleFrom: 1,
  readUpTo: 10,
  unread: 0,
  ...more
})

export const direct = (n: number, peer: Person, more: Partial<ConversationSummary> = {}) =>
  summary(n, { kind: "direct", title: "", peer, members: 2, ...more })

/** Answers calls by tag; a call without an answer fails the test that makes it. */
export type Answers = Readonly<Record<string, (payload: never) => unknown>>

export interface StageOptions {
  readonly path?: string
  /** The pattern of the route that gives the screen its parameters. */
  readonly route?: string
  readonly language?: Language
  readonly session?: SessionState
  readonly admin?: boolean
  readonly conversations?: ReadonlyArray<ConversationSummary> | undefined
  readonly presence?: ReadonlyMap<UserId, UserPresence>
  readonly drafts?: ReadonlySet<ConversationId>
  readonly blocked?: ReadonlySet<UserId>
  readonly answers?: Answers
  readonly client?: Partial<Chat["client"]>
  readonly app?: Partial<App>
}

const signedIn = (admin: boolean): SessionState => ({ _tag: "signedIn", me: { ...me, admin } })

export const stage = (screen: Component<{ readonly children?: JSX.Element }>, options: StageOptions = {}) => {
  const calls: Array<readonly [tag: string, payload: unknown]> = []
  const toasts: Array<string> = []
  const urgent: Array<string> = []
  const acts: Array<() => void> = []
  const [language, setLanguage] = createSignal<Language>(options.language ?? "en")
  const [conversations, setConversations] = createSignal(options.conversations)
  const [failed, setFailed] = createSignal<ReturnType<App["failed"]>>(new Map())
  const [session, setSession] = createSignal(options.session ?? signedIn(options.admin === true))
  const [connection, setConnection] = createSignal<ConnectionStatus>({ _tag: "live" })
  const listeners = new Set<Parameters<Chat["client"]["subscribe"]>[0]>()
  const chat = {
    client: {
      me: () => ({ ...me, admin: false, invisible: false }),
      devicesVersion: () => 0,
      inspect: () => ({
        attempts: 1,
        welcomes: 1,
        roundTripMs: 8,
        outboxRows: 0,
        unsentPosts: 0,
        unkept: false,
        epoch: null
      }),
      subscribe: (listener: Parameters<Chat["client"]["subscribe"]>[0]) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
      ...options.client
    },
    call: async (tag: string, payload: never) => {
      calls.push([tag, payload])
      const answer = options.answers?.[tag]
      if (answer === undefined) throw new Error(`no answer for ${tag}`)
      return answer(payload)
    }
    // What screens do not use is not there.
  } as unknown as Chat
  const formats = () => makeFormats(language(), { timeZone: "UTC", locale: language() === "en" ? "en-GB" : "ja" })
  const app: App = {
    i18n: {
      language,
      setLanguage,
      t: () => (language() === "ja" ? ja : en),
      time: (at) => formats().time(at),
      day: (at, moment) => formats().day(at, moment),
      short: (at, moment) => formats().short(at, moment),
      ago: (at, moment) => formats().ago(at, moment),
      full: (at) => formats().full(at)
    },
    preferences: {
      theme: () => "system",
      setTheme: () => {},
      sendKey: () => "enter",
      setSendKey: () => {},
      density: () => "comfortable",
      setDensity: () => {},
      paneWidths: fixedPanes
    },
    session,
    signIn: async () => ({ ok: true }),
    register: async () => ({ ok: true }),
    invite: () => undefined,
    policy: async () => ({ registration: "open", directory: "open" }),
    resetPassword: async () => ({ ok: true, handle: "aki" }),
    signOut: async () => {},
    chat: () => chat,
    whenLive: async () => chat,
    ...createRoot(() =>
      createConnection(
        () => ({ connection }),
        () => true
      )
    ),
    conversations,
    conversation: (id) => conversations()?.find((line) => line.conversationId === id),
    openConversation: () => {
      throw new Error("not on this stage")
    },
    failed,
    people: {
      get: () => undefined,
      name: (id) => (id === me.userId ? me.displayName : `name of ${id.slice(-1)}`),
      byHandle: () => new Map(),
      learn: () => {}
    },
    blocked: () => options.blocked ?? new Set(),
    presence: { of: (id) => options.presence?.get(id), watch: () => () => true },
    drafts: {
      load: async () => undefined,
      save: () => {},
      onOther: () => () => {},
      has: (id) => options.drafts?.has(id) === true,
      count: () => options.drafts?.size ?? 0,
      changes: new Map()
    },
    keeps: () => true,
    announcer: { say: () => {}, alert: () => {} },
    toasts: {
      show: ({ act, text, urgent: isUrgent }) => {
        toasts.push(text)
        if (isUrgent === true) urgent.push(text)
        if (act !== undefined) acts.push(act.run)
      }
    },
    minute: () => now,
    notifications: { isPossible: false, on: () => false, change: async () => "done" },
    pushNotifications: {
      isPossible: false,
      on: () => false,
      change: async () => "notOffered",
      isOffered: async () => false
    },
    attentive: () => true,
    ...options.app
  }
  const history = createMemoryHistory()
  history.set({ value: options.path ?? "/", replace: true })
  const shown = render(() => (
    <AppProvider value={app}>
      <KitProvider value={() => app.i18n.t().kit}>
        <MemoryRouter history={history} root={screen}>
          <Route path={options.route ?? "*"} component={() => <p>beside</p>} />
        </MemoryRouter>
      </KitProvider>
    </AppProvider>
  ))
  return {
    ...shown,
    app,
    calls,
    toasts,
    urgent,
    acts,
    history,
    setConversations,
    setFailed,
    setSession,
    setConnection,
    setLanguage,
    tell: (stayed: ReadonlyArray<OutboxRow> = []) => {
      for (const listener of listeners)
        listener({ status: false, conversations: true, feeds: new Set(), presence: false, hints: new Set(), stayed })
    }
  }
}

/** After promises that are settled already. */
export const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 0))
