/** Post: a message. */
import { Schema } from "effect"
import { EventSeq } from "../domain/Ids.ts"
import { Limits } from "../domain/Limits.ts"
import { shownTextProblem } from "../domain/TextRules.ts"
import { commandKind } from "./CommandKind.ts"

/**
 * The rules for a message's text: it has a visible character, the store can represent it exactly, and its length in
 * code points is bounded.
 */
export const MessageText = Schema.String.pipe(
  Schema.filter((text) => shownTextProblem(text, Limits.textMax), {
    jsonSchema: { minLength: 1, maxLength: Limits.textMax }
  })
)

export const post = commandKind({
  kind: "post",
  about: "Adds a message, which may reply to another.",
  body: Schema.Struct({ kind: Schema.Literal("post"), text: MessageText, replyTo: Schema.optional(EventSeq) }),
  log: "conversation",
  relation: "member",
  possibleIn: ["direct", "group", "channel"],
  causes: ["posted"],
  effects: {
    posted: ({ log }, { at, by, seq, text }) => {
      log.addPost(seq, by, text)
      log.notePost(by, at)
    }
  },
  addsContent: true,
  namesSeq: ({ replyTo }) => replyTo !== undefined,
  needs: ({ body: { replyTo } }) => (replyTo === undefined ? {} : { rows: [replyTo] }),
  decide: ({ batch, log }, { body: { replyTo, text }, by }) => {
    if (log.isKeptFrom(by, "post")) return "forbidden"
    const wait = log.slowWait(by, batch.now)
    if (wait > 0) return { refuses: "slow_mode", remembers: true, retryAfterMs: wait }
    if (replyTo === undefined) return { event: { kind: "posted", text } }
    return log.livePost(by, replyTo) === undefined ? "invalid_target" : { event: { kind: "posted", text, replyTo } }
  }
})
