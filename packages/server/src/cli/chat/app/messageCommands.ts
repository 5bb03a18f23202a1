/** Commands about messages: they go through the outbox, so that they also work without a connection. */
import type { SendResult } from "@hibiki/core/client/HibikiClient"
import { oneEmoji } from "@hibiki/core/domain/Emoji"
import type { CommandId, ConversationId } from "@hibiki/core/domain/Ids"
import { Effect } from "effect"
import { callText, refusalText } from "../session/callProblem.ts"
import type { ChatCommand } from "../view/ChatCommand.ts"
import { titleOf } from "../view/timelineRows.ts"
import type { ChatContext } from "./ChatContext.ts"
import { type Unsent, unsent } from "./unsent.ts"

export type MessageCommand = Extract<
  ChatCommand,
  { readonly _tag: "Send" | "Reply" | "Edit" | "Delete" | "React" | "Older" | "Unsent" | "Retry" | "Withdraw" }
>

type ReactCommand = Extract<ChatCommand, { readonly _tag: "React" }>

export const isMessageCommand = (command: ChatCommand): command is MessageCommand => messageTags.has(command._tag)

const messageTags: ReadonlySet<string> = new Set<MessageCommand["_tag"]>([
  "Send",
  "Reply",
  "Edit",
  "Delete",
  "React",
  "Older",
  "Unsent",
  "Retry",
  "Withdraw"
])

export const runMessageCommand = (context: ChatContext, command: MessageCommand): Effect.Effect<void> => {
  const { client, state, ui } = context
  switch (command._tag) {
    case "Unsent":
      return Effect.sync(() => ui.lines("Not sent yet", unsentLines(context)))
    case "Retry":
      return onUnsent(
        context,
        command.number,
        (rows) => rows.find((row) => row.state === "failed"),
        (id) => problemOf(client.retry(id))
      )
    case "Withdraw":
      return onUnsent(
        context,
        command.number,
        (rows) => rows.at(-1),
        (id) => client.withdraw(id)
      )
  }
  const conversationId = state.opened?.conversationId
  if (conversationId === undefined) return Effect.sync(() => ui.refuse("No conversation is open: /dm HANDLE, /group, or /open N."))
  switch (command._tag) {
    case "Send":
      return told(context, () => client.post(conversationId, command.text))
    case "Reply":
      return told(context, () => client.post(conversationId, command.text, command.seq))
    case "Edit":
      return told(context, () => client.edit(conversationId, command.seq, command.text))
    case "Delete":
      return told(context, () => client.delete(conversationId, command.seq))
    case "React":
      return told(context, () => client.react(conversationId, command.seq, reactionMeant(context, conversationId, command), command.on))
    case "Older":
      return loadOlder(context, conversationId)
  }
}

/** Says so when there is nothing older. */
export const loadOlder = ({ client, ui }: ChatContext, conversationId: ConversationId): Effect.Effect<void> =>
  client.loadOlder(conversationId).pipe(
    Effect.map(() => {
      if (client.feed(conversationId)?.entries.some((entry) => entry._tag === "gap") !== true) ui.notice("This is the beginning.")
    }),
    Effect.catchAll((error) => Effect.sync(() => ui.refuse(callText(error))))
  )

/** What is taken back is spelled as it stands there, whatever was typed. */
const reactionMeant = ({ client }: ChatContext, conversationId: ConversationId, { emoji, seq }: ReactCommand): string => {
  const mine = client
    .feed(conversationId)
    ?.entries.flatMap((entry) => (entry._tag === "gap" || entry.row.seq !== seq ? [] : (entry.row.reactions ?? [])))
  const meant = oneEmoji(emoji) ?? emoji
  return mine?.find((reaction) => reaction.mine && reaction.emoji === emoji)?.emoji ?? meant
}

const told = ({ ui }: ChatContext, run: () => SendResult): Effect.Effect<void> =>
  Effect.sync(() => {
    const problem = problemOf(run())
    if (problem !== undefined) ui.refuse(refusalText(problem))
  })

const problemOf = (result: SendResult): string | undefined => (result._tag === "NotQueued" ? result.code : undefined)

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
