/** Rename: changes the title of a group or channel. */
import { Schema } from "effect"
import { Title } from "../domain/SafeText.ts"
import { commandKind } from "./CommandKind.ts"

export const rename = commandKind({
  kind: "rename",
  about: "Changes the title. For admins and owners.",
  body: Schema.Struct({ kind: Schema.Literal("rename"), title: Title }),
  log: "conversation",
  relation: "conversationAdmin",
  possibleIn: ["group", "channel"],
  causes: ["renamed"],
  needsOpen: true,
  effects: { renamed: ({ log }, { title }) => log.rename(title) },
  decide: ({ log }, { body: { title } }) =>
    log.existing.title === title ? "no_change" : { event: { kind: "renamed", title } }
})
