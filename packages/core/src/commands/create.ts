/** Create: a new group or channel. */
import { Schema } from "effect"
import { HistoryRule } from "../domain/Event.ts"
import { UserId } from "../domain/Ids.ts"
import { Limits } from "../domain/Limits.ts"
import { Title } from "../domain/SafeText.ts"
import { isUuidV7 } from "../domain/TextRules.ts"
import { commandKind } from "./CommandKind.ts"

export const create = commandKind({
  kind: "create",
  about:
    "Creates a group or channel whose id is the command's id. Its creator becomes the owner and need not be named.",
  body: Schema.Struct({
    kind: Schema.Literal("create"),
    conversationKind: Schema.Literal("group", "channel"),
    title: Title,
    history: HistoryRule,
    members: Schema.Array(UserId).pipe(Schema.maxItems(Limits.usersPerCommand))
  }),
  log: "conversation",
  relation: "signedIn",
  possibleIn: [],
  causes: ["created"],
  effects: {
    created: ({ log }, { by, members, seq }) => {
      for (const userId of members) log.enter(userId, { role: userId === by ? "owner" : "member", joinedSeq: seq }, 0)
    }
  },
  creates: true,
  judgesUsers: true,
  touches: ({ body: { members }, by }) => [...new Set([by, ...members])],
  brings: ({ members }) => members,
  needs: ({ body: { members }, by }) => ({ blocks: [by, ...members].map((userId) => [userId, by]) }),
  decide: ({ batch, log }, { body, by, log: id }) => {
    // Never create a group in the place of a direct conversation: the answer would also reveal whether that one exists.
    // For other ids a conflict reveals it too, but those ids are as random as a token, so only people who received the
    // id know it.
    if (log.row !== undefined || !isUuidV7(id)) return "conflict"
    const { conversationKind, history, title } = body
    const members = [...new Set([by, ...body.members])]
    if (batch.isAwayFor(by, members)) return "not_found"
    if (members.length > Limits.membersMax) return "too_many"
    return {
      creates: { kind: conversationKind, title, history },
      event: { kind: "created", conversationKind, title, history, members },
      tells: { kind: "added", users: members }
    }
  }
})
