/** Deliveries of one process: receivers are called at once, in the publisher's turn. Nothing waits, so nothing needs a bound. */
import { Cause, Effect, Layer } from "effect"
import type { NodeId } from "../domain/Ids.ts"
import { Deliveries } from "./Deliveries.ts"
import type { Envelope } from "./Submission.ts"

interface Subscriber {
  readonly node: NodeId
  readonly kind: "gateway" | "api"
  readonly receive: (envelope: Envelope) => void
}

export const DeliveriesInProcess = Layer.sync(Deliveries, () => {
  // Replaced, never changed: a receiver may end a subscription while envelopes are given out.
  let subscribers: ReadonlyArray<Subscriber> = []

  return Deliveries.of({
    publish: (envelopes) =>
      Effect.suspend(() => {
        const thrown: Array<unknown> = []
        for (const { envelope, to } of envelopes) {
          for (const subscriber of subscribers) {
            if (to === "gateways" ? subscriber.kind === "gateway" : subscriber.node === to) give(subscriber, envelope, thrown)
          }
        }
        return thrown.length === 0
          ? Effect.void
          : Effect.logError("A receiver of deliveries threw", ...thrown.map((defect) => Cause.die(defect)))
      }),
    subscribe: (node, kind, receive) =>
      Effect.asVoid(
        Effect.acquireRelease(
          Effect.sync(() => {
            const subscriber: Subscriber = { node, kind, receive }
            subscribers = [...subscribers, subscriber]
            return subscriber
          }),
          (subscriber) =>
            Effect.sync(() => {
              subscribers = subscribers.filter((other) => other !== subscriber)
            })
        )
      )
  })
})

const give = ({ receive }: Subscriber, envelope: Envelope, thrown: Array<unknown>): void => {
  try {
    receive(envelope)
  } catch (defect) {
    thrown.push(defect)
  }
}
