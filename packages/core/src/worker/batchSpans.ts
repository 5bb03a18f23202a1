/** One span for each batch that a worker gives to the store, if an exporter is on. */
import { Cause, Effect, Exit, Option } from "effect"
import type { BatchRejected, StoreUnavailable } from "../ports/EventStore.ts"
import { recordSpan } from "../ports/recordSpan.ts"
import type { SpanExporter } from "../ports/SpanExport.ts"
import type { Held } from "./WorkerQueue.ts"

type Failure = BatchRejected | StoreUnavailable
type Decided = Effect.Effect<void, Failure>

/** Without an exporter the result returns what it gets, so that a batch costs as much as before. */
export const makeBatchSpans = (
  spans: SpanExporter | undefined
): ((batch: ReadonlyArray<Held>, decided: Decided) => Decided) => {
  if (spans === undefined) return (_, decided) => decided
  return (batch, decided) =>
    Effect.suspend(() => {
      // Counted before: a decided command leaves the batch.
      const commands = batch.reduce((sum, { rest }) => sum + rest.length, 0)
      const logs = new Set(batch.map(({ submission }) => submission.log)).size
      return recordSpan<void, Failure>(spans, { name: "worker.batch", kind: "consumer" }, (exit) => ({
        attributes: { "hibiki.commands": commands, "hibiki.logs": logs, "hibiki.outcome": outcomeOf(exit) },
        isError: Exit.isFailure(exit) && !Exit.isInterrupted(exit)
      }))(decided)
    })
}

const outcomeOf = (exit: Exit.Exit<void, Failure>): string => {
  if (Exit.isSuccess(exit)) return "stored"
  const failure = Option.getOrUndefined(Cause.failureOption(exit.cause))
  if (failure !== undefined) return failure._tag === "BatchRejected" ? "rejected" : "store_unavailable"
  return Cause.isInterruptedOnly(exit.cause) ? "interrupted" : "fault"
}
