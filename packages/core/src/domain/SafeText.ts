/** Text that can be stored and given back exactly: no NUL, no lone surrogate, bounded in code points. */
import { Schema } from "effect"
import { Limits } from "./Limits.ts"
import { isBlank, textProblem } from "./TextRules.ts"

/** A schema for a shown text of 1 to `max` code points. */
export const safeText = (max: number) =>
  Schema.String.pipe(
    Schema.filter((text) => (textProblem(text, max) === undefined && !isBlank(text)) || `a visible text of at most ${max} characters`)
  )

export const MessageText = safeText(Limits.textMax)
export const Title = safeText(Limits.nameMax)
export const Emoji = safeText(Limits.emojiMax)
