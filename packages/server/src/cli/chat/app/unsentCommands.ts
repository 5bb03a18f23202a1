/** Commands about what is not sent yet. */
import type { SendResult } from "@hibiki/core/client/HibikiClient"
import type { CommandId } from "@hibiki/core/domain/Ids"
import { Effect } from "effect"
import { refusalText } from "../session/callProblem.ts"
import { titleOf } from "../view/timelineRows.ts"
import { chatCommand, maybeNumber, nothing } from "./ChatCommand.ts"
import type { ChatContext } from "./ChatContext.ts"
import { type Unsent, unsent } from "./unsent.ts"

export const unsentCommands = {
  unsent: chatCommand({
    usage: "",
    meaning: "list what is not sent yet",
    atOnce: true,
    args: nothing,
    run: (context) => Effect.sync(() => context.ui.lines("Not sent yet", unsentLines(context)))
  }),
  retry: chatCommand({
    usage: "[N]",
    meaning: "send a failed one again, the first or the Nth",
    atOnce: true,
    args: maybeNumber,
    run: (context, { number }) =>
      onUnsent(
        context,
        number,
        (rows) => rows.find((row) => row.state === "failed"),
        (id) => problemOf(context.client.retry(id))
      )
  }),
  withdraw: chatCommand({
    usage: "[N]",
    meaning: "take an unsent one back, the last or the Nth",
    atOnce: true,
    args: maybeNumber,
    run: (context, { number }) =>
      onUnsent(
        context,
        number,
        (rows) => rows.at(-1),
        (id) => context.client.withdraw(id)
      )
  })
}

export const problemOf = (result: SendResult): string | undefined => (result._tag === "NotQueued" ? result.code : undefined)

const onUnsent = (
  { client, ui }: ChatContext,
  number: number | undefined,
  choose: (rows: ReadonlyArray<Unsent>) => Unsent | undefined,
  run: (id: CommandId) => string | undefined
): Effect.Effect<void> =>
  Effect.sync(() => {
    const rows = unsent(client)
    const row = number === undefined ? choose(rows) : rows[number - 1]
    if (row === undefined) return ui.refuse("there is no such unsent message: /unsent lists them")
    const problem = run(row.id)
    if (problem !== undefined) ui.refuse(refusalText(problem))
  })

const unsentLines = ({ client, session }: ChatContext): ReadonlyArray<string> => {
  const titles = new Map(client.conversations().map((summary) => [summary.conversationId, titleOf(summary, session.credentials().userId)]))
  const lines = unsent(client).map(
    (row, index) => `${index + 1}  ${titles.get(row.conversationId) ?? "(not in the list)"}  ${row.text}  (${row.mark})`
  )
  return lines.length === 0 ? ["Everything is sent."] : lines
}
