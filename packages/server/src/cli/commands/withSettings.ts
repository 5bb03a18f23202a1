/** What most commands begin with: the settings, read and checked. */

import { oneLine, type Problem } from "@hibiki/node/Problem"
import { Console, Effect } from "effect"
import { Environment, loadSettings, unknownVariables } from "../config/Environment.ts"
import type { SettingsValues } from "../config/Settings.ts"

export const withSettings = <R>(
  run: (settings: SettingsValues) => Effect.Effect<void, Problem, R>
): Effect.Effect<void, Problem, R | Environment> => Effect.flatMap(Effect.flatMap(Environment, loadSettings), run)

/**
 * Tells, on stderr, of variables that look like settings and are none. For processes that run for long: a limit that is
 * misspelt would be missed late.
 */
export const tellUnknown: Effect.Effect<void, never, Environment> = Effect.flatMap(Environment, (variables) =>
  Effect.forEach(
    unknownVariables(variables),
    (name) => Console.error(oneLine(`hibiki: ${name} is no setting, and is ignored: \`hibiki --help\` lists all.`)),
    { discard: true }
  )
)
