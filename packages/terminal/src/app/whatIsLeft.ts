/** The commands that a script leaves in the outbox, in words and for its exit code. */
import type { HibikiClient } from "@hibiki/core/client/HibikiClient"
import type { ClientChange } from "@hibiki/core/client/loop/ClientLoop"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import { oneLine } from "@hibiki/node/Problem"

/**
 * The input has ended. `unsent`: some of it is not with the server, or never reached it. `refused`: some of it could
 * not be done.
 */
export type ChatEnd = "quit" | "unsent" | "refused"

export interface Left {
  /** Sent automatically as soon as possible. */
  readonly waiting: number
  /** Refused for good in this run: it stays until a person decides. */
  readonly failed: number
  /** Refused for good before this run. */
  readonly failedBefore: number
}

export const failedRows = (client: HibikiClient): ReadonlyArray<OutboxRow> => [...client.failed().values()].flat()

/** `before`: the rows that had failed already. A row that fails once more is another object. */
export const leftOf = (client: HibikiClient, before: ReadonlySet<OutboxRow>): Left => {
  const rows = failedRows(client)
  const failedBefore = rows.filter((row) => before.has(row)).length
  return { waiting: client.inspect().outboxRows - rows.length, failed: rows.length - failedBefore, failedBefore }
}

export const leftLines = ({ failed, failedBefore, waiting }: Left): ReadonlyArray<string> => [
  ...(waiting > 0 ? [`-- ${waiting} unsent, kept for the next time`] : []),
  ...(failed > 0 ? [`! ${failed} refused for good: ${whatToDo}`] : []),
  ...(failedBefore > 0 ? [`-- ${failedBefore} refused for good before: ${whatToDo}`] : [])
]

/** `refused`: something else could not be done. */
export const endOf = ({ failed, waiting }: Left, refused: boolean, isLive: boolean): ChatEnd => {
  if (waiting > 0) return "unsent"
  if (failed > 0) return "refused"
  if (!refused) return "quit"
  return isLive ? "refused" : "unsent"
}

/** Nothing else shows it: the row is gone, and so is the conversation. */
export const stayedLines = ({ stayed }: ClientChange): ReadonlyArray<string> =>
  stayed.map(
    ({ body }) =>
      `too late to take back, it stays in the conversation: ${oneLine(body.kind === "post" ? body.text : "")}`
  )

const whatToDo = "/unsent, /retry or /withdraw"
