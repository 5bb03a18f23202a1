/** An ingress that refuses, loses its confirms, or delivers batches twice: a layer over any other. */

import { Ingress, IngressUnavailable } from "@hibiki/core/ports/Ingress"
import { Effect } from "effect"
import type { Fault } from "./Fault.ts"
import { overService } from "./overService.ts"

export interface IngressFaultPlan {
  /** Called for each publish. A hit answers `busy`, and nothing was handed over. */
  readonly refuse?: Fault
  /**
   * Called for each publish that was not refused. A hit delivers the batch twice, the second directly behind the first.
   */
  readonly duplicate?: Fault
  /** Called for each publish that was not refused. A hit hands the batch over, and yet answers `unknown`. */
  readonly loseConfirm?: Fault
}

/** Leaves the consumer's side unchanged. */
export const withIngressFaults = ({ duplicate, loseConfirm, refuse }: IngressFaultPlan) =>
  overService(Ingress, (ingress) => ({
    ...ingress,
    publish: (partition, batch) =>
      Effect.gen(function* () {
        if (refuse?.strikes()) return yield* new IngressUnavailable({ code: "busy", retryAfterMs: 100 })
        yield* ingress.publish(partition, batch)
        if (duplicate?.strikes()) yield* ingress.publish(partition, batch)
        if (loseConfirm?.strikes()) return yield* new IngressUnavailable({ code: "unknown", retryAfterMs: 100 })
      })
  }))
