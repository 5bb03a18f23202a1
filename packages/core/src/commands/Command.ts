/**
 * Commands: requests of users and their devices to a log. Each command names one log. A worker decides it under that
 * log's lock.
 */
import type { Schema } from "effect"
import type { UserId } from "../domain/Ids.ts"
import type { CommandKind, CommandOf } from "./CommandKind.ts"
import { commandKinds } from "./commandKinds.ts"

type Kinds = typeof commandKinds
export type CommandKindName = keyof Kinds

/**
 * The request. The log is the conversation that it changes; for kinds with `log: "personal"` it is the sender's
 * personal log.
 */
export type CommandBody = { readonly [K in CommandKindName]: Kinds[K]["body"]["Type"] }[CommandKindName]

export type Command = CommandOf<CommandBody>

export type AnyCommandKind = CommandKind<Schema.Schema<CommandBody>>

/** Each kind as if it took every body: `kindOf` finds the kind by the body's own `kind`, which no type can express. */
const anyKinds = commandKinds as unknown as Readonly<Record<CommandKindName, AnyCommandKind>>

export const kindOf = (body: CommandBody): AnyCommandKind => anyKinds[body.kind]

/** Every kind of command. */
export const everyKind = (): ReadonlyArray<AnyCommandKind> => Object.values(anyKinds)

/** The kind with this name, or undefined. */
export const kindNamed = (name: string): AnyCommandKind | undefined =>
  Object.hasOwn(anyKinds, name) ? anyKinds[name as CommandKindName] : undefined

/** Whether the command addresses the sender's own personal log. */
export const isPersonal = (body: CommandBody): boolean => kindOf(body).log === "personal"

/** The users whose personal logs the command writes. The store locks those logs together with the command's own. */
export const usersTouched = (command: Command): ReadonlyArray<UserId> =>
  kindOf(command.body).touches?.(command) ?? nobody
const nobody: ReadonlyArray<UserId> = []

/** The users whom the command makes members. */
export const usersBrought = (body: CommandBody): ReadonlyArray<UserId> => kindOf(body).brings?.(body) ?? nobody
