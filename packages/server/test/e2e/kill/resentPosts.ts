/** How many posts were handed over on more than one socket: repeats, where the first was stored. */
import type { CommandId } from "@hibiki/core/domain/Ids"
import type { HistoryEntry } from "@hibiki/testing/checker/History"

export const resentPosts = (entries: ReadonlyArray<HistoryEntry>): number => {
  const sockets = new Map<CommandId, Set<number>>()
  for (const entry of entries)
    if (entry._tag === "sent" && entry.frame.op === "post")
      for (const { id } of entry.frame.posts) sockets.set(id, (sockets.get(id) ?? new Set()).add(entry.socket))
  return [...sockets.values()].filter(({ size }) => size > 1).length
}
