/**
 * The signed-in account's part of the page: the cached data, and the live part that takes over. It ends with the
 * session.
 */
import type { ConnectionStatus } from "@hibiki/core/client/connection/ConnectionMachine"
import type { FeedView } from "@hibiki/core/client/feed/FeedView"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { CommandId, ConversationId, DeviceId, UserId } from "@hibiki/core/domain/Ids"
import { type Accessor, batch, createRoot, createSignal, untrack } from "solid-js"
import { openDatabase, type Spared } from "../lib/database.ts"
import type { PlainCall } from "../lib/plainCall.ts"
import { sameItems } from "../lib/sameItems.ts"
import type { BrowserSession, Me } from "../lib/session.ts"
import type { Channel, Tabs } from "../lib/tabs.ts"
import { Triggers } from "../lib/triggers.ts"
import type { Chat } from "../runtime/Chat.ts"
import type { OpenConversation } from "./App.ts"
import { type DraftBook, makeDrafts } from "./drafts.ts"
import { readFirstView } from "./firstView.ts"
import { ListKeeper, newestFirst, readList, withReads } from "./keptList.ts"
import { loadChat } from "./loadChat.ts"
import { FeedListeners, type OpenScene, openConversation } from "./openConversation.ts"
import { learnPeers, makePeople, type PeopleBook } from "./people.ts"
import { makePresence, type PresenceWatch } from "./presence.ts"

export interface Account {
  readonly me: Me
  readonly deviceId: string
  readonly chat: Accessor<Chat | undefined>
  readonly whenLive: () => Promise<Chat>
  /** Undefined before the live part is loaded. */
  readonly connection: Accessor<ConnectionStatus | undefined>
  readonly conversations: Accessor<ReadonlyArray<ConversationSummary> | undefined>
  readonly conversation: (id: ConversationId) => ConversationSummary | undefined
  readonly openConversation: (id: ConversationId) => OpenConversation
  /** Undefined before the live part is loaded. */
  readonly failed: Accessor<ReadonlyMap<ConversationId, ReadonlyArray<OutboxRow>> | undefined>
  readonly people: PeopleBook
  readonly blocked: Accessor<ReadonlySet<UserId>>
  readonly presence: PresenceWatch
  readonly drafts: DraftBook
  /** Whether there is a database that accepts unsent messages; checked at each read. False while not known. */
  readonly keeps: Accessor<boolean>
  /** Reads the cache for the first paint: the list, and the conversation that the address names. */
  readonly readKept: (conversationId: ConversationId | undefined) => Promise<void>
  /** Loads the live part. Once. */
  readonly start: () => void
  /** Writes everything that is still pending at once, because the page may close at any moment. */
  readonly flush: () => void
  /**
   * Announces the departure at once, so that nobody waits for the end of a grace period, and disconnects. Then deletes
   * the stored data, except the spared part. Returns how many posts will be sent when the person signs in again.
   */
  readonly end: (spared: Spared) => Promise<number>
}

export interface AccountOptions {
  readonly me: Me
  readonly deviceId: string
  readonly call: PlainCall
  readonly session: BrowserSession
  readonly channel: Channel
  readonly tabs: Promise<Tabs>
  /** Settles when the former account of this page has been closed. */
  readonly after: Promise<unknown>
}

/** A promise for all callers that wait for the live part. `set` is called at most once per account. */
class Later<A> {
  #resolve: (value: A) => void = () => undefined
  readonly promise = new Promise<A>((resolve) => {
    this.#resolve = resolve
  })
  set(value: A): void {
    this.#resolve(value)
  }
}

export const makeAccount = (options: AccountOptions): Account =>
  createRoot((dispose) => {
    const { after, channel, deviceId, me, session, tabs } = options
    const [keeps, setKeeps] = createSignal(false)
    const database = after.then(() => openDatabase(me.userId, setKeeps))
    const [chat, setChat] = createSignal<Chat>()
    const live = new Later<Chat>()
    const whenLive = () => live.promise
    const people = makePeople({ database, me, whenLive })
    const presence = makePresence()
    const drafts = makeDrafts(me.userId, database, channel, (id, sent) => whenKept(untrack(chat)?.client, id, sent))
    const keeper = new ListKeeper(database)
    const shown = createShown(people)
    const scene = {
      chat,
      whenLive,
      listeners: new FeedListeners(),
      firstViews: new Map<ConversationId, FeedView>(),
      database,
      tabs
    }
    let ended = false
    const loading = loadChat({
      ...options,
      userId: me.userId,
      deviceId: deviceId as DeviceId,
      database,
      isEnded: () => ended
    })
    keeper.mayKeep = loading.leads
    return {
      me,
      deviceId,
      chat,
      whenLive,
      ...shown,
      openConversation: (id) => openConversation(scene, id),
      people,
      presence,
      drafts,
      keeps: () => keeps() && chat()?.client.inspect().unkept !== true,
      readKept: (conversationId) => readKept(scene, shown, conversationId),
      start: () =>
        void loading.start().then((started) => {
          if (started === undefined) return
          follow(started, { ...options, shown, keeper, presence, people, listeners: scene.listeners })
          presence.use(started.client)
          setChat(started)
          live.set(started)
        }),
      flush: () => {
        drafts.flush()
        keeper.flush()
      },
      end: async (spared) => {
        ended = true
        presence.use(undefined)
        const last = chat()
        setChat(undefined)
        keeper.stop()
        drafts.close()
        await last?.close()
        await loading.leave()
        dispose()
        // If the same user has signed in again, here or in another tab, this page must not delete their data.
        return session.record?.userId === me.userId
          ? 0
          : session.forgetting.forget({ userId: me.userId, spared }, await database)
      }
    }
  })

