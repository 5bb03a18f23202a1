/** Schemas of names: they can be stored and given back exactly (no NUL, no lone surrogate), show something, and are bounded in code points. */
import { Schema } from "effect"
import { Limits } from "./Limits.ts"
import { shownTextProblem } from "./TextRules.ts"

/**
 * What a line does not show and yet acts by: controls, what turns the direction of what follows (marks of direction may stand, as Hebrew and Arabic need
 * them), and tags but those of a flag.
 */
const unshown =
  /[\p{Cc}\u202a-\u202e\u2066-\u2069]|(?<!\u{1f3f4}[\u{e0020}-\u{e007e}]{0,12})[\u{e0000}-\u{e007f}]|[\u{e0020}-\u{e007e}](?![\u{e0020}-\u{e007f}])/u

/** For what people and things are called: one line for lists, logs and terminals, without what is unshown. Names from before this rule may hold some. */
export const nameText = (max: number) =>
  Schema.String.pipe(
    Schema.filter(
      (text) => (shownTextProblem(text, max) === undefined && !unshown.test(text)) || `a visible line of at most ${max} characters`,
      // Which counts code points, too.
      { jsonSchema: { minLength: 1, maxLength: max } }
    )
  )

export const Title = nameText(Limits.nameMax)
