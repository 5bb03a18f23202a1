/** Runs a server: prints its state, its address and the first steps, and stops it in order. */
import { existsSync } from "node:fs"
import { AccountsAdmin } from "@hibiki/core/accounts/AccountsAdmin"
import { failed, misconfigured, type Problem, shown } from "@hibiki/node/Problem"
import { untilTold } from "@hibiki/node/untilTold"
import { Clock, Console, Context, Effect, Layer, type Scope } from "effect"
import { GatewayStatus } from "../../gateway/GatewaySockets.ts"
import { HttpServer } from "../../http/HttpServer.ts"
import { tellBuild } from "../../http/ProcessMetrics.ts"
import { Readiness } from "../../http/Readiness.ts"
import { ProcessIdentity } from "../../operate/ProcessIdentity.ts"
import type { FolderStep } from "../../pglite/PgliteFolder.ts"
import { SqlPglite } from "../../pglite/SqlPglite.ts"
import { embedded } from "../../roles/embedded.ts"
import { serverAnswers } from "../admin/adminDoor.ts"
import { backupTo } from "../admin/backupTo.ts"
import { performAdmin } from "../admin/performAdmin.ts"
import { serveAdmin } from "../admin/serveAdmin.ts"
import { tellUnknown } from "../commands/withSettings.ts"
import type { SettingsOf } from "../config/commandSettings.ts"
import { dataFolder } from "../config/dataFolder.ts"
import type { Environment } from "../config/Environment.ts"
import { pushSettings } from "../config/pushSettings.ts"
import { roleOptions } from "../config/roleOptions.ts"
import { startProblem } from "../config/startProblem.ts"
import { version } from "../version.ts"
import { bindAllowed, stopping } from "./edges.ts"
import { endedByFault } from "./endedByFault.ts"
import { notMoved } from "./notMoved.ts"
import { portCheck } from "./portCheck.ts"
import { serverOutput } from "./serverOutput.ts"
import { telemetry } from "./telemetry.ts"

export const startServer = (
  settings: SettingsOf<"start">,
  database = SqlPglite.layer
): Effect.Effect<void, Problem, Environment> =>
  Effect.suspend(() => Effect.zipRight(tellUnknown, bindAllowed(roleOptions(settings).http))).pipe(
    Effect.zipRight(notMoved(dataFolder(settings))),
    Effect.zipRight(portFree(settings)),
    Effect.zipRight(endedByFault(Effect.scoped(run(settings, database)))),
    Effect.provide(telemetry(settings)),
    untilTold,
    Effect.provide(serverOutput("embedded", settings.server))
  )

const run = (
  settings: SettingsOf<"start">,
  database: typeof SqlPglite.layer
): Effect.Effect<never, Problem, Scope.Scope | ProcessIdentity> =>
  Effect.gen(function* () {
    const startedAt = yield* Clock.currentTimeMillis
    const identity = yield* ProcessIdentity
    const webPush = yield* pushSettings(settings)
    const options = { folder: dataFolder(settings), ...roleOptions(settings), webPush, identity }
    tellBuild(identity)
    yield* Console.log(`Hibiki ${version}`)
    yield* Console.log(`Data folder: ${options.folder} (HIBIKI_DATA)${existsSync(options.folder) ? "" : ", new"}`)
    const parts = yield* Effect.mapError(Layer.build(embedded({ ...options, onStep, database })), startProblem)
    // An export may have used the folder until just now.
    yield* notMoved(options.folder)
    yield* Effect.addFinalizer(() => stopping(Context.get(parts, Readiness)))
    yield* serveAdmin(options.folder, (request) =>
      Effect.provide(performAdmin(request, backupTo(options.folder)), parts)
    )
    const invite = yield* Effect.mapError(Context.get(parts, AccountsAdmin).adminInvite(), startProblem)
    const { origin } = Context.get(parts, HttpServer)
    const tookMs = (yield* Clock.currentTimeMillis) - startedAt
    yield* welcome(origin, settings, invite, tookMs)
    return yield* Effect.raceFirst(
      Effect.mapError(Context.get(parts, SqlPglite).died, ({ reason }) =>
        failed(`The database is lost, so the server stops: ${reason}`)
      ),
      Effect.flatMap(Context.get(parts, GatewayStatus).storeReplaced, () =>
        failed(
          "The database was replaced while the server ran, so the server stops: start it again to serve what is in it now."
        )
      )
    )
  })

/** Starting twice in one place is the likeliest reason for a taken port, and another port alone would not help then. */
const portFree = (settings: SettingsOf<"start">): Effect.Effect<void, Problem> => {
  const folder = dataFolder(settings)
  const running = misconfigured(
    `A Hibiki server runs already with the folder ${shown(folder)}: stop it first, or set HIBIKI_DATA and HIBIKI_PORT for a second one.`
  )
  return Effect.catchAll(portCheck(settings.server), (taken) =>
    Effect.flatMap(serverAnswers(folder), (ours) => (ours ? running : taken))
  )
}

const steps: Readonly<Record<FolderStep, string>> = {
  waiting: "The folder was not given back by whoever used it last: seeing for ten seconds whether it is still used ...",
  making: "Creating the database: this takes some seconds, once ...",
  opening: "Opening the database ...",
  migrating: "Checking the tables ..."
}

const onStep = (step: FolderStep): Effect.Effect<void> => Console.log(steps[step])

/** Prints the address and the first steps: in words, or in one line of JSON. */
const welcome = (
  origin: string,
  settings: SettingsOf<"start">,
  invite: { readonly code: string; readonly ttlMs: number } | undefined,
  tookMs: number
): Effect.Effect<void> => {
  const ready = `Ready after ${(tookMs / 1000).toFixed(1)} s.`
  const link = invite && {
    url: `${origin}/register#invite=${invite.code}`,
    hours: Math.round(invite.ttlMs / 3_600_000)
  }
  const { registration } = settings.accounts
  if (settings.server.logFormat === "json") {
    return Console.log(ready, {
      address: origin,
      ...(link && { adminLink: link.url, adminLinkHours: link.hours }),
      registration
    })
  }
  return Effect.forEach(
    [
      ready,
      "",
      `  Address     ${origin}`,
      ...(link === undefined
        ? []
        : [
            `  Admin link  ${link.url}`,
            `              Works once, for ${link.hours} hours. The person who registers with it becomes the administrator.`
          ]),
      `  Register    ${registrationWords[registration]} (HIBIKI_REGISTRATION=${registration})`,
      "  Chat        npx --no-install hibiki chat",
      "",
      "Ctrl-C stops the server."
    ],
    (line) => Console.log(line),
    { discard: true }
  )
}

const registrationWords = {
  open: "anyone who reaches the address",
  invite: "with an invite code, made by /invite in the chat",
  closed: "nobody"
} as const
