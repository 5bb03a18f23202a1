/** Set the rules of a group or channel: who may post, who may add members, and slow mode. */
import { Schema } from "effect"
import { ConversationRules, isSameRules } from "../domain/ConversationRules.ts"
import { commandKind } from "./CommandKind.ts"

export const setRules = commandKind({
  kind: "setRules",
  about: "Sets who may post, who may add members, and the seconds between two posts of a plain member.",
  body: Schema.Struct({ kind: Schema.Literal("setRules"), ...ConversationRules.fields }),
  log: "conversation",
  relation: "conversationAdmin",
  possibleIn: ["group", "channel"],
  causes: ["rulesChanged"],
  effects: {
    rulesChanged: ({ log }, { add, post, slowSeconds }) => log.setRules({ add, post, slowSeconds })
  },
  decide: ({ log }, { body: { add, post, slowSeconds } }) => {
    const rules = { add, post, slowSeconds }
    return isSameRules(log.existing.rules, rules) ? "no_change" : { event: { kind: "rulesChanged", ...rules } }
  }
})
