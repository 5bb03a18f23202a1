/** What every server process writes: its log, its console and its last words, with the identity that they name. */
import { Console, Effect, Layer } from "effect"
import { makeProcessIdentity, ProcessIdentity, type ProcessRole } from "../../operate/ProcessIdentity.ts"
import type { SettingsValues } from "../config/Settings.ts"
import { setLastWords } from "../lastWords.ts"
import { version } from "../version.ts"
import { jsonConsole } from "./jsonConsole.ts"
import { jsonLine } from "./jsonLine.ts"
import { serverLogger } from "./serverLogger.ts"

/** With the JSON format, every line on stdout and stderr is one JSON object from here on. */
export const serverOutput = (
  role: ProcessRole,
  server: Pick<SettingsValues["server"], "logFormat" | "logLevel" | "port">
): Layer.Layer<ProcessIdentity> =>
  Layer.unwrapEffect(
    Effect.map(makeProcessIdentity({ role, port: server.port, version }), (identity) =>
      Layer.mergeAll(
        Layer.succeed(ProcessIdentity, identity),
        serverLogger(server, identity),
        server.logFormat === "json" ? inJson(identity) : Layer.empty
      )
    )
  )

const inJson = (identity: ProcessIdentity["Type"]): Layer.Layer<never> => {
  const write = (level: string) => (message: string) =>
    void process.stderr.write(jsonLine(identity, { at: Date.now(), level, message }))
  return Layer.merge(
    Console.setConsole(jsonConsole(identity)),
    Layer.effectDiscard(
      Effect.sync(() => {
        setLastWords(write("error"))
        // In place of Node's own listener, which writes warnings as text.
        process.removeAllListeners("warning")
        process.on("warning", (warning) => write("warn")(`${warning.name}: ${warning.message}`))
      })
    )
  )
}
