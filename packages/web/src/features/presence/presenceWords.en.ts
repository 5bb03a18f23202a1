/** Words for who is there, in English. */
import type { PresenceWords } from "./presenceWords.ts"

export const presenceWordsEn: PresenceWords = {
  states: { active: "Online", idle: "Away", offline: "Offline" },
  kinds: { browser: "browser", terminal: "terminal", bot: "bot" },
  invisible: "You are hidden from others",
  lastSeen: (ago) => `Last seen ${ago}`,
  idleSince: (ago) => `Went away ${ago}`,
  activeOn: (kinds) => `Online on ${kinds.join(" and ")}`
}
