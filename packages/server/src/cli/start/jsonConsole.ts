/** A console that writes each entry as one line of JSON, for what a server prints beside its log. */
import { Clock, type Console, Effect } from "effect"
import type { ProcessIdentity } from "../../operate/ProcessIdentity.ts"
import { plainConsole } from "../plainConsole.ts"
import { jsonLine } from "./jsonLine.ts"

/** A last argument that is an object becomes further fields of the line. */
export const jsonConsole = (identity: ProcessIdentity["Type"]): Console.Console => {
  const write =
    (stream: NodeJS.WriteStream, level: string) =>
    (...values: ReadonlyArray<unknown>): Effect.Effect<void> =>
      Effect.map(Clock.currentTimeMillis, (at) => {
        const last = values.at(-1)
        const fields = typeof last === "object" && last !== null ? { ...last } : undefined
        const message = (fields === undefined ? values : values.slice(0, -1)).map(String).join(" ")
        stream.write(jsonLine(identity, { at, level, message, ...(fields === undefined ? {} : { fields }) }))
      })
  return { ...plainConsole, log: write(process.stdout, "info"), error: write(process.stderr, "warn") }
}
