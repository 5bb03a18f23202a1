/**
 * Refuses a folder whose content was moved elsewhere: two stores under one epoch would give the same numbers to
 * different messages.
 */
import { existsSync } from "node:fs"
import { misconfigured, type Problem, shown } from "@hibiki/node/Problem"
import { Effect } from "effect"
import { movedMark } from "../../pglite/restoredMark.ts"

export const notMoved = (folder: string): Effect.Effect<void, Problem> =>
  Effect.suspend(() =>
    existsSync(movedMark(folder))
      ? misconfigured(
          `The folder ${shown(folder)} was moved by "hibiki export --moving": "hibiki restored" lets it begin anew here.`
        )
      : Effect.void
  )
