/** A command of the chat in one piece: how it is typed, its help, and its action. */
import type { ConversationId } from "@hibiki/core/domain/Ids"
import { Effect } from "effect"
import type { CallError } from "../session/callProblem.ts"
import type { ChatContext } from "./ChatContext.ts"

interface Described {
  /** Its arguments, as the help shows them. */
  readonly usage: string
  readonly meaning: string
  /** Never waits for an answer: runs beside the command that does. */
  readonly atOnce?: true
  /** Later commands are for the conversation that it opens. */
  readonly opens?: true
  /** Leaves the scroll position as it is. */
  readonly keepsPlace?: true
  /** Ends the chat when it is done. */
  readonly ends?: true
}

type Run<A> = (context: ChatContext, args: A) => Effect.Effect<void, CallError>

/** Parses the text after the name. Returns undefined if it does not match the usage. */
export type Arguments<A extends object | string | number> = (rest: string) => A | undefined

/** A command with its arguments, ready to run. */
export interface TypedCommand {
  readonly is: ChatCommand
  readonly args: unknown
  readonly run: (context: ChatContext) => Effect.Effect<void, CallError>
}

export interface ChatCommand extends Described {
  readonly parse: (rest: string) => TypedCommand | undefined
}

export const chatCommand = <A extends object | string | number>({
  args: read,
  run,
  ...described
}: Described & { readonly args: Arguments<A>; readonly run: Run<A> }): ChatCommand => {
  const command: ChatCommand = {
    ...described,
    parse: (rest) => {
      const args = read(rest)
      return args === undefined ? undefined : { is: command, args, run: (context) => run(context, args) }
    }
  }
  return command
}

/** For actions on the open conversation. */
export const inOpen =
  <A>(run: (context: ChatContext, conversationId: ConversationId, args: A) => Effect.Effect<void, CallError>): Run<A> =>
  (context, args) =>
    Effect.suspend(() => {
      const { opened } = context.state
      if (opened !== undefined) return run(context, opened.conversationId, args)
      context.ui.refuse("No conversation is open: /open N opens one, /dm HANDLE or /group starts one.")
      return Effect.void
    })

export const nothing: Arguments<object> = (rest) => (rest === "" ? {} : undefined)

export const line: Arguments<string> = (rest) => (rest === "" ? undefined : rest)

export const number: Arguments<number> = (rest) => (/^#?\d{1,15}$/.test(rest) ? numberOf(rest) : undefined)

export const maybeNumber: Arguments<{ readonly number: number | undefined }> = (rest) => {
  if (rest === "") return { number: undefined }
  const given = number(rest)
  return given === undefined ? undefined : { number: given }
}

export const numberAndText: Arguments<{ readonly seq: number; readonly text: string }> = (rest) => {
  const [, seq, text] = /^(#?\d{1,15})\s+([\s\S]+)$/.exec(rest) ?? []
  return seq === undefined || text === undefined ? undefined : { seq: numberOf(seq), text }
}

export const handle: Arguments<string> = (rest) => (/^\S+$/u.test(rest) ? bareHandle(rest) : undefined)

/** At least one. */
export const handles: Arguments<ReadonlyArray<string>> = (rest) => (rest === "" ? undefined : handlesOf(rest))

/** A title in quotes, or one word; then as many handles as there are. */
export const titleAndHandles: Arguments<{ readonly title: string; readonly handles: ReadonlyArray<string> }> = (
  input
) => {
  const [, quoted, plain, rest = ""] = /^(?:["“「]([^"”」]+)["”」]|(\S+))(?:\s+([\s\S]*))?$/u.exec(input) ?? []
  const title = quoted ?? plain
  return title === undefined ? undefined : { title, handles: handlesOf(rest) }
}

export const bareHandle = (text: string): string => text.replace(/^@/, "")

const numberOf = (text: string): number => Number(text.replace("#", ""))

const handlesOf = (text: string): ReadonlyArray<string> => [
  ...new Set(
    text
      .split(/[\s,]+/u)
      .filter((each) => each !== "")
      .map(bareHandle)
  )
]
