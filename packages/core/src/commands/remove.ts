/** Remove and leave: end a membership. */
import { Schema } from "effect"
import { UserId } from "../domain/Ids.ts"
import { commandKind } from "./CommandKind.ts"

const endsMembership = {
  log: "conversation",
  possibleIn: ["group", "channel"],
  causes: ["left"]
} as const

export const remove = commandKind({
  ...endsMembership,
  kind: "remove",
  about: "Removes a member. Owners remove anybody else, admins plain members.",
  body: Schema.Struct({ kind: Schema.Literal("remove"), userId: UserId }),
  relation: "conversationAdmin",
  effects: {
    left: ({ log }, { at, banned, by, userId }) => {
      log.dismiss(userId)
      if (banned === true) log.setBan(userId, { by, at })
    }
  },
  touches: ({ body: { userId } }) => [userId],
  needs: ({ body: { userId } }) => ({ members: [userId], owners: true }),
  decide: ({ log }, { body: { userId }, by }) => {
    const isOwner = log.member(by)?.role === "owner"
    if (userId === by) return isOwner ? "unsupported" : "forbidden"
    const member = log.member(userId)
    if (member === undefined) return "invalid_target"
    if (!isOwner && member.role !== "member") return "forbidden"
    return { event: { kind: "left", userId }, tells: { kind: "removed", users: [userId] } }
  }
})

export const leave = commandKind({
  ...endsMembership,
  kind: "leave",
  about: "Leaves a group or channel. The last owner can't leave while others are there.",
  body: Schema.Struct({ kind: Schema.Literal("leave") }),
  relation: "member",
  touches: ({ by }) => [by],
  needs: () => ({ owners: true }),
  decide: ({ log }, { by }) => {
    if (log.isLastOwner(by) && log.existing.members > 1) return "last_owner"
    return { event: { kind: "left", userId: by }, tells: { kind: "removed", users: [by] } }
  }
})
