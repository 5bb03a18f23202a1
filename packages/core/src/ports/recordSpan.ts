/** Records the run of an Effect as one finished span. */
import { Effect, type Exit } from "effect"
import type { SpanExporter, SpanRecord } from "./SpanExport.ts"

/**
 * Runs `self` unchanged and records it when it has ended, by failure and interruption too. Only runs it if the span is
 * not sampled. `describe` gets the exit.
 */
export const recordSpan =
  <A, E>(
    spans: SpanExporter,
    { kind, name }: Pick<SpanRecord, "kind" | "name">,
    describe: (exit: Exit.Exit<A, E>) => Pick<SpanRecord, "attributes" | "isError">
  ) =>
  <R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.clockWith((clock) => {
      if (!spans.isSampled()) return self
      const startMs = clock.unsafeCurrentTimeMillis()
      const since = clock.unsafeCurrentTimeNanos()
      return Effect.onExit(self, (exit) =>
        Effect.sync(() => {
          // The wall clock may be set meanwhile, so it does not measure the duration.
          const endMs = startMs + Number(clock.unsafeCurrentTimeNanos() - since) / 1e6
          spans.emit({ name, kind, startMs, endMs, ...describe(exit) })
        })
      )
    })
