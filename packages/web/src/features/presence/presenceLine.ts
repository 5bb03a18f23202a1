/** Somebody's presence in one line of words. Pure. */
import type { UserPresence } from "@hibiki/core/domain/Presence"
import type { PresenceWords } from "./presenceWords.en.ts"

/** `ago`: says how long a moment lies back, in the page's language. */
export const presenceLine = (presence: UserPresence, ago: (at: number) => string, words: PresenceWords): string => {
  const { kinds, since, state } = presence
  switch (state) {
    case "active":
      return kinds.length === 0 ? words.states.active : words.activeOn(kinds.map((kind) => words.kinds[kind]))
    case "idle":
      return since === undefined ? words.states.idle : words.idleSince(ago(since))
    case "offline":
      return since === undefined ? words.states.offline : words.lastSeen(ago(since))
  }
}
