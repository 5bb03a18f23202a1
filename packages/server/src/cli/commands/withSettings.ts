/** The first step of most commands: reads and checks the settings. */

import { oneLine, type Problem } from "@hibiki/node/Problem"
import { Console, Effect } from "effect"
import { Environment, loadSettings, unknownVariables } from "../config/Environment.ts"
import type { SettingsValues } from "../config/Settings.ts"

export const withSettings = <R>(
  run: (settings: SettingsValues) => Effect.Effect<void, Problem, R>
): Effect.Effect<void, Problem, R | Environment> => Effect.flatMap(Effect.flatMap(Environment, loadSettings), run)

/**
 * Warns, on stderr, about variables that look like settings and are none. For processes that run for long: a misspelt
 * limit would be noticed late.
 */
export const tellUnknown: Effect.Effect<void, never, Environment> = Effect.flatMap(Environment, (variables) =>
  Effect.forEach(
    unknownVariables(variables),
    (name) => Console.error(oneLine(`hibiki: ${name} is no setting, and is ignored: \`hibiki --help\` lists all.`)),
    { discard: true }
  )
)
