/** Join: any signed-in user becomes a member of a channel. */
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
    joined: ({ log }, { at, by, seq, userIds }) => {
      // If everyone left the channel, the next member becomes its owner.
      const role = log.existing.members === 0 ? "owner" : "member"
      for (const userId of userIds) log.enter(userId, { role, joinedSeq: seq }, seq)
      // Else a member would escape slow mode by leaving and joining again.
      if (userIds.includes(by)) log.notePost(by, at)
    }
  },
  touches: ({ by }) => [by],
  needs: ({ by }) => ({ bans: [by] }),
  decide: ({ log }, { by }) => {
    if (log.member(by) !== undefined) return log.kind === "channel" ? "no_change" : "unsupported"
    // To strangers a group looks as if it did not exist.
    if (log.kind !== "channel") return "not_found"
    if (log.existing.closed !== undefined) return "closed"
    if (log.isBanned(by)) return "banned"
    if (log.existing.members >= Limits.membersMax) return "too_many"
    return { event: { kind: "joined", userIds: [by] }, tells: { kind: "added", users: [by] } }
  }
})
