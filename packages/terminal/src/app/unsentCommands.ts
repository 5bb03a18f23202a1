/** Commands about unsent messages. */
import type { HibikiClient, SendResult } from "@hibiki/core/client/HibikiClient"
import type { CommandId } from "@hibiki/core/domain/Ids"
import { Effect } from "effect"
import { refusalText } from "../session/callProblem.ts"
import { titleOf } from "../view/timelineRows.ts"
import { type ChatCommand, chatCommand, maybeNumber, nothing } from "./ChatCommand.ts"
import type { ChatContext } from "./ChatContext.ts"
import { type Unsent, unsent } from "./unsent.ts"

export const problemOf = (result: SendResult): string | undefined =>
  result._tag === "NotQueued" ? result.code : undefined

/** A command for one unsent message: the one chosen, or the Nth. */
const ofUnsent = (
  meaning: string,
  choose: (rows: ReadonlyArray<Unsent>) => Unsent | undefined,
  act: (client: HibikiClient, id: CommandId) => string | undefined
): ChatCommand =>
  chatCommand({
    usage: "[N]",
    meaning,
    atOnce: true,
    args: maybeNumber,
    run: ({ client, ui }, { number }) =>
      Effect.sync(() => {
        const rows = unsent(client)
        const row = number === undefined ? choose(rows) : rows[number - 1]
        if (row === undefined) return ui.refuse("there is no such unsent message: /unsent lists them")
        const problem = act(client, row.id)
        if (problem !== undefined) ui.refuse(refusalText(problem))
      })
  })

export const unsentCommands = {
  unsent: chatCommand({
    usage: "",
    meaning: "list what is not sent yet",
    atOnce: true,
    args: nothing,
    run: (context) => Effect.sync(() => context.ui.lines("Not sent yet", unsentLines(context)))
  }),
  retry: ofUnsent(
    "send a failed one again, the first or the Nth",
    (rows) => rows.find((row) => row.state === "failed"),
    (client, id) => problemOf(client.retry(id))
  ),
  withdraw: ofUnsent(
    "take an unsent one back, the last or the Nth",
    (rows) => rows.at(-1),
    (client, id) => client.withdraw(id)
  )
}

const unsentLines = ({ client, session }: ChatContext): ReadonlyArray<string> => {
  const titles = new Map(
    client.conversations().map((summary) => [summary.conversationId, titleOf(summary, session.credentials().userId)])
  )
  const lines = unsent(client).map(
    (row, index) => `${index + 1}  ${titles.get(row.conversationId) ?? "(not in the list)"}  ${row.text}  (${row.mark})`
  )
  return lines.length === 0 ? ["Everything is sent."] : lines
}
