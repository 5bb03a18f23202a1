/** The presence board's words in English. */
import type { DeviceKind, PresenceState } from "@hibiki/core/domain/Presence"

export const boardWordsEn = {
  title: "Presence board",
  /** The purpose of this screen, shown above the list of conversations. */
  choose: "Choose a conversation to see who is there.",
  nothingToChoose: "Once you are in a group or a channel, you can see here who is there.",
  makeGroup: "Make a group",
  conversation: "Conversation",
  members: (count: number) => (count === 1 ? "1 member" : `${count} members`),
  open: "Open board",
  pause: "Pause",
  resume: "Resume",
  live: "Live",
  connecting: "Connecting",
  paused: "Paused",
  /** The stream is lost; `time`: of the last update. */
  lost: (time: string) => `Connection lost. This is how it was at ${time}`,
  notHere: "There is no such conversation, or you are not in it.",
  toList: "Choose another",
  online: "Online",
  states: { active: "Active", idle: "Away", offline: "Offline" } satisfies Record<PresenceState, string>,
  kinds: { browser: "Browser", terminal: "Terminal", bot: "Bot" } satisfies Record<DeviceKind, string>,
  /** For the totals of devices. */
  onKind: { browser: "in a browser", terminal: "in a terminal", bot: "bots" } satisfies Record<DeviceKind, string>,
  name: "Name",
  state: "State",
  devices: "Devices",
  since: "Since",
  sinceTime: (time: string) => `since ${time}`,
  lastSeen: (ago: string) => `last seen ${ago}`,
  unknown: "unknown",
  more: (count: number) => `Show ${count} more`,
  hour: "Online over the last hour",
  hourTold: (now: number, most: number, fewest: number) => `${now} now, ${most} at most, ${fewest} at least`,
  hourAgo: "an hour ago",
  now: "now",
  people: "Who is there"
}

export type BoardWords = typeof boardWordsEn
