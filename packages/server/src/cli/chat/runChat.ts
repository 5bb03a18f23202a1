/** Runs the terminal client. */
import type { Effect } from "effect"
import type { SettingsValues } from "../config/Settings.ts"
import { failed, type Problem } from "../Problem.ts"

export interface ChatOptions {
  readonly server: string | undefined
  readonly profile: string
  readonly plain: boolean
}

export const runChat = (_settings: SettingsValues, _options: ChatOptions): Effect.Effect<void, Problem> =>
  failed("the terminal client is not there yet.")
