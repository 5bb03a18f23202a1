/** A history as lines for people. */
import type { History, HistoryEntry } from "@hibiki/testing/checker/History"

/** Ids by their last characters, which tell them apart; devices and users by the order in which they signed in. */
export const storyLines = ({ entries }: History): ReadonlyArray<string> => {
  const devices = new Map<string, string>()
  const users = new Map<string, string>()
  for (const entry of entries) {
    if (entry._tag !== "signedIn") continue
    if (!users.has(entry.userId)) users.set(entry.userId, `user${users.size}`)
    devices.set(entry.device, `d${devices.size}(${users.get(entry.userId)})`)
  }
  const short = (text: string): string =>
    text.replace(
      /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g,
      (id) => devices.get(id) ?? users.get(id) ?? id.slice(-6)
    )
  return entries.flatMap((entry) => {
    const text = textOf(entry)
    return text === undefined ? [] : [`${String(entry.at).padStart(7)} ms  ${short(text)}`]
  })
}

const textOf = (entry: HistoryEntry): string | undefined => {
  switch (entry._tag) {
    case "shown":
    case "readShown":
    case "signedIn":
      return undefined
    case "sent":
    case "received": {
      const { op, ...rest } = entry.frame
      if (op === "ping" || op === "pong") return undefined
      return `${entry.device} ${entry._tag === "sent" ? "->" : "<-"} ${op} ${JSON.stringify(rest)}`
    }
    case "committed":
      return `store: ${entry.conversationId} ${entry.events.map((event) => JSON.stringify(event)).join(" ")}`
    case "moved":
      return `store: ${entry.userId} ${JSON.stringify(entry.cells)}`
    case "fault":
      return `*** ${entry.text}`
    case "calm":
      return "*** nothing is broken any more"
    case "answered":
      return `${entry.device} answered ${entry.isOk ? "ok" : "failed"} ${entry.call}${entry.rows === undefined ? "" : ` rows ${entry.rows.map(({ rev, seq }) => `${seq}@${rev}`).join(" ")}`}`
    default: {
      const { _tag, at: _at, ...rest } = entry
      return `${_tag} ${JSON.stringify(rest)}`
    }
  }
}
