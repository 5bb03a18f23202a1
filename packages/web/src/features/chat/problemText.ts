/** Returns in words why something failed: also without a code, and for a newer server's code that has no words here. */
import type { SendProblem } from "../../i18n/chatWords.en.ts"

export const problemText = (
  { problem }: { readonly problem: Readonly<Record<SendProblem, string>> },
  code = "not_possible"
): string => {
  const words: Readonly<Record<string, string | undefined>> = problem
  return (Object.hasOwn(words, code) ? words[code] : undefined) ?? problem.not_possible
}
