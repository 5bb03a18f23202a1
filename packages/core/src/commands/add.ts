/** Add: a member adds others to a group or channel. */
import { Schema } from "effect"
import { UserId } from "../domain/Ids.ts"
import { Limits } from "../domain/Limits.ts"
import { commandKind } from "./CommandKind.ts"

/** The users whom one command may name. */
export const NamedUsers = Schema.Array(UserId).pipe(Schema.minItems(1), Schema.maxItems(Limits.usersPerCommand))

export const add = commandKind({
  kind: "add",
  about: "Adds people to a group or channel. Existing members stay as they are.",
  body: Schema.Struct({ kind: Schema.Literal("add"), userIds: NamedUsers }),
  log: "conversation",
  relation: "member",
  possibleIn: ["group", "channel"],
  causes: ["joined"],
  judgesUsers: true,
  needsOpen: true,
  touches: ({ body: { userIds } }) => userIds,
  brings: ({ userIds }) => userIds,
  needs: ({ body: { userIds }, by }) => ({
    members: userIds,
    bans: userIds,
    blocks: userIds.map((userId) => [userId, by])
  }),
  decide: ({ batch, log }, { body, by }) => {
    if (log.isKeptFrom(by, "add")) return "forbidden"
    const userIds = [...new Set(body.userIds)].filter((userId) => log.member(userId) === undefined)
    if (userIds.length === 0) return "no_change"
    // To the sender, users who block them look as if they did not exist.
    if (batch.isAwayFor(by, userIds)) return "not_found"
    if (userIds.some((userId) => log.isBanned(userId))) return "banned"
    if (log.existing.members + userIds.length > Limits.membersMax) return "too_many"
    return { event: { kind: "joined", userIds }, tells: { kind: "added", users: userIds } }
  }
})
