/** Why something was not done, in words: also for a code of a newer server, which no words are known for, and for none. */
import type { ChatWords } from "./chatWords.ts"

export const problemText = ({ problem }: ChatWords, code = "not_possible"): string => {
  const words: Readonly<Record<string, string | undefined>> = problem
  return (Object.hasOwn(words, code) ? words[code] : undefined) ?? problem.not_possible
}
