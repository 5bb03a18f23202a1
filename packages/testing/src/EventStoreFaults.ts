/** A store that is unreachable, slow, or loses its answers: a layer over any other. */

import { EventStore, StoreUnavailable } from "@hibiki/core/ports/EventStore"
import { type Duration, Effect } from "effect"
import type { Fault } from "./Fault.ts"
import { overService } from "./overService.ts"

export interface EventStoreFaultPlan {
  /** Called for each append. A hit makes it fail, and nothing is stored. */
  readonly failAppend?: Fault
  /** Called for each append that did not fail. A hit makes it fail after it was stored. */
  readonly loseAnswer?: Fault
  /** Called for each read (`after`, `slices`, `heads` and `readEpoch`). A hit makes it fail. */
  readonly failRead?: Fault
  /** Called for each append and read. A hit delays its begin. */
  readonly delay?: { readonly fault: Fault; readonly by: Duration.DurationInput }
}

export const withEventStoreFaults = ({ delay, failAppend, failRead, loseAnswer }: EventStoreFaultPlan) =>
  overService(EventStore, (store) => {
    const pause = Effect.suspend(() => (delay?.fault.strikes() ? Effect.sleep(delay.by) : Effect.void))
    const unless = (fault: Fault | undefined, operation: string) =>
      Effect.suspend(() =>
        fault?.strikes() ? Effect.fail(new StoreUnavailable({ operation, cause: "a planned fault" })) : Effect.void
      )
    const read = <A>(operation: string, effect: Effect.Effect<A, StoreUnavailable>) =>
      pause.pipe(Effect.zipRight(unless(failRead, operation)), Effect.zipRight(effect))
    return {
      epoch: store.epoch,
      readEpoch: read("readEpoch", store.readEpoch),
      append: (commands) =>
        pause.pipe(
          Effect.zipRight(unless(failAppend, "append")),
          Effect.zipRight(store.append(commands)),
          Effect.zipLeft(unless(loseAnswer, "append"))
        ),
      after: (log, after, limit) => read("after", store.after(log, after, limit)),
      slices: (requests) => read("slices", store.slices(requests)),
      heads: (logs) => read("heads", store.heads(logs))
    }
  })
