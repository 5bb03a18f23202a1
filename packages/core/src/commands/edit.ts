/** Edit: replaces the text of one's own message. */
import { Schema } from "effect"
import { EventSeq } from "../domain/Ids.ts"
import { Limits } from "../domain/Limits.ts"
import { commandKind } from "./CommandKind.ts"
import { MessageText } from "./post.ts"

export const edit = commandKind({
  kind: "edit",
  about: "Changes the text of one's own message.",
  body: Schema.Struct({ kind: Schema.Literal("edit"), target: EventSeq, text: MessageText }),
  log: "conversation",
  relation: "member",
  possibleIn: ["direct", "group", "channel"],
  causes: ["edited"],
  effects: { edited: ({ log }, { at, seq, target, text }) => log.editRow(target, text, at, seq) },
  addsContent: true,
  namesSeq: () => true,
  needs: ({ body: { target, text } }) => ({ rows: [target], texts: [[target, text]] }),
  decide: ({ log }, { body: { target, text }, by }) => {
    if (log.isKeptFrom(by, "post")) return "forbidden"
    const row = log.livePost(by, target)
    if (row === undefined) return "invalid_target"
    if (row.by !== by) return "forbidden"
    if (row.texts.has(text)) return "no_change"
    return row.edits >= Limits.editsMax ? "too_many" : { event: { kind: "edited", target, text } }
  }
})
