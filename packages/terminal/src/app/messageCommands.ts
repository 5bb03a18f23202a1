/**
 * Commands about messages. Those that change any go through the outbox, so that they also work without a connection.
 */
import type { HibikiClient, SendResult } from "@hibiki/core/client/HibikiClient"
import { oneEmoji } from "@hibiki/core/domain/Emoji"
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { Effect } from "effect"
import { callText, refusalText } from "../session/callProblem.ts"
import {
  type Arguments,
  type ChatCommand,
  chatCommand,
  inOpen,
  line,
  nothing,
  number,
  numberAndText
} from "./ChatCommand.ts"
import type { ChatContext } from "./ChatContext.ts"
import { searchMessages } from "./searchMessages.ts"
import { problemOf } from "./unsentCommands.ts"

/** Puts a command of the open conversation into the outbox. It completes at once. */
const sending = <A extends object | string | number>(
  usage: string,
  meaning: string,
  args: Arguments<A>,
  send: (client: HibikiClient, conversationId: ConversationId, args: A) => SendResult
): ChatCommand =>
  chatCommand({
    usage,
    meaning,
    atOnce: true,
    args,
    run: inOpen(({ client, ui }, conversationId, given) =>
      Effect.sync(() => {
        const problem = problemOf(send(client, conversationId, given))
        if (problem !== undefined) ui.refuse(refusalText(problem))
      })
    )
  })

/** A line that is no other command. */
export const sendCommand = sending(
  "TEXT",
  "send a message that begins with a slash",
  line,
  (client, conversationId, text) => client.post(conversationId, text)
)

export const messageCommands = {
  reply: sending("N TEXT", "answer message N", numberAndText, (client, conversationId, { seq, text }) =>
    client.post(conversationId, text, seq)
  ),
  edit: sending("N TEXT", "change message N", numberAndText, (client, conversationId, { seq, text }) =>
    client.edit(conversationId, seq, text)
  ),
  delete: sending("N", "delete message N", number, (client, conversationId, seq) => client.delete(conversationId, seq)),
  react: sending("N EMOJI", "react to message N", numberAndText, (client, conversationId, { seq, text }) =>
    client.react(conversationId, seq, reactionMeant(client, conversationId, seq, text), true)
  ),
  unreact: sending("N EMOJI", "take a reaction back", numberAndText, (client, conversationId, { seq, text }) =>
    client.react(conversationId, seq, reactionMeant(client, conversationId, seq, text), false)
  ),
  search: chatCommand({
    usage: "[WORDS]",
    meaning: "find messages in the open conversation; without words: go on with older ones",
    args: (rest: string) => ({ words: rest === "" ? undefined : rest }),
    run: inOpen((context, conversationId, { words }) => searchMessages(context, conversationId, words))
  }),
  older: chatCommand({
    usage: "",
    meaning: "load older messages (also: PageUp)",
    atOnce: true,
    keepsPlace: true,
    args: nothing,
    run: inOpen((context, conversationId) => loadOlder(context, conversationId))
  })
}

/** Says so if there is nothing older. */
export const loadOlder = ({ client, ui }: ChatContext, conversationId: ConversationId): Effect.Effect<void> =>
  client.loadOlder(conversationId).pipe(
    Effect.map(() => {
      if (client.feed(conversationId)?.entries.some((entry) => entry._tag === "gap") !== true)
        ui.notice("This is the beginning.")
    }),
    Effect.catchAll((error) => Effect.sync(() => ui.refuse(callText(error))))
  )

/** A removed reaction is spelled as the message has it, even if it was typed differently. */
const reactionMeant = (client: HibikiClient, conversationId: ConversationId, seq: number, emoji: string): string => {
  const mine = client
    .feed(conversationId)
    ?.entries.flatMap((entry) => (entry._tag === "gap" || entry.row.seq !== seq ? [] : (entry.row.reactions ?? [])))
  const meant = oneEmoji(emoji) ?? emoji
  return mine?.find((reaction) => reaction.mine && reaction.emoji === emoji)?.emoji ?? meant
}
