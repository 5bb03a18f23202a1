/**
 * Commands: what people and their devices ask of a log. Each names one log, whose worker decides it under that log's
 * lock.
 */
import type { Schema } from "effect"
import type { UserId } from "../domain/Ids.ts"
import type { CommandKind, CommandOf } from "./CommandKind.ts"
import { commandKinds } from "./commandKinds.ts"

type Kinds = typeof commandKinds
export type CommandKindName = keyof Kinds

/**
 * What is asked. The log is the conversation that it changes, or for those of `log: "personal"` the asker's personal
 * log.
 */
export type CommandBody = { readonly [K in CommandKindName]: Kinds[K]["body"]["Type"] }[CommandKindName]

export type Command = CommandOf<CommandBody>

export type AnyCommandKind = CommandKind<Schema.Schema<CommandBody>>

/** Each kind as if it took every body: one is found by the body's own `kind`, which no type can follow. */
const anyKinds = commandKinds as unknown as Readonly<Record<CommandKindName, AnyCommandKind>>

export const kindOf = (body: CommandBody): AnyCommandKind => anyKinds[body.kind]

/** All of them. */
export const everyKind = (): ReadonlyArray<AnyCommandKind> => Object.values(anyKinds)

/** The kind of this name, if there is one. */
export const kindNamed = (name: string): AnyCommandKind | undefined =>
  Object.hasOwn(anyKinds, name) ? anyKinds[name as CommandKindName] : undefined

/** Whether it is asked of the asker's own personal log. */
export const isPersonal = (body: CommandBody): boolean => kindOf(body).log === "personal"

/** The users whose personal logs the command writes, and which are therefore locked with its own. */
export const usersTouched = (command: Command): ReadonlyArray<UserId> =>
  kindOf(command.body).touches?.(command) ?? nobody
const nobody: ReadonlyArray<UserId> = []

/** The users whom it makes members. */
export const usersBrought = (body: CommandBody): ReadonlyArray<UserId> => kindOf(body).brings?.(body) ?? nobody
