/**
 * Schemas of names: they can be stored and given back exactly (no NUL, no lone surrogate), show something, and are
 * bounded in code points.
 */
import { Schema } from "effect"
import { Limits } from "./Limits.ts"
import { isName } from "./NameRules.ts"

/**
 * For what people and things are called: one line for lists, logs and terminals. Stored names are not read by it, as
 * older ones may break a newer rule.
 */
export const nameText = (max: number) =>
  Schema.String.pipe(
    Schema.filter(
      (text) => isName(text, max) || `a visible line of at most ${max} characters`,
      // Which counts code points, too.
      { jsonSchema: { minLength: 1, maxLength: max } }
    )
  )

export const Title = nameText(Limits.nameMax)
