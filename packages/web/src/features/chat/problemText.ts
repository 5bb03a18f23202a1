/** Why something was not done, in words: also for a code of a newer server, which no words are known for, and for none. */
import type { ChatWords, SendProblem } from "./chatWords.ts"

export const problemText = ({ problem }: ChatWords, code: SendProblem = "not_possible"): string =>
  Object.hasOwn(problem, code) ? problem[code] : problem.not_possible
