/**
 * Why something was not done, in words: also for a code of a newer server, which no words are known for, and for none.
 */
import type { OutboxProblem } from "@hibiki/core/client/outbox/Outbox"
import type { RefusalCode } from "@hibiki/core/domain/Refusal"
import type { BadFrameCode } from "@hibiki/core/protocol/ServerFrame"

/** Why something was not sent, or will not be. */
export type SendProblem = RefusalCode | BadFrameCode | OutboxProblem

export const problemText = (
  { problem }: { readonly problem: Readonly<Record<SendProblem, string>> },
  code = "not_possible"
): string => {
  const words: Readonly<Record<string, string | undefined>> = problem
  return (Object.hasOwn(words, code) ? words[code] : undefined) ?? problem.not_possible
}
