/**
 * Port: tells processes at once what was written to personal logs outside a worker. A hint: without it they find it in
 * the log.
 */
import { Context, Effect, Layer } from "effect"
import type { LogChange } from "../commands/Decision.ts"

export class PersonalHints extends Context.Tag("@hibiki/core/ports/PersonalHints")<
  PersonalHints,
  {
    /**
     * Called after the commit, as a worker would: raise heads, publish. Never fails, and takes no longer than its own
     * deadline.
     */
    readonly announce: (changes: ReadonlyArray<LogChange>) => Effect.Effect<void>
  }
>() {}

/** Tells nobody: changes are found by anti-entropy. */
export const PersonalHintsNone = Layer.succeed(PersonalHints, PersonalHints.of({ announce: () => Effect.void }))
