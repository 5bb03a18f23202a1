/**
 * An app without a server: a conversation of 200 messages whose client does at once what it is asked. For tests of
 * screens, and for looking at them.
 */
import type { ConnectionStatus } from "@hibiki/core/client/connection/ConnectionMachine"
import type { PagePlace } from "@hibiki/core/client/feed/Feed"
import type { FeedView, PendingPost, ShownEntry } from "@hibiki/core/client/feed/FeedView"
import type { SendResult } from "@hibiki/core/client/HibikiClient"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import type { ConversationSummary, Member } from "@hibiki/core/domain/Conversation"
import { CommandId, ConversationId, Epoch, UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import type { Person } from "@hibiki/core/domain/Person"
import { createRoot, createSignal } from "solid-js"
import { en } from "../src/i18n/en.ts"
import { makeFormats } from "../src/i18n/formats.ts"
import type { Language } from "../src/i18n/I18n.ts"
import { ja } from "../src/i18n/ja.ts"
import type { Draft } from "../src/lib/database.ts"
import type { App, Marks } from "../src/model/App.ts"
import { createConnection } from "../src/model/connection.ts"
import type { Chat, LoadResult } from "../src/runtime/Chat.ts"
import { fixedPanes } from "./fixedPanes.ts"

const uuid = (kind: number, n: number) =>
  `0190${kind.toString().padStart(4, "0")}-0000-7000-8000-${n.toString(16).padStart(12, "0")}`
export const userId = (n: number) => UserId.make(uuid(1, n))
export const commandId = (n: number) => CommandId.make(uuid(2, n))
export const conversationId = ConversationId.make(uuid(3, 1))
/** Of what is shown at first, and after a restore of the store. */
export const [epoch, laterEpoch] = [Epoch.make(uuid(4, 1)), Epoch.make(uuid(4, 2))]

export const people: ReadonlyArray<Person> = [
  { userId: userId(1), handle: "aki", displayName: "佐藤 あき" },
  { userId: userId(2), handle: "ben", displayName: "Ben Kim" },
  { userId: userId(3), handle: "chie", displayName: "田中 千恵" },
  { userId: userId(4), handle: "dan", displayName: "Dan" }
]
export const me = userId(1)

export const postedRow = (
  seq: number,
  by: UserId,
  text: string,
  at: number,
  more: Partial<MessageRow> = {}
): MessageRow => ({
  seq,
  rev: seq,
  id: commandId(seq),
  by,
  at,
  kind: "posted",
  text,
  ...more
})

export const shownRow = (row: MessageRow): ShownEntry => ({ _tag: "row", row, stale: false, changing: false })

/** As a newer server may refuse by, and a name that every object has. */
export const newerCode = "constructor" as NonNullable<PendingPost["code"]>

export interface FixtureOptions {
  readonly kind: ConversationSummary["kind"]
  readonly language: Language
  readonly rows: ReadonlyArray<MessageRow>
  readonly gap?: { readonly from: number; readonly to: number }
  readonly summary?: Partial<ConversationSummary>
  readonly isIn?: boolean
  readonly pending?: ReadonlyArray<PendingPost>
  readonly failed?: ReadonlyArray<OutboxRow>
  readonly sendKey?: "enter" | "modEnter"
  readonly draft?: Draft
  readonly changes?: App["drafts"]["changes"]
  readonly allWatched?: boolean
  readonly load?: (place: PagePlace) => Promise<LoadResult>
  /** To a call; undefined: as if all goes well. */
  readonly answer?: (tag: string) => object | undefined
  /** The live part comes then. */
  readonly live?: Promise<void>
  /** What comes of a post that is written anew. */
  readonly rewritten?: ReturnType<Chat["client"]["rewrite"]>
}

/** Everything that a client was asked to do. */
export type Asked = readonly [what: string, ...with: ReadonlyArray<unknown>]

export const makeFixture = (options: FixtureOptions) => {
  const asked: Array<Asked> = []
  let version = 1
  let next = Math.max(options.rows.at(-1)?.seq ?? 0, options.gap?.to ?? 0) + 1
  let rows = options.rows
  let gap = options.gap
  let pending = options.pending ?? []
  let failed = options.failed ?? []
  let shownEpoch = epoch
  const make = (): FeedView => ({
    conversationId,
    version: version++,
    epoch: shownEpoch,
    cursor: next - 1,
    entries: [...(gap === undefined ? [] : [{ _tag: "gap" as const, ...gap }]), ...rows.map(shownRow)],
    pending,
    failed
  })
  const [isIn, setIn] = createSignal(options.isIn !== false)
  const [view, setView] = createSignal<FeedView | undefined>(make())
  const [connection, setConnection] = createSignal<ConnectionStatus>({ _tag: "live" })
  const [typing, setTyping] = createSignal<ReadonlyArray<UserId>>([])
  const [marks, setMarks] = createSignal<Marks | undefined>({ read: new Map(), delivered: new Map() })
  const [language, setLanguage] = createSignal(options.language)
  const [density, setDensity] = createSignal<"comfortable" | "compact">("comfortable")
  const [blocked, setBlocked] = createSignal<ReadonlySet<UserId>>(new Set())
  const [attentive, setAttentive] = createSignal(true)
  const [summary, setSummary] = createSignal<ConversationSummary>({
    conversationId,
    kind: options.kind,
    title: options.kind === "direct" ? "" : "秋の編集会議",
    ...(options.kind === "direct" ? { peer: people[1] } : {}),
    role: "owner",
    history: "all",
    members: options.kind === "direct" ? 2 : 4,
    head: next - 1,
    visibleFrom: 1,
    readUpTo: next - 1,
    unread: 0,
    ...options.summary
  })
  const told = {
    said: [] as Array<string>,
    alerts: [] as Array<string>,
    toasts: [] as Array<string>,
    acts: [] as Array<() => void>,
    gone: [] as Array<() => void>
  }
  const drafts = new Map<ConversationId, Draft | undefined>([[conversationId, options.draft]])
  const draftListeners = new Set<(draft: Draft | undefined) => void>()
  const change = (apply: () => void) => {
    apply()
    setView(make())
  }
  const queued = (...what: Asked): SendResult => {
    asked.push(what)
    return { _tag: "Queued", id: commandId(9_000 + asked.length) }
  }
  /** As a client does with what names a number of another epoch. */
  const named = (seenIn: Epoch | null | undefined, ...what: Asked) =>
    (seenIn ?? shownEpoch) === shownEpoch ? queued(...what) : queued("epoch_changed", ...what)
  const client: Pick<
    Chat["client"],
    | "post"
    | "edit"
    | "delete"
    | "react"
    | "rewrite"
    | "withdraw"
    | "retry"
    | "read"
    | "sayTyping"
    | "retryNow"
    | "inspect"
  > = {
    post: (_, text, replyTo, seenIn) => {
      const result = named(seenIn, "post", text, replyTo)
      if (result._tag === "Queued")
        change(() => {
          pending = [...pending, { id: result.id, at: Date.now(), text, replyTo, state: "queued", unanswered: false }]
        })
      return result
    },
    edit: (_, target, text, seenIn) => {
      change(() => {
        rows = rows.map((row) => (row.seq === target ? { ...row, text, rev: next, editedAt: Date.now() } : row))
      })
      return named(seenIn, "edit", target, text)
    },
    delete: (_, target, seenIn) => {
      change(() => {
        rows = rows.map((row) => (row.seq === target ? { ...row, text: "", deleted: true as const } : row))
      })
      return named(seenIn, "delete", target)
    },
    react: (_, target, emoji, on, seenIn) => named(seenIn, "react", target, emoji, on),
    rewrite: (id, text) => {
      asked.push(["rewrite", id, text])
      return options.rewritten
    },
    withdraw: (id) => {
      asked.push(["withdraw", id])
      change(() => {
        pending = pending.filter((post) => post.id !== id)
        failed = failed.filter((row) => row.id !== id)
      })
      return undefined
    },
    retry: (id) => queued("retry", id),
    read: (_, seq) => {
      asked.push(["read", seq])
      setSummary((line) => ({ ...line, readUpTo: Math.max(line.readUpTo, seq), unread: 0 }))
    },
    sayTyping: () => void asked.push(["sayTyping"]),
    retryNow: () => void asked.push(["retryNow"]),
    inspect: () => {
      const { length } = pending
      return {
        attempts: 1,
        welcomes: 1,
        roundTripMs: 8,
        outboxRows: length,
        unsentPosts: length,
        unkept: false,
        epoch: null
      }
    }
  }
  const members: ReadonlyArray<Member> = people.map((person, n) => ({
    ...person,
    role: n === 0 ? "owner" : n === 1 ? "admin" : "member"
  }))
  const chat = {
    client,
    call: async (tag: string) => {
      asked.push(["call", tag])
      const answer = options.answer?.(tag)
      if (answer !== undefined) return answer
      if (tag === "conversation.members") return { ok: true, value: members }
      if (tag === "user.find") return { ok: true, value: people }
      if (tag === "conversation.receipts")
        return { ok: true, value: people.slice(1).map((person) => ({ userId: person.userId, read: next - 1 })) }
      return { ok: true, value: {} }
    }
    // What screens do not use is not there.
  } as unknown as Chat
  const formats = () => makeFormats(language(), { locale: language() === "en" ? "en-GB" : "ja" })
  const app: App = {
    i18n: {
      language,
      setLanguage,
      t: () => (language() === "ja" ? ja : en),
      time: (at) => formats().time(at),
      day: (at, now) => formats().day(at, now),
      short: (at, now) => formats().short(at, now),
      ago: (at, now) => formats().ago(at, now),
      full: (at) => formats().full(at)
    },
    preferences: {
      theme: () => "system",
      setTheme: () => {},
      sendKey: () => options.sendKey ?? "enter",
      setSendKey: () => {},
      density,
      setDensity,
      paneWidths: fixedPanes
    },
    session: () => ({ _tag: "signedIn", me: { userId: me, handle: "aki", displayName: "佐藤 あき", admin: false } }),
    signIn: async () => ({ ok: true }),
    register: async () => ({ ok: true }),
    invite: () => undefined,
    policy: async () => undefined,
    resetPassword: async () => ({ ok: true, handle: "aki" }),
    signOut: async () => {},
    chat: () => (options.live === undefined ? chat : undefined),
    whenLive: async () => {
      await options.live
      return chat
    },
    ...createRoot(() =>
      createConnection(
        () => ({ connection }),
        () => true
      )
    ),
    conversations: () => (isIn() ? [summary()] : []),
    conversation: () => (isIn() ? summary() : undefined),
    openConversation: () => ({
      view,
      typing,
      marks,
      load: async (place) => {
        asked.push(["load", place])
        return (await options.load?.(place)) ?? "gone"
      }
    }),
    failed: () => new Map(),
    people: {
      get: (id) => people.find((person) => person.userId === id),
      name: (id) => people.find((person) => person.userId === id)?.displayName ?? "…",
      byHandle: () => new Map(people.map((person) => [person.handle, person])),
      learn: () => {}
    },
    blocked,
    presence: {
      of: (id) => ({
        userId: id,
        state: id === userId(4) ? "offline" : id === userId(3) ? "idle" : "active",
        kinds: id === userId(4) ? [] : ["browser"],
        since: Date.now() - 300_000
      }),
      watch: () => () => options.allWatched !== false
    },
    drafts: {
      load: async (id) => drafts.get(id),
      save: (id, draft) => {
        asked.push(["draft", draft])
        drafts.set(id, draft)
      },
      onOther: (_, listener) => {
        draftListeners.add(listener)
        return () => draftListeners.delete(listener)
      },
      has: (id) => drafts.get(id) !== undefined,
      count: () => [...drafts.values()].filter((draft) => draft !== undefined).length,
      changes: options.changes ?? new Map()
    },
    keeps: () => true,
    announcer: { say: (text) => void told.said.push(text), alert: (text) => void told.alerts.push(text) },
    toasts: {
      show: ({ act, gone, text }) => {
        if (gone !== undefined) told.gone.push(gone)
        told.toasts.push(text)
        if (act !== undefined) told.acts.push(act.run)
      }
    },
    minute: () => Date.now(),
    notifications: { isPossible: false, on: () => false, change: () => Promise.resolve("done") },
    pushNotifications: {
      isPossible: false,
      on: () => false,
      change: () => Promise.resolve("notOffered"),
      isOffered: () => Promise.resolve(false)
    },
    attentive
  }
  return {
    app,
    asked,
    told,
    drafts,
    /** Whether anything is known of the conversation. */
    setKnown: (known: boolean) => setView(known ? make() : undefined),
    setConnection,
    setTyping,
    setMarks,
    setSummary,
    /** Whether the person is in the conversation. */
    setIn,
    setAttentive,
    setBlocked,
    setLanguage,
    setDensity,
    /** What another tab of this browser makes of the draft. */
    setDraftElsewhere: (draft: Draft | undefined) => {
      drafts.set(conversationId, draft)
      for (const hear of draftListeners) hear(draft)
    },
    /** The store was restored: what is shown from now on are rows of another epoch. */
    restore: (restored: ReadonlyArray<MessageRow>, missing?: FixtureOptions["gap"]) =>
      change(() => {
        shownEpoch = laterEpoch
        rows = restored
        gap = missing
        next = Math.max(restored.at(-1)?.seq ?? 0, missing?.to ?? 0) + 1
      }),
    setPending: (posts: ReadonlyArray<PendingPost>) =>
      change(() => {
        pending = posts
      }),
    /** Stores what is pending, as an answer of the server would. */
    settle: () =>
      change(() => {
        rows = [...rows, ...pending.map((post) => ({ ...postedRow(next++, me, post.text, post.at), id: post.id }))]
        pending = []
      }),
    receive: (by: UserId, ...texts: ReadonlyArray<string>) =>
      change(() => {
        rows = [...rows, ...texts.map((text) => postedRow(next++, by, text, Date.now()))]
        setSummary((line) => ({ ...line, unread: line.unread + texts.length, head: next - 1 }))
      }),
    prepend: (more: ReadonlyArray<MessageRow>) =>
      change(() => {
        rows = [...more, ...rows]
        const first = rows[0]?.seq ?? 1
        gap = first > 1 ? { from: 1, to: first - 1 } : undefined
      })
  }
}

export type Fixture = ReturnType<typeof makeFixture>
