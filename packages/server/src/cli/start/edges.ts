/** The begin and end of every server process: whether it may listen, and the timeouts when it stops. */

import type { Problem } from "@hibiki/node/Problem"
import { Console, Effect } from "effect"
import { bindProblem, type HttpOptions } from "../../http/HttpOptions.ts"
import type { Readiness } from "../../http/Readiness.ts"
import { startProblem } from "../config/startProblem.ts"
import { lastWords } from "../lastWords.ts"

/** Sockets, calls and services each have a timeout of their own; this is for cases that none of them foresaw. */
const stopWithinMs = 19_000

export const bindAllowed = (http: HttpOptions["Type"]): Effect.Effect<void, Problem> => {
  const refused = bindProblem(http)
  return refused === undefined ? Effect.void : startProblem(refused)
}

/** Ends the process after that time, even if something still keeps it alive. */
export const exitWithin = (ms: number): void => {
  setTimeout(() => {
    lastWords("stopping took too long; exiting now.")
    process.exit(1)
  }, ms).unref()
}

/** The first step at the end: no new work, and a timeout for all later steps. */
export const stopping = (readiness: Readiness["Type"]): Effect.Effect<void> =>
  Effect.gen(function* () {
    exitWithin(stopWithinMs)
    yield* readiness.drain
    yield* Console.log("Stopping: clients will reconnect, and work in progress finishes ...")
  })
