/** What was refused of a change, and why, in one line. */
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import type { ChatWords } from "../chatWords.en.ts"
import { problemText } from "../problemText.ts"
import { replyPreview } from "../text/replyPreview.ts"

export const failedChangeText = (change: OutboxRow, words: ChatWords): string => {
  const { body, code } = change
  const what =
    body.kind === "edit"
      ? words.failed.edit(replyPreview(body.text))
      : body.kind === "react"
        ? words.failed.react(body.emoji, body.on)
        : words.failed.delete
  return `${what} — ${words.state.failed}: ${problemText(words, code)}`
}
