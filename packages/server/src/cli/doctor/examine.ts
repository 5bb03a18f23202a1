/** Looks for problems that would keep a server from starting, and says what to do about each. Changes nothing. */
import { constants, existsSync } from "node:fs"
import { access, mkdtemp, rmdir } from "node:fs/promises"
import { join } from "node:path"
import { notWritable } from "@hibiki/node/FolderLock"
import { nearestThere } from "@hibiki/node/makeFolder"
import { ExitCode, misconfigured, oneLine, Problem, shown } from "@hibiki/node/Problem"
import { FolderNotPrivate, openMode } from "@hibiki/node/privateFolder"
import { Console, Effect, Logger } from "effect"
import { bindProblem, httpOrigin, isWildcard } from "../../http/HttpOptions.ts"
import { FolderNewer, FolderOther } from "../../pglite/PgliteFolder.ts"
import { SqlPglite } from "../../pglite/SqlPglite.ts"
import { knownVersion } from "../../sql/Migration.ts"
import { schemaVersion } from "../../sql/Migrations.ts"
import { ownSchema } from "../../sql/ownSchema.ts"
import { serverAnswers } from "../admin/adminDoor.ts"
import { dataFolder } from "../config/dataFolder.ts"
import { loadSettings, unknownVariables, type Variables } from "../config/Environment.ts"
import { type Mode, modeOf } from "../config/modeOf.ts"
import { pushSettings } from "../config/pushSettings.ts"
import { roleOptions } from "../config/roleOptions.ts"
import type { SettingsValues } from "../config/Settings.ts"
import { startProblem } from "../config/startProblem.ts"
import { telemetrySettings } from "../config/telemetrySettings.ts"
import { type Finding, fine, warning } from "../Finding.ts"
import { notMoved } from "../start/notMoved.ts"
import { portCheck } from "../start/portCheck.ts"
import { nodeFits } from "./nodeFits.ts"

/** Prints all findings, then fails if a server could not start. */
export const examine = (variables: Variables): Effect.Effect<void, Problem> =>
  Effect.gen(function* () {
    const ok = yield* allOf(checks(variables))
    if (!ok)
      return yield* new Problem({
        sentence: "A server would not start: see the lines marked ✗.",
        exitCode: ExitCode.config
      })
    yield* Console.log(yield* verdict(variables))
  })

/** The verdict if all is well. A running server keeps a second one from starting, though nothing is wrong. */
const verdict = (variables: Variables): Effect.Effect<string, Problem> =>
  Effect.gen(function* () {
    const settings = yield* loadSettings(variables)
    const mode = yield* modeOf(settings)
    if (!(yield* runsAlready(settings, mode))) return "A server can start."
    return mode === "embedded"
      ? "All is well: a server runs already with this folder, and answers. A second one with these settings would be refused."
      : "All is well: a process of Hibiki runs already at this port, and answers. A second one with these settings would be refused."
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
      Effect.flatMap(loadSettings(variables), (settings) => Effect.as(modeOf(settings), "all can be read"))
    ),
    withSettings("Address", (settings) => {
      const refused = bindProblem(roleOptions(settings).http)
      return refused === undefined ? Effect.succeed(`${settings.server.host} is allowed`) : startProblem(refused)
    }),
    withSettings("Pushes", (settings) =>
      Effect.map(pushSettings(settings), (found) =>
        found === undefined ? "none are sent; HIBIKI_LOG_LEVEL=debug logs each" : "by Web Push"
      )
    ),
    withSettings("Spans", (settings) =>
      Effect.map(telemetrySettings(settings), (found) =>
        found === undefined ? "none are recorded" : `for ${found.endpoint.origin}`
      )
    ),
    keptState(variables),
    // If the mode is unknown, the line about the settings reports it.
    withSettings("Port", (settings) =>
      Effect.flatMap(
        Effect.orElseSucceed(modeOf(settings), (): Mode => "embedded"),
        (mode) => portState(settings, mode)
      )
    )
  ]
}

/** The state of a server's storage: a folder, or the services of a cluster. */
const keptState = (variables: Variables): Check =>
  Effect.matchEffect(
    Effect.flatMap(loadSettings(variables), (settings) => Effect.map(modeOf(settings), (mode) => ({ mode, settings }))),
    {
      // The line about the settings reports it.
      onFailure: () => Effect.succeed(false),
      onSuccess: ({ mode, settings }) =>
        mode === "cluster"
          ? clusterState(settings)
          : Effect.flatMap(reportFinding("Folder", folderState(settings)), (ok) =>
              // If the folder can't exist, it has no database, and none can be created.
              ok ? report("Database", databaseState(settings)) : Effect.succeed(false)
            )
    }
  )

const allOf = (all: ReadonlyArray<Check>): Check =>
  Effect.reduce(all, true, (passed, check) => Effect.map(check, (ok) => passed && ok))

const clusterState = (settings: SettingsValues): Check =>
  Effect.gen(function* () {
    const [{ serviceFindings }, { clusterServices }] = yield* Effect.promise(() =>
      Promise.all([import("../cluster/checkServices.ts"), import("../cluster/clusterOptions.ts")])
    )
    return yield* Effect.matchEffect(clusterServices(settings), {
      onFailure: (problem) => report("Cluster", problem),
      onSuccess: (services) =>
        allOf(serviceFindings(services, "starts").map(([name, check]) => reportFinding(name, check)))
    })
  })

