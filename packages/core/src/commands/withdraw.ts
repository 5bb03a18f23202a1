/**
 * Withdraw: takes back the post with the same id. If that post is not stored yet, it never will be; if it is, it is
 * deleted.
 */
import { Schema } from "effect"
import { Limits } from "../domain/Limits.ts"
import { commandKind } from "./CommandKind.ts"

export const withdraw = commandKind({
  kind: "withdraw",
  about: "Withdraws the post whose id it carries, stored or not. Its author may, also after leaving.",
  body: Schema.Struct({ kind: Schema.Literal("withdraw") }),
  log: "conversation",
  // The sender may have left in the meantime, and can still withdraw a post that waits in their outbox.
  relation: "signedIn",
  possibleIn: ["direct", "group", "channel"],
  causes: [],
  looksBack: true,
  decide: ({ batch, log }, { by, id }) => {
    const stored = log.storedUnder(id)
    if (stored === undefined) {
      const before = log.decidedUnder(id, by)
      if (before !== undefined) return before.by === by ? before.code : "conflict"
      return log.isKnownTo(by) ? { refuses: "withdrawn", remembers: true } : "not_found"
    }
    const { at, by: sender, kind, seq } = stored.event
    if (sender !== by) return "conflict"
    if (kind !== "posted") return { repeats: { seq, at } }
    if (stored.event.blanked === true) return { refuses: "withdrawn", retells: true }
    if (log.member(by) === undefined && batch.now - at > Limits.takenBackMs) return "forbidden"
    return { refuses: "withdrawn", event: { kind: "deleted", target: seq }, retells: true }
  }
})
