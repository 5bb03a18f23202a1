/** Presence in process that can be emptied at any moment, as one outside the process may be. */
import { Context, Effect, Layer } from "effect"
import { Presence } from "../presence/Presence.ts"
import { PresenceBook } from "../presence/PresenceBook.ts"
import { presenceBounds, presenceOver } from "../presence/PresenceInProcess.ts"

export class PresenceFlush extends Context.Tag("@hibiki/core/testing/PresenceFlush")<
  PresenceFlush,
  {
    /** Everybody's devices and steps are gone, all at once. */
    readonly flush: Effect.Effect<void>
  }
>() {}

export const PresenceMemory: Layer.Layer<Presence | PresenceFlush> = Layer.scopedContext(
  Effect.gen(function* () {
    const { flush, presence } = yield* presenceOver(new PresenceBook(presenceBounds.offlineMax))
    return Context.make(Presence, presence).pipe(Context.add(PresenceFlush, { flush }))
  })
)
