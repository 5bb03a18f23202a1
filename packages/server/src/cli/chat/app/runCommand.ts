/** Runs one command of the chat to its end. Whatever goes wrong becomes a line for the person. */
import { Effect } from "effect"
import { callText } from "../session/callProblem.ts"
import { type ChatCommand, helpLines } from "../view/ChatCommand.ts"
import type { ChatContext } from "./ChatContext.ts"
import { runConversationCommand } from "./conversationCommands.ts"
import { isMessageCommand, runMessageCommand } from "./messageCommands.ts"

/** `quit`: the chat is to end. */
export type CommandEnd = "goOn" | "quit"
/** The input is over. `unsent`: something of it is not with the server, or never reached it. `refused`: something of it could not be done. */
export type ChatEnd = "quit" | "unsent" | "refused"

/** When it is done, the chat ends. */
export const isLast = ({ _tag }: ChatCommand): boolean => _tag === "Quit" || _tag === "SignOut"

export const runCommand = (context: ChatContext, command: ChatCommand): Effect.Effect<CommandEnd> => {
  if (isMessageCommand(command)) return Effect.as(runMessageCommand(context, command), "goOn")
  switch (command._tag) {
    case "Quit":
      return Effect.succeed("quit")
    case "Help":
      return Effect.as(
        Effect.sync(() => context.ui.lines("Commands", helpLines())),
        "goOn"
      )
    case "Reconnect":
      return Effect.as(Effect.sync(context.client.retryNow), "goOn")
    case "SignOut":
      return said(
        context,
        context.session
          .call((options) => context.calls("auth.signOut", undefined, options))
          .pipe(Effect.zipRight(context.forget), Effect.as("quit"))
      )
    default:
      return said(context, Effect.as(runConversationCommand(context, command), "goOn"))
  }
}

const said = ({ ui }: ChatContext, run: Effect.Effect<CommandEnd, Parameters<typeof callText>[0]>): Effect.Effect<CommandEnd> =>
  Effect.catchAll(run, (error) =>
    Effect.as(
      Effect.sync(() => ui.refuse(callText(error))),
      "goOn"
    )
  )
