/** What most commands begin with: the settings, read and checked. */
import { Effect } from "effect"
import { Environment, loadSettings } from "../config/Environment.ts"
import type { SettingsValues } from "../config/Settings.ts"
import type { Problem } from "../Problem.ts"

export const withSettings = <R>(
  run: (settings: SettingsValues) => Effect.Effect<void, Problem, R>
): Effect.Effect<void, Problem, R | Environment> => Effect.flatMap(Effect.flatMap(Environment, loadSettings), run)
