/** Looks for what would keep a server from starting, and says what to do about each finding. Changes nothing. */
import { constants, existsSync } from "node:fs"
import { access } from "node:fs/promises"
import { dirname, join } from "node:path"
import * as SqlClient from "@effect/sql/SqlClient"
import { Console, Effect, Logger } from "effect"
import { FolderNewer } from "../../backends/PgliteFolder.ts"
import { SqlPglite } from "../../backends/SqlPglite.ts"
import { bindProblem } from "../../http/HttpOptions.ts"
import { FolderNotWritable } from "../../infra/FolderLock.ts"
import { migrations } from "../../infra/Migrations.ts"
import { serverAnswers } from "../admin/adminDoor.ts"
import { loadSettings, unknownVariables, type Variables } from "../config/Environment.ts"
import type { SettingsValues } from "../config/Settings.ts"
import { ExitCode, misconfigured, oneLine, Problem, shown } from "../Problem.ts"
import { dataFolder, embeddedOptions } from "../start/embeddedOptions.ts"
import { portCheck } from "../start/portCheck.ts"
import { startProblem } from "../start/startProblem.ts"
import { checkServices } from "../start/startServer.ts"

/** Fails, after all findings were printed, when a server could not start. */
export const examine = (variables: Variables): Effect.Effect<void, Problem> =>
  Effect.gen(function* () {
    const ok = yield* Effect.reduce(checks(variables), true, (all, check) => Effect.map(check, (passed) => all && passed))
    if (!ok) return yield* new Problem({ sentence: "A server would not start: see the lines marked ✗.", exitCode: ExitCode.config })
    yield* Console.log("A server can start.")
  })

type Check = Effect.Effect<boolean>

const checks = (variables: Variables): ReadonlyArray<Check> => {
  const withSettings = (name: string, check: (settings: SettingsValues) => Effect.Effect<string, Problem>): Check =>
    Effect.matchEffect(loadSettings(variables), {
      onFailure: () => Effect.succeed(false),
      onSuccess: (settings) => report(name, check(settings))
    })
  return [
    report("Node", nodeVersion),
    ...unknownVariables(variables).map((name) =>
      Effect.as(say("!", "Settings", `${shown(name)} is no setting: \`hibiki --help\` lists them.`), true)
    ),
    report(
      "Settings",
      Effect.flatMap(loadSettings(variables), (settings) => Effect.as(checkServices(settings.services), "all can be read"))
    ),
    withSettings("Address", (settings) => {
      const refused = bindProblem(embeddedOptions(settings).http)
      return refused === undefined ? Effect.succeed(`${settings.server.host} is allowed`) : startProblem(refused)
    }),
    withSettings("Folder", folderState),
    withSettings("Database", databaseState),
    withSettings("Port", portState)
  ]
}

const report = (name: string, check: Effect.Effect<string, Problem>): Check =>
  Effect.matchEffect(check, {
    onFailure: ({ sentence }) => Effect.as(say("✗", name, sentence), false),
    onSuccess: (text) => Effect.as(say("✓", name, text), true)
  })

const say = (mark: string, name: string, text: string) => Console.log(`${mark} ${name.padEnd(9)} ${oneLine(text)}`)

const nodeVersion: Effect.Effect<string, Problem> = Effect.suspend(() => {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)
  return major > 20 || (major === 20 && minor >= 19)
    ? Effect.succeed(process.versions.node)
    : misconfigured(`Node ${process.versions.node} is too old: 20.19 or newer is needed.`)
})

/** Of the folder, or of the nearest one above it that exists. */
const folderState = (settings: SettingsValues): Effect.Effect<string, Problem> => {
  const folder = dataFolder(settings)
  const nearest = (path: string): string => (existsSync(path) || dirname(path) === path ? path : nearest(dirname(path)))
  return Effect.tryPromise({
    try: () => access(nearest(folder), constants.R_OK | constants.W_OK | constants.X_OK),
    catch: (error) =>
      startProblem(new FolderNotWritable({ folder, code: error instanceof Error && "code" in error ? String(error.code) : "unknown" }))
  }).pipe(Effect.as(`${folder}${existsSync(folder) ? "" : " (will be made)"}`))
}

/** Opens the database if no server holds it, and only reads. */
const databaseState = (settings: SettingsValues): Effect.Effect<string, Problem> =>
  Effect.gen(function* () {
    const folder = dataFolder(settings)
    if (!existsSync(join(folder, "pg"))) return "will be made at the first start"
    if (yield* serverAnswers(folder)) return "in use by a running server, which answers"
    return yield* Effect.scoped(schemaVersion.pipe(Effect.provide(SqlPglite.layer({ folder })))).pipe(
      Effect.catchTags({
        FolderLocked: startProblem,
        FolderNotWritable: startProblem,
        FolderNewer: startProblem,
        FolderUnusable: startProblem,
        SqlError: (error) => misconfigured(`The tables can't be read: ${error.message}`)
      }),
      Effect.flatMap((found) =>
        found > migrations.length
          ? startProblem(new FolderNewer({ folder, what: "schema", found, known: migrations.length }))
          : Effect.succeed(`opens; tables of version ${found}, this program knows ${migrations.length}`)
      )
    )
  }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))

const schemaVersion = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [exists] = yield* sql<{ yes: boolean }>`select to_regclass('schema_version') is not null as yes`
  if (exists?.yes !== true) return 0
  const [row] = yield* sql<{ version: number }>`select coalesce(max(version), 0)::int as version from schema_version`
  return row?.version ?? 0
})

const portState = (settings: SettingsValues): Effect.Effect<string, Problem> => {
  const { host, port } = settings.server
  return portCheck({ host, port }).pipe(
    Effect.as(`${port} on ${host} is free`),
    Effect.catchAll((problem) =>
      Effect.flatMap(serverAnswers(dataFolder(settings)), (ours) =>
        ours ? Effect.succeed(`${port} is held by a running server`) : problem
      )
    )
  )
}
