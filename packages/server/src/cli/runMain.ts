/** Runs a command as the process: signals, exit codes, and the last words of a crash. */

import { constants } from "node:os"
import { makeRunMain } from "@effect/platform/Runtime"
import { ExitCode, Problem } from "@hibiki/node/Problem"
import { runsUntilTold } from "@hibiki/node/untilTold"
import { Cause, Chunk, type Effect, Exit, Option } from "effect"
import { lastWords } from "./lastWords.ts"
import { giveUncaught, wasUncaught } from "./uncaught.ts"

/**
 * npm passes on a Ctrl-C that the terminal has already sent to the whole group: a second signal this soon is the same
 * request.
 */
const sameSignalMs = 1_000

/**
 * Interrupts the program at the first signal, and ends the process at a later one. Installed before the program begins,
 * so that no signal is missed.
 */
const watchSignals = () => {
  let first: { readonly signal: NodeJS.Signals; readonly at: number } | undefined
  let interrupt: (() => void) | undefined
  const onSignal = (signal: NodeJS.Signals) => {
    const now = performance.now()
    if (first === undefined) {
      first = { signal, at: now }
      interrupt?.()
    } else if (now - first.at > sameSignalMs) process.exit(codeOf(signal))
  }
  // The terminal client emits its Ctrl-C without the name of the signal.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => onSignal(signal))
  return {
    first: (): NodeJS.Signals | undefined => first?.signal,
    onFirst: (next: () => void) => {
      interrupt = next
      if (first !== undefined) next()
    }
  }
}

/**
 * The exit code that shells use for a program ended by a signal, so that `hibiki backup FILE && ...` does not go on.
 */
const codeOf = (signal: NodeJS.Signals): number => 128 + constants.signals[signal]

/**
 * Every failure becomes one line on stderr and an exit code. Anything but a Problem is a bug, and is shown with its
 * stack.
 */
export const runMain = <E>(main: Effect.Effect<void, E>): void => {
  // All files that the process, its threads and its children create belong to their user alone.
  process.umask(0o077)
  process.on("uncaughtException", crash)
  process.on("unhandledRejection", crash)
  // A reader that ended (`hibiki --help | head`, a log collector that restarts) is no reason to end.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined)
  const signals = watchSignals()
  const run = makeRunMain(({ fiber }) => {
    const keepAlive = setInterval(() => undefined, 2 ** 31 - 1)
    signals.onFirst(() => fiber.unsafeInterruptAsFork(fiber.id()))
    fiber.addObserver((exit) => {
      clearInterval(keepAlive)
      // Handles that a library left open must not keep a finished command alive.
      process.exit(Exit.isSuccess(exit) ? 0 : exitCodeOf(exit.cause, signals.first(), fiber.getFiberRef(runsUntilTold)))
    })
  })
  run(main, { disableErrorReporting: true, disablePrettyLogger: true })
}

const crash = (error: unknown) => {
  if (giveUncaught(error)) return
  lastWords(`unexpected failure, stopping: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  process.exit(ExitCode.failure)
}

/** `isEnd`: the program is meant to run until a signal, which is no failure then. */
const exitCodeOf = (cause: Cause.Cause<unknown>, signal: NodeJS.Signals | undefined, isEnd: boolean): number => {
  if (signal !== undefined && Cause.isInterruptedOnly(cause)) {
    // The taker has logged it. The supervisor of the process must learn that it did not stop well.
    if (wasUncaught()) return ExitCode.failure
    return isEnd ? 0 : codeOf(signal)
  }
  const failure = Option.getOrUndefined(Chunk.head(Cause.failures(cause)))
  if (failure instanceof Problem) {
    lastWords(failure.sentence)
    return failure.exitCode
  }
  lastWords(`unexpected failure: ${Cause.pretty(cause)}`)
  return ExitCode.failure
}
