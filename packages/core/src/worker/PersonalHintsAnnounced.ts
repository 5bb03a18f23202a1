/** Personal events that were written outside a worker are announced as a worker would: heads, then envelopes. */
import { Effect, Layer } from "effect"
import { PersonalHints } from "../ports/PersonalHints.ts"
import { Announcer } from "./Announcer.ts"

/** A hint only: what was not announced in time is found by comparing heads. */
const deadline = "2 seconds"

export const PersonalHintsAnnounced = Layer.effect(
  PersonalHints,
  Effect.map(Announcer, ({ announce }) =>
    PersonalHints.of({
      announce: (changes) => announce(changes, []).pipe(Effect.timeoutOption(deadline), Effect.asVoid)
    })
  )
)
