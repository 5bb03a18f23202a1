/** Ban and unban: keep a person out of a group or channel. */
import { Schema } from "effect"
import { UserId } from "../domain/Ids.ts"
import { Limits } from "../domain/Limits.ts"
import { type CommandOf, commandKind } from "./CommandKind.ts"

interface Body {
  readonly userId: UserId
}

const ofBans = { log: "conversation", relation: "conversationAdmin", possibleIn: ["group", "channel"] } as const

export const ban = commandKind({
  ...ofBans,
  kind: "ban",
  about:
    "Bans a person, who then can't join or be added, and removes them if they are a member. Owners ban anybody else, admins plain members and others.",
  body: Schema.Struct({ kind: Schema.Literal("ban"), userId: UserId }),
  causes: ["left", "banned"],
  effects: { banned: ({ log }, { at, by, userId }) => log.setBan(userId, { by, at }) },
  touches: ({ body: { userId } }) => [userId],
  judgesUsers: true,
  needs: ({ body: { userId }, by }: CommandOf<Body>) => ({
    members: [userId],
    owners: true,
    bans: [userId],
    banCount: true,
    blocks: [[userId, by]]
  }),
  decide: ({ batch, log }, { body: { userId }, by }) => {
    const isOwner = log.member(by)?.role === "owner"
    if (userId === by) return isOwner ? "unsupported" : "forbidden"
    // To the sender, a user who blocks them looks as if they did not exist, unless the log has named them.
    if (!batch.isUser(userId) || (!log.isKnownTo(userId) && batch.blocks(userId, by))) return "not_found"
    const member = log.member(userId)
    if (member !== undefined && !isOwner && member.role !== "member") return "forbidden"
    if (log.isBanned(userId)) return "no_change"
    if (log.bans >= Limits.bansMax) return "too_many"
    if (member === undefined) return { event: { kind: "banned", userId } }
    return { event: { kind: "left", userId, banned: true }, tells: { kind: "removed", users: [userId] } }
  }
})

export const unban = commandKind({
  ...ofBans,
  kind: "unban",
  about: "Ends a ban. For admins and owners.",
  body: Schema.Struct({ kind: Schema.Literal("unban"), userId: UserId }),
  causes: ["unbanned"],
  effects: { unbanned: ({ log }, { userId }) => log.setBan(userId, undefined) },
  needs: ({ body: { userId } }) => ({ bans: [userId] }),
  decide: ({ log }, { body: { userId } }) =>
    log.isBanned(userId) ? { event: { kind: "unbanned", userId } } : "no_change"
})
