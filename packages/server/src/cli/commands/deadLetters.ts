/** `hibiki dead-letters`: lists, replays or drops the submissions that no worker could take. */
import { Args, Command, Options } from "@effect/cli"
import { Effect } from "effect"
import type { DeadLettersRequest } from "../cluster/deadLetters.ts"
import type { SettingsOf } from "../config/commandSettings.ts"
import { withSettings } from "./withSettings.ts"

const handle = (request: DeadLettersRequest) =>
  withSettings((settings: SettingsOf<"dead-letters">) =>
    Effect.flatMap(
      Effect.promise(() => import("../cluster/deadLetters.ts")),
      ({ handleDeadLetters }) => handleDeadLetters(settings, request)
    )
  )

const names = Args.text({ name: "letter" }).pipe(
  Args.withDescription("Names of letters, or ids of commands in them. A letter goes whole."),
  Args.repeated
)
const all = Options.boolean("all").pipe(Options.withDescription("All letters, up to 500 at a time."))
const withText = Options.boolean("text").pipe(Options.withDescription("Show what people wrote, too."))
const yes = Options.boolean("yes").pipe(Options.withDescription("I know that they are gone for good then."))

export const deadLetters = Command.make("dead-letters").pipe(
  Command.withDescription("Batches of a cluster that no worker could take."),
  Command.withSubcommands([
    Command.make("list", { withText }, ({ withText }) => handle({ op: "list", withText })).pipe(
      Command.withDescription("List up to 500: letter, time, partition, reason, and each command's id and kind.")
    ),
    Command.make("replay", { names, all }, ({ all, names }) => handle({ op: "replay", names, all })).pipe(
      Command.withDescription(
        "Return dead letters to the workers. Safe at any time: the store does not store a repeat again."
      )
    ),
    Command.make("drop", { names, all, yes }, ({ all, names, yes }) => handle({ op: "drop", names, all, yes })).pipe(
      Command.withDescription("Remove letters for good. Their senders still hold what was never accepted.")
    )
  ])
)
