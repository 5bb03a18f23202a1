/** What each device shows in the end, beside what its user reads anew. */
import type { ConversationSummary, HistoryPage, PersonalSnapshot } from "@hibiki/core/domain/Conversation"
import { flagsIn } from "@hibiki/core/domain/Flags"
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { isKnownRow } from "@hibiki/core/domain/RowKinds"
import type { FinalView } from "@hibiki/testing/checker/History"
import { call } from "../api.ts"
import type { Writer } from "./Writer.ts"

/**
 * Nothing is left to send, all devices stand at one place of each conversation, and show its end without a gap or a
 * doubtful row.
 */
export const isSettled = (writers: ReadonlyArray<Writer>): boolean => {
  const cursors = new Map<ConversationId, Set<number | undefined>>()
  for (const { client, conversations } of writers) {
    if (client.inspect().outboxRows > 0) return false
    for (const conversationId of conversations) {
      const feed = client.feed(conversationId)
      cursors.set(conversationId, (cursors.get(conversationId) ?? new Set()).add(feed?.cursor))
      const newest = feed?.entries.slice(-Limits.pageDefault) ?? []
      if (
        newest.some((entry) => entry._tag === "row" && entry.stale) ||
        newest.slice(1).some(({ _tag }) => _tag === "gap")
      )
        return false
    }
  }
  return [...cursors.values()].every((places) => places.size === 1)
}

/** All devices' views. A user's devices are held against one reading. */
export const viewsOf = async (origin: string, writers: ReadonlyArray<Writer>): Promise<ReadonlyArray<FinalView>> => {
  const read = new Map<string, Promise<Fresh>>()
  const views: Array<FinalView> = []
  for (const writer of writers) {
    for (const conversationId of writer.conversations) {
      const key = `${writer.account.userId} ${conversationId}`
      const reading = read.get(key) ?? readFresh(origin, writer, conversationId)
      read.set(key, reading)
      views.push(viewOf(writer, conversationId, await reading))
    }
  }
  return views
}

/** A read cursor is told within 2 s, so it may still be on its way. */
export const isReadEverywhere = async (origin: string, writers: ReadonlyArray<Writer>): Promise<boolean> => {
  for (const { account, client } of writers) {
    const { conversations } = await call<PersonalSnapshot>(origin, "me.snapshot", {}, account.accessToken)
    for (const { conversationId, mentions, readUpTo, unread } of conversations) {
      const shown = client.conversations().find((one) => one.conversationId === conversationId)
      if (shown?.readUpTo !== readUpTo || shown.unread !== unread || shown.mentions !== mentions) return false
    }
  }
  return true
}

interface Fresh {
  readonly summary: ConversationSummary
  readonly rows: ReadonlyArray<MessageRow>
}

const readFresh = async (origin: string, { account }: Writer, conversationId: ConversationId): Promise<Fresh> => {
  const summary = await call<ConversationSummary>(origin, "conversation.get", { conversationId }, account.accessToken)
  const pages: Array<ReadonlyArray<MessageRow>> = []
  for (let before: number | undefined; ; ) {
    const request = { conversationId, limit: Limits.pageMax, ...(before === undefined ? {} : { before }) }
    const page = await call<HistoryPage>(origin, "history.page", request, account.accessToken)
    pages.unshift(page.rows.filter(isKnownRow))
    before = page.rows[0]?.seq
    if (!page.moreBefore || before === undefined) return { summary, rows: pages.flat() }
  }
}

const viewOf = ({ account, client }: Writer, conversationId: ConversationId, { rows, summary }: Fresh): FinalView => {
  const feed = client.feed(conversationId)
  const shown = client.conversations().find((one) => one.conversationId === conversationId)
  return {
    device: account.deviceId,
    conversationId,
    shown: feed?.entries ?? [],
    fresh: rows,
    readUpTo: { shown: shown?.readUpTo ?? 0, fresh: summary.readUpTo },
    marked: { shown: shown?.markedUnreadAt ?? 0, fresh: summary.markedUnreadAt ?? 0 },
    unread: { shown: shown?.unread ?? 0, fresh: summary.unread },
    mentions: { shown: shown?.mentions ?? 0, fresh: summary.mentions ?? 0 },
    flags: { shown: flagsIn(shown), fresh: flagsIn(summary) },
    // What is stored in a gap stays listed until the gap is loaded.
    unsettled: feed?.pending.flatMap(({ id, state }) => (state === "failed" || state === "stored" ? [] : [id])) ?? []
  }
}
