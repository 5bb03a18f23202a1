/**
 * Answers that their clients have not taken yet: bounded in number, bytes and time, since a slow reader holds one for
 * as long as it likes.
 */
import { countRefused } from "./HttpMetrics.ts"
import type { HttpBounds } from "./HttpOptions.ts"

export interface UntakenAnswers {
  /**
   * An answer is on its way. `giveUp` is called when it takes too long, or when there are too many and it is the
   * oldest. Gives what to call when it was taken.
   */
  readonly add: (bytes: number, giveUp: () => void) => () => void
  readonly count: () => number
}

type Bounds = Pick<HttpBounds, "answersMax" | "answerBytesMax" | "answerTimeoutMs" | "answerBytesPerSecond">

interface Untaken {
  readonly bytes: number
  readonly giveUp: () => void
  readonly timer: NodeJS.Timeout
}

export const makeUntakenAnswers = ({
  answerBytesMax,
  answerBytesPerSecond,
  answersMax,
  answerTimeoutMs
}: Bounds): UntakenAnswers => {
  /** The oldest stands first. */
  const untaken = new Set<Untaken>()
  let all = 0

  const forget = (answer: Untaken) => {
    if (!untaken.delete(answer)) return
    clearTimeout(answer.timer)
    all -= answer.bytes
  }
  const giveUp = (answer: Untaken, reason: string) => {
    forget(answer)
    countRefused(reason)
    answer.giveUp()
  }

  return {
    count: () => untaken.size,
    add: (bytes, giveUpThis) => {
      const withinMs = answerTimeoutMs + Math.ceil((bytes * 1_000) / answerBytesPerSecond)
      const timer = setTimeout(() => giveUp(answer, "slow_answer"), withinMs)
      const answer: Untaken = { bytes, giveUp: giveUpThis, timer }
      timer.unref()
      untaken.add(answer)
      all += bytes
      for (const oldest of untaken) {
        // The newest has had no time yet.
        if (oldest === answer || (untaken.size <= answersMax && all <= answerBytesMax)) break
        giveUp(oldest, "untaken_answers")
      }
      return () => forget(answer)
    }
  }
}
