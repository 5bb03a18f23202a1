/** The checker: a recorded history against the promises. Pure; each rule stands in the file of its theme. */
import { checkAcks } from "./ackRules.ts"
import { checkCalm } from "./calmRules.ts"
import type { History } from "./History.ts"
import { indexHistory } from "./indexHistory.ts"
import { checkLogs } from "./logRules.ts"
import { checkStreams } from "./streamRules.ts"
import type { Violation } from "./Violation.ts"
import { checkViews } from "./viewRules.ts"

export type { Violation } from "./Violation.ts"

/** What the history shows that must not be; of each rule the first few. Empty: every promise that it speaks of was kept. */
export const checkHistory = (history: History): ReadonlyArray<Violation> => {
  const index = indexHistory(history)
  checkLogs(index)
  checkAcks(index)
  checkStreams(index)
  checkViews(index)
  checkCalm(index)
  return index.violations
}