const report = (name: string, check: Effect.Effect<string, Problem>): Check =>
  reportFinding(name, Effect.map(check, fine))

const reportFinding = (name: string, check: Effect.Effect<Finding, Problem>): Check =>
  Effect.matchEffect(check, {
    onFailure: ({ sentence }) => Effect.as(say("✗", name, sentence), false),
    onSuccess: ({ mark, text }) => Effect.as(say(mark, name, text), true)
  })

const say = (mark: string, name: string, text: string) => Console.log(`${mark} ${name.padEnd(9)} ${oneLine(text)}`)

const nodeVersion: Effect.Effect<string, Problem> = Effect.suspend(() => {
  const { node } = process.versions
  return nodeFits(node)
    ? Effect.succeed(node)
    : misconfigured(`Node ${node} can't run Hibiki: install 20.19 or a newer one of 20, or 22.12 or newer.`)
})

/** The state of the folder, or of the nearest existing one above it. */
const folderState = (settings: SettingsValues): Effect.Effect<Finding, Problem> =>
  Effect.gen(function* () {
    const folder = dataFolder(settings)
    const isServed = yield* serverAnswers(folder)
    yield* Effect.tryPromise({ try: () => tryFolder(nearestThere(folder), isServed), catch: (error) => error }).pipe(
      Effect.catchAll((error) => Effect.mapError(notWritable(folder, error), startProblem))
    )
    yield* notMoved(folder)
    if (!existsSync(folder)) return fine(`${folder} (will be made)`)
    const mode = yield* Effect.tryPromise({ try: () => openMode(folder), catch: (error) => error }).pipe(
      Effect.catchAll((error) =>
        error instanceof FolderNotPrivate
          ? startProblem(error)
          : Effect.mapError(notWritable(folder, error), startProblem)
      )
    )
    if (mode === undefined) return fine(`${folder}, closed to other users`)
    return warning(`${shown(folder)} is open to other users of this machine (mode ${mode}): every start closes it.`)
  })

/**
 * Permissions alone are no proof: root has them all, even where nothing can be created. A server that works in the
 * folder is a proof, and may be copying it just now.
 */
const tryFolder = async (folder: string, isServed: boolean): Promise<void> => {
  await access(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  if (!isServed) await rmdir(await mkdtemp(join(folder, ".hibiki-doctor-")))
}

/** Opens the database if no server uses it, and only reads. */
const databaseState = (settings: SettingsValues): Effect.Effect<string, Problem> =>
  Effect.gen(function* () {
    const folder = dataFolder(settings)
    if (!existsSync(join(folder, "pg"))) return "will be made at the first start"
    if (yield* serverAnswers(folder)) return "in use by a running server, which answers"
    return yield* Effect.scoped(schemaVersion().pipe(Effect.provide(SqlPglite.layer({ folder })))).pipe(
      Effect.catchTags({
        FolderLocked: startProblem,
        FolderNotWritable: startProblem,
        FolderNotPrivate: startProblem,
        FolderNewer: startProblem,
        FolderOther: startProblem,
        FolderUnusable: startProblem,
        NewerSchema: ({ found, known }) => startProblem(new FolderNewer({ folder, what: "schema", found, known })),
        OtherSchema: () => startProblem(new FolderOther({ folder })),
        SqlError: (error) => misconfigured(`The tables can't be read: ${error.message}`)
      }),
      Effect.map((found) => `opens; tables of version ${found}, this program knows ${knownVersion(ownSchema)}`)
    )
  }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))

/**
 * A running process occupies its port, and that is fine: in a folder's mode the server that uses the folder, in a
 * cluster any process of Hibiki.
 */
const portState = (settings: SettingsValues, mode: Mode): Effect.Effect<string, Problem> => {
  const { host, port } = settings.server
  return portCheck({ host, port }).pipe(
    Effect.as(`${port} on ${host} is free`),
    Effect.catchAll((problem) =>
      Effect.flatMap(runsAlready(settings, mode), (held) =>
        held ? Effect.succeed(`${port} is in use by a running ${processWord[mode]}`) : problem
      )
    )
  )
}

const runsAlready = (settings: SettingsValues, mode: Mode): Effect.Effect<boolean> => {
  const { host, port } = settings.server
  return mode === "cluster"
    ? processAnswers(isWildcard(host) ? "127.0.0.1" : host, port)
    : serverAnswers(dataFolder(settings))
}

const processWord: Readonly<Record<Mode, string>> = { embedded: "server", cluster: "process of Hibiki" }

const processAnswers = (host: string, port: number): Effect.Effect<boolean> =>
  Effect.promise(() =>
    fetch(`${httpOrigin(host, port)}/health/live`, { signal: AbortSignal.timeout(2_000) })
      .then((answer) => answer.json())
      .then(
        (body) => typeof body === "object" && body !== null && "live" in body,
        () => false
      )
  )
