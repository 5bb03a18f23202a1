/** Words for presence, in English. */
import type { DeviceKind } from "@hibiki/core/domain/Presence"
import { kitWordsEn } from "../ui/kitWords.en.ts"

export const presenceWordsEn = {
  states: kitWordsEn.presence,
  kinds: { browser: "browser", terminal: "terminal", bot: "bot" } satisfies Record<DeviceKind, string>,
  /** For the user's own presence, while they are invisible. */
  invisible: "You are hidden from others",
  /** `ago`: "5 minutes ago". */
  lastSeen: (ago: string) => `Last seen ${ago}`,
  idleSince: (ago: string) => `Went away ${ago}`,
  /** `kinds`: names of device kinds, at least one. */
  activeOn: (kinds: ReadonlyArray<string>) => `Online on ${kinds.join(" and ")}`
}

export type PresenceWords = typeof presenceWordsEn
