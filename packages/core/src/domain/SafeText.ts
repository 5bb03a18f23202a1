/**
 * Schemas of names. A name can be stored and returned exactly (no NUL, no lone surrogate), is visible, and is bounded
 * in code points.
 */
import { Schema } from "effect"
import { Limits } from "./Limits.ts"
import { isName } from "./NameRules.ts"

/**
 * For names of people and things: one line for lists, logs and terminals. Do not decode stored names with it: older
 * ones may break a newer rule.
 */
export const nameText = (max: number) =>
  Schema.String.pipe(
    Schema.filter(
      (text) => isName(text, max) || `a visible line of at most ${max} characters`,
      // This counts code points, too.
      { jsonSchema: { minLength: 1, maxLength: max } }
    )
  )

export const Title = nameText(Limits.nameMax)
