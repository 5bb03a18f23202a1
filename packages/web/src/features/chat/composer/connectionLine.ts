/** What is said of the connection: nothing while it is good or has just gone, a word after a second, the whole after five. Plain. */
import type { ConnectionStatus } from "@hibiki/core/client/ConnectionMachine"
import type { ChatWords } from "../chatWords.ts"

export const connectionTimes = { wordMs: 1_000, wholeMs: 5_000 } as const

export interface ConnectionLine {
  readonly text: string
  readonly act: "retryNow" | "reload" | undefined
}

const quiet: ConnectionLine = { text: "", act: undefined }

/** `forMs`: how long it has not been good. */
export const connectionLine = (
  status: ConnectionStatus,
  forMs: number,
  now: number,
  unsent: number,
  words: ChatWords["connection"]
): ConnectionLine => {
  switch (status._tag) {
    case "live":
    case "syncing":
      return quiet
    case "stopped":
      return {
        text: words.stopped[status.reason],
        act: status.reason === "revoked" || status.reason === "signedOut" ? undefined : "reload"
      }
    default:
  }
  if (forMs < connectionTimes.wordMs) return quiet
  if (forMs < connectionTimes.wholeMs) return { text: words.connecting, act: undefined }
  const kept = unsent === 0 ? "" : ` ${words.unsent(unsent)}`
  switch (status._tag) {
    case "connecting":
      return { text: words.connecting + kept, act: undefined }
    case "offline":
      return { text: words.offline + kept, act: "retryNow" }
    case "waiting":
      return { text: words.waiting(Math.max(1, Math.ceil((status.until - now) / 1_000))) + kept, act: "retryNow" }
  }
}
