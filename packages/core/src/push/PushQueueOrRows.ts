/**
 * The push queue with a fallback: if the queue does not take an offer, this writes it at once to the rows where the
 * push role would have noted it. The queue only spares the store a write for each offer, so an offer waits for it no
 * longer than for one confirm.
 */
import { Effect, Layer } from "effect"
import type { ConversationId } from "../domain/Ids.ts"
import { looksAfterMs } from "../domain/PushPolicy.ts"
import { makeOutageLog } from "../fibers/logging.ts"
import { PushQueue, PushQueueUnavailable } from "../ports/PushQueue.ts"
import { PushStore } from "../ports/PushStore.ts"

/** Logs of one note. */
const notedAtOnce = 500

export const pushQueueOrRows: Layer.Layer<PushQueue, never, PushQueue | PushStore> = Layer.effect(
  PushQueue,
  Effect.gen(function* () {
    const queue = yield* PushQueue
    const store = yield* PushStore
    // While the outage lasts, each offer comes here.
    const away = makeOutageLog(
      "The queue of the pushes takes nothing: what is to be looked at is noted in the store",
      "The queue of the pushes takes what is offered again"
    )

    const note = (logs: ReadonlyArray<ConversationId>) =>
      Effect.gen(function* () {
        for (let i = 0; i < logs.length; i += notedAtOnce)
          yield* store.note(logs.slice(i, i + notedAtOnce), looksAfterMs[0], looksAfterMs[1])
      }).pipe(Effect.mapError(({ cause }) => new PushQueueUnavailable({ cause })))

    return PushQueue.of({
      offer: (logs) =>
        Effect.matchEffect(queue.offer(logs), {
          onSuccess: () => away.over,
          onFailure: (error) => Effect.zipRight(away.met(error.cause), note(logs))
        })
    })
  })
)
