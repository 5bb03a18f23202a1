/**
 * One conversation on screen: cached rows at first, then live. Opened with the component that shows it and closed with
 * it.
 */
import type { FeedView } from "@hibiki/core/client/feed/FeedView"
import type { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { type Accessor, createEffect, createMemo, createSignal, onCleanup, untrack } from "solid-js"
import type { Database } from "../lib/database.ts"
import type { Tabs } from "../lib/tabs.ts"
import type { Chat, LoadResult } from "../runtime/Chat.ts"
import { type Marks, type OpenConversation, typingNamed } from "./App.ts"
import { readFirstView, shownView } from "./firstView.ts"

interface Listener {
  readonly feed: () => void
  readonly hints: () => void
}

/** The listeners to call when a conversation changes. */
export class FeedListeners {
  readonly #byId = new Map<ConversationId, Set<Listener>>()

  add(id: ConversationId, listener: Listener): () => void {
    const ofId = this.#byId.get(id) ?? new Set()
    this.#byId.set(id, ofId.add(listener))
    return () => {
      ofId.delete(listener)
      if (ofId.size === 0 && this.#byId.get(id) === ofId) this.#byId.delete(id)
    }
  }

  tell(feeds: ReadonlySet<ConversationId>, hints: ReadonlySet<ConversationId>): void {
    for (const [id, listeners] of this.#byId) {
      for (const { feed, hints: hint } of listeners) {
        if (feeds.has(id)) feed()
        if (hints.has(id)) hint()
      }
    }
  }
}

export interface OpenScene {
  readonly chat: Accessor<Chat | undefined>
  readonly whenLive: () => Promise<Chat>
  readonly listeners: FeedListeners
  /** Read before the first paint; each is used once. */
  readonly firstViews: Map<ConversationId, FeedView>
  readonly database: Promise<Database | undefined>
  readonly tabs: Promise<Tabs>
}

export const openConversation = (scene: OpenScene, id: ConversationId): OpenConversation => {
  const [kept, setKept] = createSignal(scene.firstViews.get(id))
  const [live, setLive] = createSignal<FeedView>()
  const [typing, setTyping] = createSignal<ReadonlyArray<UserId>>([])
  const [marks, setMarks] = createSignal<Marks>()
  const view = createMemo(() => shownView(kept(), live()))
  scene.firstViews.delete(id)
  let closed = false
  onCleanup(() => {
    closed = true
  })

  createEffect(() => {
    const client = scene.chat()?.client
    if (client === undefined) {
      if (untrack(kept) === undefined && untrack(live) === undefined) void readKept()
      return
    }
    const feed = () => void setLive(client.feed(id))
    const hints = () => {
      setTyping(client.typing(id).slice(0, typingNamed + 1))
      setMarks(client.marks(id))
    }
    onCleanup(scene.listeners.add(id, { feed, hints }))
    onCleanup(client.open(id))
    feed()
    hints()
  })
  // Once the live view is shown, the cached one is never needed again.
  createEffect(() => {
    if (live() !== undefined && view() === live()) setKept(undefined)
  })
  const readKept = async () => {
    const [database, { tabId }] = await Promise.all([scene.database, scene.tabs])
    const read = database && (await readFirstView(database, id, tabId))
    if (!closed && live() === undefined) setKept(read)
  }

  let loading: Promise<LoadResult> | undefined
  return {
    view,
    typing,
    marks,
    load: (place) => {
      loading ??= scene
        .whenLive()
        .then((chat) => chat.load(id, place))
        .finally(() => {
          loading = undefined
        })
      return loading
    }
  }
}
