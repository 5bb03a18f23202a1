/** Drafts by conversation: saved at once in memory, soon in the database, and sent to the other tabs. */
import type { CommandId, ConversationId } from "@hibiki/core/domain/Ids"
import type { Draft } from "../lib/database.ts"
import { type Database, orElse } from "../lib/database.ts"
import type { Channel } from "../lib/tabs.ts"
import { Triggers } from "../lib/triggers.ts"
import type { Drafts } from "./App.ts"

/** Maximum drafts; beyond it those with the oldest change are deleted. */
export const draftsMax = 500
const soonMs = 300

export interface DraftBook extends Drafts {
  /** Writes all pending drafts at once. */
  readonly flush: () => void
  readonly close: () => void
}

/** Resolves when the sent message is stored; never, while its store refuses it. */
export type WhenKept = (conversationId: ConversationId, sent: CommandId) => Promise<void>

export const makeDrafts = (
  userId: string,
  database: Promise<Database | undefined>,
  channel: Channel,
  whenKept: WhenKept = () => Promise.resolve()
): DraftBook => {
  const memory = new Map<ConversationId, Draft | undefined>()
  const unkept = new Set<ConversationId>()
  /** Conversations with a draft in the database, as of the start. */
  const atStart = new Set<ConversationId>()
  const triggers = new Triggers<ConversationId>()
  const others = new Set<(id: ConversationId, draft: Draft | undefined) => void>()
  let timer: ReturnType<typeof setTimeout> | undefined

  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    const drafts = new Map([...unkept].map((id) => [id, memory.get(id)]))
    unkept.clear()
    if (drafts.size > 0) void orElse(undefined, async () => keep(await database, drafts))
  }
  const remember = (id: ConversationId, draft: Draft | undefined) => {
    memory.delete(id)
    memory.set(id, draft)
    triggers.dirty(id)
    for (const oldest of memory.keys()) {
      if (memory.size <= draftsMax) break
      if (unkept.has(oldest)) flush()
      memory.delete(oldest)
    }
  }
  const end = channel.listen((message) => {
    if (message._tag !== "draft" || message.userId !== userId) return
    const id = message.conversationId as ConversationId
    // The other tab saves it.
    remember(id, message.draft)
    for (const hear of [...others]) hear(id, message.draft)
  })
  void orElse(undefined, async () => {
    for (const id of (await (await database)?.getAllKeys("drafts")) ?? []) {
      atStart.add(id)
      triggers.dirty(id)
    }
  })
  const changes: Drafts["changes"] = new Map()
  const has = (id: ConversationId) => {
    triggers.track(id)
    return memory.has(id) ? memory.get(id) !== undefined : atStart.has(id)
  }
  return {
    has,
    count: () => new Set([...changes.keys(), ...[...atStart, ...memory.keys()].filter(has)]).size,
    load: async (conversationId) => {
      if (memory.has(conversationId)) return memory.get(conversationId)
      const kept = await orElse(undefined, async () => (await database)?.get("drafts", conversationId))
      if (memory.has(conversationId)) return memory.get(conversationId)
      if (kept === undefined) return undefined
      const { at: _, ...draft } = kept
      return draft
    },
    save: (conversationId, draft, sentAs) => {
      // Save the last typed text before it is sent. Until the outbox has stored the message, only this draft outlives
      // the page.
      if (sentAs !== undefined && unkept.has(conversationId)) flush()
      remember(conversationId, draft)
      channel.post({ _tag: "draft", userId, conversationId, draft })
      const keepSoon = () => {
        unkept.add(conversationId)
        // A sent message must not return as a draft, however soon the page closes.
        if (memory.get(conversationId) === undefined) flush()
        else timer ??= setTimeout(flush, soonMs)
      }
      if (sentAs === undefined) keepSoon()
      else void whenKept(conversationId, sentAs).then(keepSoon)
    },
    changes,
    onOther: (conversationId, listener) => {
      const hear = (id: ConversationId, draft: Draft | undefined) => {
        if (id === conversationId) listener(draft)
      }
      others.add(hear)
      return () => void others.delete(hear)
    },
    flush,
    close: () => {
      flush()
      end()
    }
  }
}

const keep = async (
  database: Database | undefined,
  drafts: ReadonlyMap<ConversationId, Draft | undefined>
): Promise<void> => {
  if (database === undefined) return
  const transaction = database.transaction("drafts", "readwrite")
  const at = Date.now()
  for (const [id, draft] of drafts) {
    if (draft === undefined) await transaction.store.delete(id)
    else await transaction.store.put({ ...draft, at }, id)
  }
  let excess = (await transaction.store.count()) - draftsMax
  for (
    let cursor = excess > 0 ? await transaction.store.index("at").openCursor() : null;
    cursor !== null && excess > 0;
    excess--
  ) {
    await cursor.delete()
    cursor = await cursor.continue()
  }
  await transaction.done
}
