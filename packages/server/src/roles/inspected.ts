/** Makes a process answer the questions of the operator's console, and do its acts. Goes on top of a role's parts. */
import { ActorSystem } from "@hibiki/core/kernel/ActorSystem"
import { makeInspector } from "@hibiki/core/operate/Inspector"
import { performAct } from "@hibiki/core/operate/performAct"
import type { Vitals } from "@hibiki/core/operate/readings"
import { NodeActs } from "@hibiki/core/ports/NodeActs"
import { Secrets } from "@hibiki/core/ports/Secrets"
import { Effect, Layer, Option } from "effect"
import { GatewayStatus } from "../gateway/GatewaySockets.ts"
import { makeLoopLag } from "../http/ProcessMetrics.ts"
import { makeProcessIdentity, type ProcessIdentity, type ProcessRole } from "../operate/ProcessIdentity.ts"

/** `identity`: a process without one makes one up, as tests do. */
export const inspected = (role: ProcessRole, identity: ProcessIdentity["Type"] | undefined) =>
  Layer.scopedDiscard(
    Effect.gen(function* () {
      const acts = yield* NodeActs
      const lag = yield* Effect.acquireRelease(Effect.sync(makeLoopLag), ({ end }) => Effect.sync(end))
      const gateway = Option.getOrUndefined(yield* Effect.serviceOption(GatewayStatus))
      const actors = Option.getOrUndefined(yield* Effect.serviceOption(ActorSystem))
      const named = identity ?? (yield* makeProcessIdentity({ role, port: 0, version: "unknown" }))
      yield* makeInspector({
        identity: named,
        vitals: (isWatched) => readVitals(isWatched ? lag : undefined),
        actors,
        sockets: gateway?.sockets
      })
      const perform = performAct({ actors, disconnect: gateway?.disconnect, end: role === "all" ? undefined : endSoon })
      const secrets = yield* Secrets
      yield* acts.serve(named.node, (act) => Effect.provideService(perform(act), Secrets, secrets))
    })
  )

/** Whoever ordered it gets the answer before the process ends. */
const endSoonMs = 250

/** As a supervisor ends a process. */
const endSoon = (): void => {
  setTimeout(() => process.kill(process.pid, "SIGTERM"), endSoonMs)
}

/** The loop is sampled only while somebody looks, since each sample wakes an idle process. */
const readVitals = (lag: ReturnType<typeof makeLoopLag> | undefined): Vitals => {
  const { system, user } = process.cpuUsage()
  return {
    cpuSeconds: (system + user) / 1_000_000,
    memoryBytes: process.memoryUsage.rss(),
    loopLagMs: (lag?.since().p99 ?? 0) * 1_000
  }
}
