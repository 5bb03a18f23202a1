/** One entry of the log as one line of JSON, with the identity of the process that wrote it. */
import { describeError } from "@hibiki/core/fibers/logging"
import { inertJson } from "@hibiki/node/inertText"
import type { ProcessIdentity } from "../../operate/ProcessIdentity.ts"

export interface Entry {
  /** Time on the wall clock (ms). */
  readonly at: number
  readonly level: string
  readonly message: string
  /** Further fields. They cannot replace those that every line has. */
  readonly fields?: Readonly<Record<string, unknown>>
}

/** Returns the line with its end. No value in it can begin a line or control a terminal. */
export const jsonLine = (
  { node, role, version }: ProcessIdentity["Type"],
  { at, fields, level, message }: Entry
): string => {
  const every = { at, level, role, node, version, message }
  const further = Object.entries(fields ?? {}).map(([name, value]) => [name, plain(value)] as const)
  // First for its place in the line, last for its value.
  return `${inertJson(JSON.stringify({ ...every, ...Object.fromEntries(further), ...every }))}\n`
}

const plain = (value: unknown): unknown =>
  typeof value === "number" || typeof value === "boolean" || value === null ? value : describeError(value)
