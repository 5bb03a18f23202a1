/** Presence in process that can be emptied at any moment, like one outside the process. */

import { PresenceBook } from "@hibiki/core/inprocess/PresenceBook"
import { presenceBounds, presenceOver } from "@hibiki/core/inprocess/PresenceInProcess"
import { Presence } from "@hibiki/core/ports/Presence"
import { Context, Effect, Layer } from "effect"

export class PresenceFlush extends Context.Tag("@hibiki/testing/PresenceFlush")<
  PresenceFlush,
  {
    /** Deletes everybody's devices and steps, all at once. */
    readonly flush: Effect.Effect<void>
  }
>() {}

export const PresenceMemory: Layer.Layer<Presence | PresenceFlush> = Layer.scopedContext(
  Effect.gen(function* () {
    const { flush, presence } = yield* presenceOver(new PresenceBook(presenceBounds.offlineMax))
    return Context.make(Presence, presence).pipe(Context.add(PresenceFlush, { flush }))
  })
)
