/** Text that can be stored and given back exactly: no NUL, no lone surrogate, bounded in code points. */
import { Schema } from "effect"
import { Limits } from "./Limits.ts"
import { isBlank, textProblem } from "./TextRules.ts"

const isShown = (text: string, max: number): boolean => textProblem(text, max) === undefined && !isBlank(text)

/** A string that passes, of 1 to `max` code points, which JSON Schema counts, too. */
const bounded = (max: number, what: string, passes: (text: string) => boolean) =>
  Schema.String.pipe(
    Schema.filter((text) => passes(text) || `a visible ${what} of at most ${max} characters`, {
      jsonSchema: { minLength: 1, maxLength: max }
    })
  )

/** A schema for a shown text of 1 to `max` code points. */
const safeText = (max: number) => bounded(max, "text", (text) => isShown(text, max))

/** For what people and things are called: one line for lists, logs and terminals, without controls. Names from before this rule may hold some. */
export const nameText = (max: number) => bounded(max, "line", (text) => isShown(text, max) && !/\p{Cc}/u.test(text))

export const MessageText = safeText(Limits.textMax)
export const Title = nameText(Limits.nameMax)
export const Emoji = safeText(Limits.emojiMax)
