/** Delete: removes a message, and its text everywhere. */
import { Schema } from "effect"
import { EventSeq } from "../domain/Ids.ts"
import { commandKind } from "./CommandKind.ts"

export const deleteMessage = commandKind({
  kind: "delete",
  about:
    "Deletes a message with its text, edits and reactions. Its author may, and in groups and channels an admin or owner.",
  body: Schema.Struct({ kind: Schema.Literal("delete"), target: EventSeq }),
  log: "conversation",
  relation: "member",
  possibleIn: ["direct", "group", "channel"],
  causes: ["deleted"],
  effects: { deleted: ({ log }, { seq, target }) => log.blank(target, seq) },
  namesSeq: () => true,
  needs: ({ body: { target } }) => ({ rows: [target] }),
  decide: ({ log }, { body: { target }, by }) => {
    const row = log.visibleRow(by, target)
    if (row?.kind !== "posted") return "invalid_target"
    if (row.by !== by && log.member(by)?.role === "member") return "forbidden"
    return row.deleted ? "no_change" : { event: { kind: "deleted", target } }
  }
})
