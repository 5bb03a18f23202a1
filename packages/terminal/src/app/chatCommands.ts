/** All commands of the chat: the help, the parser of a typed line, and running it. */
import { Effect, Either } from "effect"
import { callText } from "../session/callProblem.ts"
import { accountCommands } from "./accountCommands.ts"
import { type ChatCommand, chatCommand, nothing, type TypedCommand } from "./ChatCommand.ts"
import type { ChatContext } from "./ChatContext.ts"
import { conversationCommands } from "./conversationCommands.ts"
import { messageCommands, sendCommand } from "./messageCommands.ts"
import { peopleCommands } from "./peopleCommands.ts"
import { ruleCommands } from "./ruleCommands.ts"
import { unsentCommands } from "./unsentCommands.ts"

/** By name, in the order of the help. */
export const chatCommands: Readonly<Record<string, ChatCommand>> = {
  help: chatCommand({
    usage: "",
    meaning: "this list",
    args: nothing,
    run: ({ ui }) => Effect.sync(() => ui.lines("Commands", helpLines()))
  }),
  ...conversationCommands,
  ...ruleCommands,
  ...peopleCommands,
  ...messageCommands,
  ...unsentCommands,
  ...accountCommands,
  reconnect: chatCommand({
    usage: "",
    meaning: "try to connect now",
    args: nothing,
    run: ({ client }) => Effect.sync(client.retryNow)
  }),
  quit: chatCommand({
    usage: "",
    meaning: "quit; unsent messages stay saved (also: Ctrl-C)",
    atOnce: true,
    ends: true,
    args: nothing,
    run: () => Effect.void
  })
}

/** Returns the command of a line, or what is wrong with it. A message that begins with a slash is typed with two. */
export const parseChatCommand = (input: string): Either.Either<TypedCommand | undefined, string> => {
  const text = input.trim()
  if (text.startsWith("//")) return Either.right(sendCommand.parse(text.slice(1)))
  if (!text.startsWith("/")) return Either.right(text === "" ? undefined : sendCommand.parse(input.trimEnd()))
  const name = nameIn(text)
  const command = commandNamed(name)
  if (command === undefined)
    return Either.left(
      `/${name} is no command: see /help (a message that begins with a slash is typed with two: //${name}…)`
    )
  return Either.fromNullable(command.parse(text.slice(name.length + 1).trim()), () =>
    `usage: /${name} ${command.usage}`.trimEnd()
  )
}

/** Whether the line is a command that opens a conversation, valid or not. */
export const isOpening = (input: string): boolean => {
  const text = input.trim()
  return text.startsWith("/") && commandNamed(nameIn(text))?.opens === true
}

/** `quit`: the chat is to end. */
export type CommandEnd = "goOn" | "quit"

/** Runs a command to its end. Every error becomes a line for the person. */
export const runCommand = (context: ChatContext, { is, run }: TypedCommand): Effect.Effect<CommandEnd> =>
  run(context).pipe(
    Effect.as<CommandEnd>(is.ends === true ? "quit" : "goOn"),
    Effect.catchAll((error) =>
      Effect.sync((): CommandEnd => {
        context.ui.refuse(callText(error))
        return "goOn"
      })
    )
  )

export const helpLines = (): ReadonlyArray<string> => {
  const commands = Object.entries(chatCommands).map(
    ([name, { meaning, usage }]) => [`/${name} ${usage}`.trimEnd(), meaning] as const
  )
  const lines = [...commands, ["//TEXT", sendCommand.meaning] as const]
  const width = Math.max(...lines.map(([typed]) => typed.length))
  return lines.map(([typed, meaning]) => `${typed.padEnd(width)}  ${meaning}`)
}

const nameIn = (text: string): string => text.slice(1).split(/\s/, 1)[0] ?? ""
const commandNamed = (name: string): ChatCommand | undefined =>
  Object.hasOwn(chatCommands, name) ? chatCommands[name] : undefined
