/** Deliveries that lose, repeat or refuse: a layer over any other. */

import { Deliveries, DeliveriesUnavailable } from "@hibiki/core/ports/Deliveries"
import { Effect } from "effect"
import type { Fault } from "./Fault.ts"
import { overService } from "./overService.ts"

export interface DeliveriesFaultPlan {
  /** Called for each envelope. A hit confirms it, and it never arrives. */
  readonly drop?: Fault
  /** Called for each envelope that is not dropped. A hit makes it arrive twice. */
  readonly duplicate?: Fault
  /** Called for each publish. A hit makes it fail and deliver nothing. */
  readonly fail?: Fault
}

export const withDeliveriesFaults = ({ drop, duplicate, fail }: DeliveriesFaultPlan) =>
  overService(Deliveries, (deliveries) => ({
    ...deliveries,
    publish: (envelopes) =>
      Effect.suspend(() => {
        if (fail?.strikes()) return Effect.fail(new DeliveriesUnavailable({ cause: "a planned fault" }))
        const arriving = envelopes.filter(() => !drop?.strikes())
        return deliveries.publish(arriving.flatMap((one) => (duplicate?.strikes() ? [one, one] : [one])))
      })
  }))
