/** Commands: what people and their devices ask of a log. Each names one log, whose worker decides it under that log's lock. */
import type { CommandKind, CommandOf } from "./CommandKind.ts"
import { commandKinds } from "./commandKinds.ts"

type Kinds = typeof commandKinds
export type CommandKindName = keyof Kinds

/** What is asked. The log is the conversation that it changes, or for those of `log: "personal"` the asker's personal log. */
export type CommandBody = { readonly [K in CommandKindName]: Kinds[K]["body"]["Type"] }[CommandKindName]

export type Command = CommandOf<CommandBody>

// biome-ignore lint/suspicious/noExplicitAny: a kind is found by the body's own `kind`, which no type can follow.
export type AnyCommandKind = CommandKind<any>

export const kindOf = (body: CommandBody): AnyCommandKind => commandKinds[body.kind]

/** Whether it is asked of the asker's own personal log. */
export const isPersonal = (body: CommandBody): boolean => kindOf(body).log === "personal"
