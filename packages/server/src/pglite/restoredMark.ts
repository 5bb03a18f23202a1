/**
 * A file that marks a folder as restored from a backup: the store then begins a new epoch, and clients trust none of
 * their places in the old logs.
 */
import { existsSync, rmSync } from "node:fs"
import { join } from "node:path"
import * as SqlClient from "@effect/sql/SqlClient"
import { Effect } from "effect"
import { beginEpoch } from "../sql/beginEpoch.ts"

export const restoredMark = (folder: string): string => join(folder, "restored")

/** A file that marks a folder as moved elsewhere, where its epoch goes on: no server starts with it any more. */
export const movedMark = (folder: string): string => join(folder, "moved")

/**
 * Begins the new epoch if the mark exists. Deletes the mark only after the epoch is stored: a crash in between costs
 * one more epoch.
 */
export const beginEpochIfRestored = (folder: string) =>
  Effect.gen(function* () {
    const mark = restoredMark(folder)
    if (!existsSync(mark)) return
    yield* beginEpoch(yield* SqlClient.SqlClient)
    yield* Effect.sync(() => rmSync(mark, { force: true }))
    yield* Effect.logInfo("This folder was restored from a backup: clients will read everything anew.")
  })
