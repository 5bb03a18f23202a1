/** One span for each call that this process answers, if an exporter is on. */
import { recordSpan } from "@hibiki/core/ports/recordSpan"
import type { SpanExporter } from "@hibiki/core/ports/SpanExport"
import { type Effect, Exit } from "effect"
import type { CheckedCall } from "./StrictRpc.ts"

/** A call's answer, as far as its span tells it. */
type Answered = { readonly _tag: "Done" } | { readonly _tag: "Failed"; readonly error: { readonly _tag: string } }

/** Holds the name of the call, the id of its request in the log, and the tag of its error: nothing of its payload. */
export const makeCallSpans = (
  spans: SpanExporter | undefined
): (<A extends Answered>(call: CheckedCall, requestId: string, answered: Effect.Effect<A>) => Effect.Effect<A>) => {
  if (spans === undefined) return (_, _requestId, answered) => answered
  return <A extends Answered>({ rpc }: CheckedCall, requestId: string, answered: Effect.Effect<A>) =>
    recordSpan<A, never>(spans, { name: rpc._tag, kind: "server" }, (exit) => {
      const outcome = outcomeOf(exit)
      return {
        attributes: {
          "rpc.system": "hibiki",
          "rpc.method": rpc._tag,
          "hibiki.request_id": requestId,
          "hibiki.outcome": outcome
        },
        isError: outcome === "Unavailable"
      }
    })(answered)
}

/** `Done`, the tag of the error, or `Interrupted` if nobody waited for the answer any more. */
const outcomeOf = (exit: Exit.Exit<Answered>): string => {
  if (Exit.isFailure(exit)) return "Interrupted"
  return exit.value._tag === "Done" ? "Done" : exit.value.error._tag
}
