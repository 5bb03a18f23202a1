/** Whether this process should get new work: everything that it needs is reachable, and it does not drain. */
import { makeOutageLog } from "@hibiki/core/fibers/logging"
import { Cause, Clock, Context, Effect, Layer, Option, type Scope } from "effect"
import { defectReport } from "./DefectReport.ts"

export class Readiness extends Context.Tag("@hibiki/server/http/Readiness")<
  Readiness,
  {
    /**
     * Adds a condition, for as long as the scope is open. A check that fails, dies or takes over 1 s counts as false.
     * The log says when that begins and why, and when it ends.
     */
    readonly require: (name: string, check: Effect.Effect<boolean, unknown>) => Effect.Effect<void, never, Scope.Scope>
    /**
     * Adds degraded parts, for as long as the scope is open. They are reported beside readiness and do not affect it.
     */
    readonly mention: (degraded: () => ReadonlyArray<string>) => Effect.Effect<void, never, Scope.Scope>
    readonly degraded: () => ReadonlyArray<string>
    /** Checks all conditions at once. A result is reused for 1 s, so that frequent requests cost nothing. */
    readonly isReady: Effect.Effect<boolean>
    /** Makes the process not ready, for good; new sockets are turned away. */
    readonly drain: Effect.Effect<void>
    readonly isDraining: () => boolean
  }
>() {}

const checkTimeout = "1 second"
const keptMs = 1_000

export const ReadinessLive = Layer.sync(Readiness, () => {
  const checks = new Map<string, Effect.Effect<boolean>>()
  const mentions = new Set<() => ReadonlyArray<string>>()
  let draining = false
  let last: { readonly at: number; readonly ready: boolean } | undefined

  const askAll = Effect.suspend(() => Effect.forEach([...checks.values()], (check) => check, { concurrency: 8 })).pipe(
    Effect.map((results) => results.every(Boolean))
  )
  const set = (name: string, check: Effect.Effect<boolean> | undefined) =>
    Effect.sync(() => {
      if (check === undefined) checks.delete(name)
      else checks.set(name, check)
      last = undefined
    })

  return Readiness.of({
    require: (name, check) => Effect.acquireRelease(set(name, guarded(name, check)), () => set(name, undefined)),
    mention: (degraded) =>
      Effect.acquireRelease(
        Effect.sync(() => void mentions.add(degraded)),
        () => Effect.sync(() => mentions.delete(degraded))
      ),
    degraded: () => [...mentions].flatMap((degraded) => degraded()),
    isReady: Effect.flatMap(Clock.currentTimeMillis, (now) => {
      if (draining) return Effect.succeed(false)
      if (last !== undefined && now >= last.at && now - last.at < keptMs) return Effect.succeed(last.ready)
      return Effect.tap(askAll, (ready) => {
        last = { at: now, ready }
      })
    }),
    drain: Effect.sync(() => {
      draining = true
    }),
    isDraining: () => draining
  })
})

const guarded = (name: string, check: Effect.Effect<boolean, unknown>): Effect.Effect<boolean> => {
  const outage = makeOutageLog(
    "This process is not ready: a check of it failed",
    "A check of this process's readiness holds again"
  )
  const failed = (why: unknown) => Effect.as(outage.met(why), false)
  return check.pipe(
    Effect.timeoutFail({ duration: checkTimeout, onTimeout: () => "no answer in time" }),
    Effect.matchCauseEffect({
      onSuccess: (ready) => (ready ? Effect.as(outage.over, true) : failed("it does not hold")),
      onFailure: (cause) => failed(Option.getOrElse(Cause.failureOption(cause), () => defectReport(cause)))
    }),
    Effect.annotateLogs({ check: name })
  )
}
