/** Join: anybody who is signed in becomes a member of a channel. */
import { Schema } from "effect"
import { Limits } from "../domain/Limits.ts"
import { commandKind } from "./CommandKind.ts"

export const join = commandKind({
  kind: "join",
  about: "Joins a channel. If everybody had left it, the person becomes its owner.",
  body: Schema.Struct({ kind: Schema.Literal("join") }),
  log: "conversation",
  relation: "signedIn",
  possibleIn: ["channel"],
  causes: ["joined"],
  effects: {
    joined: ({ log }, { seq, userIds }) => {
      // Of a channel that everybody left, the next one is the owner.
      const role = log.existing.members === 0 ? "owner" : "member"
      for (const userId of userIds) log.enter(userId, { role, joinedSeq: seq }, seq)
    }
  },
  touches: ({ by }) => [by],
  decide: ({ log }, { by }) => {
    if (log.member(by) !== undefined) return log.kind === "channel" ? "no_change" : "unsupported"
    // A group is not there for strangers.
    if (log.kind !== "channel") return "not_found"
    if (log.existing.members >= Limits.membersMax) return "too_many"
    return { event: { kind: "joined", userIds: [by] }, tells: { kind: "added", users: [by] } }
  }
})
