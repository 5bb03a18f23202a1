/** Set a role: an owner makes a member an owner, an admin or a plain member. */
import { Schema } from "effect"
import { Role } from "../domain/Event.ts"
import { UserId } from "../domain/Ids.ts"
import { commandKind } from "./CommandKind.ts"

export const setRole = commandKind({
  kind: "setRole",
  about: "Changes a member's role. For owners. The last owner can't give up the role.",
  body: Schema.Struct({ kind: Schema.Literal("setRole"), userId: UserId, role: Role }),
  log: "conversation",
  relation: "conversationOwner",
  possibleIn: ["group", "channel"],
  causes: ["roleChanged"],
  effects: { roleChanged: ({ log }, { role, userId }) => log.setRole(userId, role) },
  needs: ({ body: { userId } }) => ({ members: [userId], owners: true }),
  decide: ({ log }, { body: { role, userId } }) => {
    const member = log.member(userId)
    if (member === undefined) return "invalid_target"
    if (member.role === role) return "no_change"
    return log.isLastOwner(userId) ? "last_owner" : { event: { kind: "roleChanged", userId, role } }
  }
})
