/** React and unreact: each user can set an emoji on a message once, and take it back once. */
import { Schema } from "effect"
import { isOneEmoji } from "../domain/Emoji.ts"
import { EventSeq } from "../domain/Ids.ts"
import { Limits } from "../domain/Limits.ts"
import { shownTextProblem } from "../domain/TextRules.ts"
import { commandKind } from "./CommandKind.ts"

/** Accepts any emoji, so that a reaction from before the rule of one emoji can be taken back. */
const AnyEmoji = Schema.String.pipe(
  Schema.filter((text) => shownTextProblem(text, Limits.emojiMax), {
    jsonSchema: { minLength: 1, maxLength: Limits.emojiMax }
  })
)
const Emoji = AnyEmoji.pipe(Schema.filter(isOneEmoji))

const onMessages = {
  log: "conversation",
  relation: "member",
  possibleIn: ["direct", "group", "channel"],
  namesSeq: () => true
} as const

export const react = commandKind({
  ...onMessages,
  kind: "react",
  about: "Adds an emoji to a message.",
  body: Schema.Struct({ kind: Schema.Literal("react"), target: EventSeq, emoji: Emoji }),
  causes: ["reacted"],
  effects: { reacted: ({ log }, { by, emoji, seq, target }) => log.setReaction(target, emoji, by, true, seq) },
  addsContent: true,
  needs: ({ body: { emoji, target } }) => ({ rows: [target], reactions: [[target, emoji]] }),
  decide: ({ log }, { body: { emoji, target }, by }) => {
    const row = log.livePost(by, target)
    if (row === undefined) return "invalid_target"
    if (log.hasReacted(target, emoji, by)) return "no_change"
    return !row.reactions.has(emoji) && row.reactions.size >= Limits.emojiKindsMax
      ? "too_many"
      : { event: { kind: "reacted", target, emoji } }
  }
})

export const unreact = commandKind({
  ...onMessages,
  kind: "unreact",
  about: "Removes one's emoji from a message.",
  body: Schema.Struct({ kind: Schema.Literal("unreact"), target: EventSeq, emoji: AnyEmoji }),
  causes: ["unreacted"],
  effects: { unreacted: ({ log }, { by, emoji, seq, target }) => log.setReaction(target, emoji, by, false, seq) },
  needs: ({ body: { emoji, target } }) => ({ rows: [target], reactions: [[target, emoji]] }),
  decide: ({ log }, { body: { emoji, target }, by }) => {
    if (log.livePost(by, target) === undefined) return "invalid_target"
    return log.hasReacted(target, emoji, by) ? { event: { kind: "unreacted", target, emoji } } : "no_change"
  }
})
