/** Runs an administrative request. */
import type { Effect } from "effect"
import type { SettingsValues } from "../config/Settings.ts"
import { failed, type Problem } from "../Problem.ts"
import type { AdminRequest } from "./AdminRequest.ts"

export const runAdmin = (_settings: SettingsValues, request: AdminRequest): Effect.Effect<ReadonlyArray<string>, Problem> =>
  failed(`${request.op} is not there yet.`)
