/** Open a direct conversation: the one between two users, or one's own notes. It stores no event. */
import { Schema } from "effect"
import { UserId } from "../domain/Ids.ts"
import { directConversationId } from "../domain/Uuid.ts"
import { commandKind } from "./CommandKind.ts"

export const openDirect = commandKind({
  kind: "openDirect",
  about: "Opens the one direct conversation with a person, or with oneself for notes. Idempotent by the pair.",
  body: Schema.Struct({ kind: Schema.Literal("openDirect"), peer: UserId }),
  log: "conversation",
  relation: "signedIn",
  possibleIn: ["direct"],
  causes: [],
  creates: true,
  looksBack: true,
  touches: ({ body: { peer }, by }) => (peer === by ? [by] : [by, peer]),
  needs: ({ body: { peer }, by }) => ({
    members: [peer],
    blocks: [
      [peer, by],
      [by, peer]
    ]
  }),
  decide: ({ batch, log }, { body: { peer }, by, log: id }) => {
    // The id is computed from the two users, so that nobody else can open the conversation.
    if (id !== directConversationId(by, peer)) return "conflict"
    const members = peer === by ? [by] : [by, peer]
    if (log.row !== undefined) {
      const isTheirs = log.kind === "direct" && members.every((userId) => log.member(userId) !== undefined)
      return isTheirs ? { repeats: { seq: 0, at: batch.now } } : "conflict"
    }
    if (batch.blocks(peer, by)) return "not_found"
    if (batch.blocks(by, peer)) return "forbidden"
    return { creates: { kind: "direct", title: "", history: "all" }, members, tells: { kind: "added", users: members } }
  }
})
