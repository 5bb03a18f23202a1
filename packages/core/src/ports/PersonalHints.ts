/**
 * Port: notifies other processes at once of events written to personal logs outside a worker. A hint: without it they
 * find the events in the log.
 */
import { Context, Effect, Layer } from "effect"
import type { LogChange } from "../commands/Decision.ts"

export class PersonalHints extends Context.Tag("@hibiki/core/ports/PersonalHints")<
  PersonalHints,
  {
    /**
     * Called after the commit; does the same as a worker: raises heads, publishes. Never fails, and takes no longer
     * than its own deadline.
     */
    readonly announce: (changes: ReadonlyArray<LogChange>) => Effect.Effect<void>
  }
>() {}

/** Notifies nobody: anti-entropy finds the changes. */
export const PersonalHintsNone = Layer.succeed(PersonalHints, PersonalHints.of({ announce: () => Effect.void }))
