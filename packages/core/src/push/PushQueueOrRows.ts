/**
 * The way to the pushes with a second one beside it: what the queue does not take is noted in the rows that it would come to, at once. The queue spares
 * the store a write for each offer and is not needed for more, so that whoever waits for an offer waits for it no longer than for one confirm.
 */
import { Clock, Effect, Layer } from "effect"
import type { ConversationId } from "../domain/Ids.ts"
import { looksAfterMs } from "./PushPolicy.ts"
import { PushQueue, PushQueueUnavailable } from "./PushQueue.ts"
import { PushStore } from "./PushStore.ts"

/** Logs of one note. */
const notedAtOnce = 500

export const pushQueueOrRows: Layer.Layer<PushQueue, never, PushQueue | PushStore> = Layer.effect(
  PushQueue,
  Effect.gen(function* () {
    const queue = yield* PushQueue
    const store = yield* PushStore
    let isAway = false

    const note = (logs: ReadonlyArray<ConversationId>) =>
      Effect.gen(function* () {
        const now = yield* Clock.currentTimeMillis
        for (let i = 0; i < logs.length; i += notedAtOnce)
          yield* store.note(logs.slice(i, i + notedAtOnce), now, looksAfterMs[0], looksAfterMs[1])
      }).pipe(Effect.mapError(({ cause }) => new PushQueueUnavailable({ cause })))

    /** Told when it begins and when it ends: while it lasts each offer comes here. */
    const turnedAway = ({ cause }: PushQueueUnavailable) =>
      Effect.suspend(() => {
        if (isAway) return Effect.void
        isAway = true
        return Effect.logWarning("The queue of the pushes takes nothing: what is to be looked at is noted in the store", cause)
      })
    const taken = Effect.suspend(() => {
      if (!isAway) return Effect.void
      isAway = false
      return Effect.logInfo("The queue of the pushes takes what is offered again")
    })

    return PushQueue.of({
      offer: (logs) =>
        Effect.matchEffect(queue.offer(logs), {
          onSuccess: () => taken,
          onFailure: (error) => Effect.zipRight(turnedAway(error), note(logs))
        })
    })
  })
)
