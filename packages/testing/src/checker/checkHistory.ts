/**
 * Checks a recorded run against Hibiki's promises. Each rule passes over the history once, and ignores devices that are
 * gone.
 */
import { late } from "./CalmRules.ts"
import { openSend, rejectedButStored } from "./CommandRules.ts"
import { cursorBack } from "./CursorRules.ts"
import { Findings } from "./Findings.ts"
import type { History } from "./History.ts"
import { type HistoryIndex, indexHistory } from "./HistoryIndex.ts"
import { integrity } from "./IntegrityRules.ts"
import { duplicateStored, seqGap } from "./LogRules.ts"
import { leakToNonMember, notAMember } from "./MembershipRules.ts"
import { effectBeforeTarget, realTimeOrder, senderOrder } from "./OrderRules.ts"
import { recvAfterRevoke } from "./RevocationRules.ts"
import { shownLists } from "./ShownRules.ts"
import { orderOrGap } from "./StreamRules.ts"
import { toldAsStored } from "./ToldRules.ts"
import { diverged, lostFromView } from "./ViewRules.ts"
import type { Violation } from "./Violation.ts"

export type { Violation } from "./Violation.ts"

const rules: ReadonlyArray<(index: HistoryIndex, findings: Findings) => void> = [
  duplicateStored,
  seqGap,
  toldAsStored,
  rejectedButStored,
  openSend,
  shownLists,
  realTimeOrder,
  senderOrder,
  effectBeforeTarget,
  orderOrGap,
  lostFromView,
  diverged,
  cursorBack,
  recvAfterRevoke,
  leakToNonMember,
  notAMember,
  late,
  integrity
]

/** An empty list: every promise held, as far as the history shows. */
export const checkHistory = (history: History): ReadonlyArray<Violation> => {
  const index = indexHistory(history)
  const findings = new Findings(history.entries)
  for (const rule of rules) rule(index, findings)
  return findings.violations
}
