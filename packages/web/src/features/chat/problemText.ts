/**
 * Why something was not done, in words: also for a code of a newer server, which no words are known for, and for none.
 */
import type { SendProblem } from "../../i18n/chatWords.en.ts"

export const problemText = (
  { problem }: { readonly problem: Readonly<Record<SendProblem, string>> },
  code = "not_possible"
): string => {
  const words: Readonly<Record<string, string | undefined>> = problem
  return (Object.hasOwn(words, code) ? words[code] : undefined) ?? problem.not_possible
}
