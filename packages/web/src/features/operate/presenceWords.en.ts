/** Words of the screen about people online over time, in English. */
import type { HistoryWindow } from "@hibiki/core/domain/PresenceCounts"

const list = (texts: ReadonlyArray<string>) => texts.join(" · ")
const tenths = (value: number) => value.toLocaleString("en-GB", { maximumFractionDigits: 1 })
/** In the largest unit that fits. */
const lasting = (minutes: number): string =>
  minutes < 60
    ? `${tenths(minutes)} minutes`
    : minutes < 2_880
      ? `${tenths(minutes / 60)} ${minutes === 60 ? "hour" : "hours"}`
      : `${tenths(minutes / 1_440)} days`

export const presenceWordsEn = {
  window: "Time shown",
  windows: { "1h": "1 hour", "24h": "24 hours", "30d": "30 days" } satisfies Record<HistoryWindow, string>,
  conversation: "Only this group or channel (ID)",
  conversationWrong: "This isn’t the ID of a conversation: it has 36 characters, such as 01a2b3c4-….",
  wholeServer: "Show the whole server",
  ofServer: "People of the whole server",
  ofConversation: (name: string) => `Members of ${name}`,
  nameless: (id: string) => `conversation ${id}`,
  rounded:
    "Unless you are in this conversation, its numbers are rounded down to multiples of 5, and fewer than 5 are not shown.",
  notFound: "No group or channel has this ID. Direct conversations are never counted.",
  names: { online: "Online", active: "Active" },
  most: { online: "Most online", active: "Most active" },
  figures: "Figures of this time",
  hidden: "fewer than 5",
  notCounted: "not counted",
  at: (time: string) => `at ${time}`,
  plot: "People",
  loading: "The plot is loading",
  told: (name: string, last: string, most: string, least: string) =>
    `${name}: ${last} last, ${most} at most, ${least} at least`,
  pointed: (time: string, counts: ReadonlyArray<string>) => `${time}: ${list(counts)}`,
  named: (name: string, count: string) => `${name} ${count}`,
  gaps: (count: number, minutes: number) =>
    count === 1
      ? `The server wasn’t counting for ${lasting(minutes)} of this time: the lines have a gap there.`
      : `The server wasn’t counting for ${lasting(minutes)} of this time: the lines have ${count} gaps.`,
  table: "The numbers as a table",
  time: "From",
  span: (from: string, until: string) => `${from} to ${until}`,
  /** About the width of a step. */
  about: (minutes: number) =>
    `Active are those people online who used a device. Each number is the largest count within ${lasting(minutes)}. Invisible people count as offline.`,
  off: "The server doesn’t count people now. To count them, set HIBIKI_PRESENCE_HISTORY=counts on the api processes, or on the only process if there is one, and restart them. If it is set, their logs have the reason.",
  noneOfServer: "Nothing was counted in this time. The first numbers appear after five minutes.",
  noneOfConversation:
    "Nothing was counted for this conversation in this time. In each five minutes the server counts the 500 conversations with the most people online."
}

export type PresenceWords = typeof presenceWordsEn
