/**
 * Deliveries of one process: receivers are called at once, in the publisher's turn. Nothing waits, so nothing needs a
 * bound.
 */
import { Effect, Layer } from "effect"
import { logThrown, makeListeners } from "../fibers/Listeners.ts"
import { type AddressedEnvelope, Deliveries } from "../ports/Deliveries.ts"

export const DeliveriesInProcess = Layer.sync(Deliveries, () => {
  const { listen, tell } = makeListeners<AddressedEnvelope>()
  return Deliveries.of({
    publish: (envelopes) => Effect.suspend(() => logThrown("A receiver of deliveries threw", envelopes.flatMap(tell))),
    subscribe: (node, kind, receive) =>
      listen(({ envelope, to }) => {
        if (to === "gateways" ? kind === "gateway" : node === to) receive(envelope)
      })
  })
})
