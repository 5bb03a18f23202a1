/**
 * What is said of the connection: nothing while it is good or has just gone, a word after a second, the whole after
 * five, and at once where there is no network to connect by. Plain.
 */
import type { ConnectionStatus } from "@hibiki/core/client/connection/ConnectionMachine"
import type { ChatWords } from "../chat/chatWords.en.ts"

export const connectionTimes = { wordMs: 1_000, wholeMs: 5_000 } as const

export interface ConnectionState {
  readonly text: string
  /**
   * What those who hear the page are told: the same without numbers, which would have it read out whenever they change.
   */
  readonly spoken: string
  readonly act: "retryNow" | "reload" | undefined
}

const quiet: ConnectionState = { text: "", spoken: "", act: undefined }

const said = (text: string, act: ConnectionState["act"], spoken = text): ConnectionState => ({ text, spoken, act })

/** `forMs`: how long it has not been good. */
export const connectionLine = (
  status: ConnectionStatus,
  forMs: number,
  now: number,
  unsent: number,
  words: ChatWords["connection"]
): ConnectionState => {
  switch (status._tag) {
    case "live":
    case "syncing":
      return quiet
    case "stopped":
      return said(
        words.stopped[status.reason],
        status.reason === "revoked" || status.reason === "signedOut" ? undefined : "reload"
      )
    default:
  }
  if (forMs < connectionTimes.wordMs) return quiet
  if (forMs < connectionTimes.wholeMs && status._tag !== "offline") return said(words.connecting, undefined)
  const kept = unsent === 0 ? "" : ` ${words.unsent(unsent)}`
  switch (status._tag) {
    case "connecting":
      // As while it waits: a try that begins is not told, and takes no button from who is at it.
      return said(words.connecting + kept, "retryNow", words.notConnected)
    case "offline":
      return said(words.offline + kept, "retryNow", words.offline)
    case "waiting":
      return said(
        words.waiting(Math.max(1, Math.ceil((status.until - now) / 1_000))) + kept,
        "retryNow",
        words.notConnected
      )
  }
}
