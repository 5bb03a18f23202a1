/** `hibiki doctor`: looks for problems that would keep a server from starting. */
import { Command } from "@effect/cli"
import { Effect } from "effect"
import { Environment } from "../config/Environment.ts"

export const doctor = Command.make("doctor", {}, () =>
  Effect.gen(function* () {
    const variables = yield* Environment
    const { examine } = yield* Effect.promise(() => import("../doctor/examine.ts"))
    yield* examine(variables)
  })
).pipe(
  Command.withDescription(
    "Check the settings, the port, and the data folder or a cluster's services, and say what to do about what is wrong."
  )
)
