/** Close and reopen: a closed group or channel is read-only for all, and nobody joins or is added. */
import { Schema } from "effect"
import { commandKind } from "./CommandKind.ts"

const ofOwners = { log: "conversation", relation: "conversationOwner", possibleIn: ["group", "channel"] } as const

/**
 * By an administrator of the server, in the name of an owner. No call and no frame takes it: only the server's own code
 * sets it.
 */
const operator = Schema.optional(Schema.Literal(true))

export const close = commandKind({
  ...ofOwners,
  kind: "close",
  about: "Closes a group or channel: it becomes read-only, and nobody joins or is added. Members can still leave.",
  body: Schema.Struct({ kind: Schema.Literal("close"), operator }),
  causes: ["closed"],
  effects: { closed: ({ log }, event) => log.setClosed(event.operator ? "operator" : "owners") },
  decide: ({ log }, { body }) => {
    const { closed } = log.existing
    if (body.operator === true)
      return closed === "operator" ? "no_change" : { event: { kind: "closed", operator: true } }
    return closed === undefined ? { event: { kind: "closed" } } : "no_change"
  }
})

export const reopen = commandKind({
  ...ofOwners,
  kind: "reopen",
  about: "Opens a closed group or channel again. Owners can't if an administrator of the server closed it.",
  body: Schema.Struct({ kind: Schema.Literal("reopen"), operator }),
  causes: ["reopened"],
  effects: { reopened: ({ log }) => log.setClosed(undefined) },
  decide: ({ log }, { body }) => {
    const { closed } = log.existing
    if (closed === undefined) return "no_change"
    if (body.operator === true) return { event: { kind: "reopened", operator: true } }
    return closed === "operator" ? "forbidden" : { event: { kind: "reopened" } }
  }
})
