/** An ingress that refuses, loses its confirms, or hands batches over twice: a layer over any other. */

import { Ingress, IngressUnavailable } from "@hibiki/core/ports/Ingress"
import { Effect } from "effect"
import type { Fault } from "./Fault.ts"
import { overService } from "./overService.ts"

export interface IngressFaultPlan {
  /** Asked for each publish: it is answered `busy`, and nothing was handed over. */
  readonly refuse?: Fault
  /** Asked for each publish that was not refused: the batch comes twice, the second directly behind the first. */
  readonly duplicate?: Fault
  /** Asked for each publish that was not refused: the batch is handed over, and yet answered `unknown`. */
  readonly loseConfirm?: Fault
}

/** The consumer's side is left as it is. */
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
