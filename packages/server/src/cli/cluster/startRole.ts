/** Runs one role of a cluster, or all of them, until a signal stops the process. */

import { monotonicMs } from "@hibiki/core/fibers/Time"
import { EventStore, type StoreUnavailable } from "@hibiki/core/ports/EventStore"
import { failed, type Problem } from "@hibiki/node/Problem"
import { untilTold } from "@hibiki/node/untilTold"
import { Console, Context, Effect, Layer, type Scope } from "effect"
import { GatewayStatus } from "../../gateway/GatewaySockets.ts"
import type { BindRefused } from "../../http/HttpOptions.ts"
import { HttpServer, type ListenFailed } from "../../http/HttpServer.ts"
import { tellBuild } from "../../http/ProcessMetrics.ts"
import { Readiness } from "../../http/Readiness.ts"
import { ProcessIdentity, type ProcessRole } from "../../operate/ProcessIdentity.ts"
import { api, type ClusterOptions, everything, gateway, push, worker } from "../../roles/cluster.ts"
import type { sqlPostgres } from "../../sql/SqlPostgres.ts"
import { tellUnknown } from "../commands/withSettings.ts"
import type { SettingsOf } from "../config/commandSettings.ts"
import type { Environment } from "../config/Environment.ts"
import { pushSettings } from "../config/pushSettings.ts"
import { startProblem } from "../config/startProblem.ts"
import { bindAllowed, stopping } from "../start/edges.ts"
import { endedByFault } from "../start/endedByFault.ts"
import { portCheck } from "../start/portCheck.ts"
import { serverOutput } from "../start/serverOutput.ts"
import { telemetry } from "../start/telemetry.ts"
import { version } from "../version.ts"
import { checkServices } from "./checkServices.ts"
import { clusterOptions, clusterServices } from "./clusterOptions.ts"
import { untilServices } from "./untilServices.ts"

export type ClusterRole = Exclude<ProcessRole, "embedded">

/** `connect`: creates the pools of connections to Postgres; `sqlPostgres` by default. */
export const startRole = (
  role: ClusterRole,
  settings: SettingsOf<"api">,
  connect?: typeof sqlPostgres
): Effect.Effect<void, Problem, Environment> =>
  Effect.gen(function* () {
    yield* tellUnknown
    const services = yield* clusterServices(settings)
    const options = { ...clusterOptions(settings, services), connect, webPush: yield* pushSettings(settings) }
    yield* bindAllowed(options.http)
    yield* portCheck(settings.server)
    yield* untilServices(checkServices(services), settings.server.startWait * 1_000)
    yield* endedByFault(Effect.scoped(run(role, options)))
  }).pipe(Effect.provide(telemetry(settings)), untilTold, Effect.provide(serverOutput(role, settings.server)))

type Failure = BindRefused | ListenFailed | StoreUnavailable

const partsOf = (
  role: ClusterRole,
  options: ClusterOptions
): Layer.Layer<HttpServer | Readiness | EventStore, Failure> => {
  switch (role) {
    case "api":
      return api(options)
    case "gateway":
      return gateway(options)
    case "worker":
      return worker(options)
    case "push":
      return push(options)
    case "all":
      return everything(options)
  }
}

const run = (
  role: ClusterRole,
  options: ClusterOptions
): Effect.Effect<never, Problem, Scope.Scope | ProcessIdentity> =>
  Effect.gen(function* () {
    const startedAt = yield* monotonicMs
    yield* Console.log(`Hibiki ${version}: ${role === "all" ? "all roles in one process" : role}`)
    const identity = yield* ProcessIdentity
    tellBuild(identity)
    const parts = yield* Effect.mapError(Layer.build(partsOf(role, { ...options, identity })), startProblem)
    yield* Effect.addFinalizer(() => stopping(Context.get(parts, Readiness)))
    const tookMs = (yield* monotonicMs) - startedAt
    yield* Console.log(`Ready after ${(tookMs / 1000).toFixed(1)} s at ${Context.get(parts, HttpServer).addresses}`)
    return yield* storeReplaced(parts)
  })

/** How often a process checks whether the store is still the one that it began with. */
const lookEvery = "5 seconds"

/**
 * Fails when the store has another epoch: this process's data and its keys in Redis belong to the previous one.
 * Gateways may notice sooner.
 */
const storeReplaced = (parts: Context.Context<HttpServer | Readiness | EventStore>): Effect.Effect<never, Problem> => {
  const { epoch, readEpoch } = Context.get(parts, EventStore)
  const looked = Effect.repeat(
    Effect.delay(
      Effect.orElseSucceed(readEpoch, () => epoch),
      lookEvery
    ),
    { until: (now) => now !== epoch }
  )
  const status = Context.getOption(parts, GatewayStatus)
  const replaced = status._tag === "None" ? looked : Effect.raceFirst(looked, status.value.storeReplaced)
  return Effect.flatMap(replaced, () =>
    failed("The database was replaced while this process ran, so it stops: start it again to serve what is in it now.")
  )
}
