/** The words about the connection in English. */
import type { ConnectionWords } from "./connectionWords.ts"

const count = (n: number, one: string, many: string): string => `${n.toLocaleString("en")} ${n === 1 ? one : many}`

export const connectionWordsEn: ConnectionWords = {
  connecting: "Connecting…",
  offline: "You're offline. What you write goes out when you're back.",
  waiting: (seconds) => `Not connected. Trying again in ${count(seconds, "second", "seconds")}.`,
  waitingHeard: "Not connected. Trying again by itself.",
  retryNow: "Retry now",
  unsent: (n) => `${count(n, "unsent message is", "unsent messages are")} kept`,
  stopped: {
    replaced: "This page was opened somewhere else.",
    revoked: "This device was signed out.",
    version: "There is a newer version. Reload the page.",
    signedOut: "You are signed out.",
    bad_frame: "Something went wrong between this page and the server. Reload the page."
  },
  reload: "Reload"
}