/** Resolves when the outbox row is stored, or no longer has to be. */
const whenKept = (
  client: Chat["client"] | undefined,
  conversationId: ConversationId,
  sent: CommandId
): Promise<void> => {
  const isKept = () => client?.feed(conversationId)?.pending.find(({ id }) => id === sent)?.unkept === undefined
  if (client === undefined || isKept()) return Promise.resolve()
  return new Promise((resolve) => {
    const end = client.subscribe(({ feeds }) => {
      if (!feeds.has(conversationId) || !isKept()) return
      end()
      resolve()
    })
  })
}

/** The list and the connection as the screens see them. */
const createShown = (people: PeopleBook) => {
  const [connection, setConnection] = createSignal<ConnectionStatus>()
  const [conversations, setConversations] = createSignal<ReadonlyArray<ConversationSummary>>()
  const [blocked, setBlocked] = createSignal<ReadonlySet<UserId>>(new Set())
  const [failed, setFailed] = createSignal<ReadonlyMap<ConversationId, ReadonlyArray<OutboxRow>>>()
  const learn = learnPeers(people)
  let list: ReadonlyArray<ConversationSummary> | undefined
  let reads: ReadonlyMap<ConversationId, number> = new Map()
  let byId: ReadonlyMap<ConversationId, ConversationSummary> = new Map()
  // By conversation: a message changes one line, and screens that show another do not run again.
  const lines = new Triggers<ConversationId>()
  const show = () => {
    const before = untrack(conversations)
    const next = list === undefined || reads.size === 0 ? list : withReads(list, reads)
    if (next === undefined || next === before || (before !== undefined && sameItems(next, before))) return
    const former = byId
    byId = new Map(next.map((summary) => [summary.conversationId, summary]))
    batch(() => {
      setConversations(next)
      for (const id of lines.keys()) if (former.get(id) !== byId.get(id)) lines.dirty(id)
    })
  }
  return {
    connection,
    setConnection,
    conversations,
    failed,
    setFailed,
    blocked,
    setBlocked,
    showList: (next: ReadonlyArray<ConversationSummary>) => {
      learn(next)
      list = newestFirst(next, list)
      show()
    },
    /** Applies the read positions that are newer than a cached list. */
    showReads: (next: ReadonlyMap<ConversationId, number>) => {
      if (next === reads) return
      reads = next
      show()
    },
    conversation: (id: ConversationId) => {
      lines.track(id)
      return byId.get(id)
    }
  }
}

type Shown = ReturnType<typeof createShown>

const readKept = async (
  { database, firstViews, tabs }: OpenScene,
  shown: Shown,
  conversationId: ConversationId | undefined
): Promise<void> => {
  const [kept, { tabId }] = await Promise.all([database, tabs])
  if (kept === undefined) return
  const [list, view] = await Promise.all([
    readList(kept),
    conversationId === undefined ? undefined : readFirstView(kept, conversationId, tabId)
  ])
  if (list !== undefined && untrack(shown.conversations) === undefined) shown.showList(list)
  if (view !== undefined) firstViews.set(view.conversationId, view)
}

interface Following extends Pick<AccountOptions, "deviceId" | "session"> {
  readonly shown: Shown
  readonly keeper: ListKeeper
  readonly presence: PresenceWatch
  readonly people: PeopleBook
  readonly listeners: FeedListeners
}

/** From here on the screens show the client's state. */
const follow = (
  { client }: Chat,
  { deviceId, keeper, listeners, people, presence, session, shown }: Following
): void => {
  const status = () => {
    const now = client.status()
    shown.setConnection(now)
    if (now._tag === "stopped" && now.reason === "revoked") session.ended("revoked", deviceId)
  }
  const keepShown = () => {
    const kept = untrack(shown.conversations)
    if (kept !== undefined && client.readUnlisted().size > 0) keeper.changed(kept)
  }
  const list = () => {
    const known = client.me()
    shown.showReads(client.readUnlisted())
    if (known === undefined) return keepShown()
    people.learn([known])
    session.learn(known)
    shown.setBlocked(client.blocked())
    const conversations = client.conversations()
    shown.showList(conversations)
    keeper.changed(conversations)
  }
  let asked = false
  // A browser that runs out of space may delete stored data. Request persistent storage once there are unsent messages.
  // Some browsers show a prompt for it, so do not request it earlier.
  const spareUnsent = () => {
    if (asked || client.status()._tag === "live" || client.inspect().unsentPosts === 0) return
    asked = true
    if ("storage" in navigator) void navigator.storage.persist().catch(() => undefined)
  }
  client.subscribe((change) =>
    batch(() => {
      if (change.status) status()
      if (change.conversations) list()
      if (change.feeds.size > 0) shown.setFailed(client.failed())
      if (change.feeds.size > 0 || change.status) spareUnsent()
      listeners.tell(change.feeds, change.hints)
      if (change.presence) presence.changed()
    })
  )
  batch(() => {
    status()
    list()
    shown.setFailed(client.failed())
  })
}
