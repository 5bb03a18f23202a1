/** Runs a command as the process: signals, exit codes, and the last words of a crash. */

import { ValidationError } from "@effect/cli"
import { makeRunMain } from "@effect/platform/Runtime"
import { Cause, Chunk, type Effect, Exit, Option } from "effect"
import { ExitCode, Problem } from "./Problem.ts"
import { giveUncaught } from "./uncaught.ts"

/** npm hands on a Ctrl-C that the terminal sent to the whole group already: what comes this soon is the same wish. */
const sameSignalMs = 1_000

/** Interrupts the program at the first signal, and ends the process at a later one. Installed before the program begins, so that none is missed. */
const watchSignals = (): { readonly onFirst: (interrupt: () => void) => void } => {
  let firstAt: number | undefined
  let interrupt: (() => void) | undefined
  const onSignal = () => {
    const now = performance.now()
    if (firstAt === undefined) {
      firstAt = now
      interrupt?.()
    } else if (now - firstAt > sameSignalMs) process.exit(130)
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal)
  return {
    onFirst: (next) => {
      interrupt = next
      if (firstAt !== undefined) next()
    }
  }
}

/** Every failure becomes one line on stderr and an exit code; what is not a Problem is a bug, and is shown with its stack. */
export const runMain = <E>(main: Effect.Effect<void, E>): void => {
  process.on("uncaughtException", crash)
  process.on("unhandledRejection", crash)
  // A reader that went away (`hibiki --help | head`, a log collector that restarts) is no reason to end.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined)
  const signals = watchSignals()
  const run = makeRunMain(({ fiber, teardown }) => {
    const keepAlive = setInterval(() => undefined, 2 ** 31 - 1)
    signals.onFirst(() => fiber.unsafeInterruptAsFork(fiber.id()))
    fiber.addObserver((exit) => {
      clearInterval(keepAlive)
      // Whatever a library left open must not keep a finished command alive.
      teardown(exit, (code) => process.exit(code))
    })
  })
  run(main, {
    disableErrorReporting: true,
    disablePrettyLogger: true,
    teardown: (exit, onExit) => onExit(Exit.isFailure(exit) ? exitCodeOf(exit.cause) : 0)
  })
}

const crash = (error: unknown) => {
  if (giveUncaught(error)) return
  process.stderr.write(`hibiki: unexpected failure, stopping: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exit(ExitCode.failure)
}

const exitCodeOf = (cause: Cause.Cause<unknown>): number => {
  if (Cause.isInterruptedOnly(cause)) return 0
  const failure = Option.getOrUndefined(Chunk.head(Cause.failures(cause)))
  if (failure instanceof Problem) {
    process.stderr.write(`hibiki: ${failure.sentence}\n`)
    return failure.exitCode
  }
  // The CLI library has printed what was wrong with the arguments.
  if (ValidationError.isValidationError(failure)) return ExitCode.usage
  process.stderr.write(`hibiki: unexpected failure: ${Cause.pretty(cause)}\n`)
  return ExitCode.failure
}
