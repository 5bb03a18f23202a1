/** The rules of a conversation as a line shows them, in plain code for a web client's first paint. */
import type { ConversationRules, ShownRules } from "./ConversationRules.ts"
import { slowChoices } from "./SlowMode.ts"

/** The rules of a line, or those of a new conversation. Undefined: one of them has a value of a newer server. */
export const knownRules = ({ rules }: { readonly rules?: ShownRules | undefined }): ConversationRules | undefined => {
  const { add = "all", post = "all", slowSeconds = 0 } = rules ?? {}
  const slow = slowChoices.find((choice) => choice === slowSeconds)
  if (slow === undefined || !isWhose(post) || !isWhose(add)) return undefined
  return { post, add, slowSeconds: slow }
}

const isWhose = (whose: string): whose is ConversationRules["post"] => whose === "all" || whose === "admins"

/** The rules as a field of a line. None for the rules of a new conversation. */
export const shownRules = (rules: ShownRules): { readonly rules?: ShownRules } =>
  rules.post === "all" && rules.add === "all" && rules.slowSeconds === 0 ? {} : { rules }
