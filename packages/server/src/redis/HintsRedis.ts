/**
 * Hints (ephemeral events) by Redis' publish and subscribe: one channel for all gateways. Each gateway skips the hints
 * for which it has no member. A channel for each conversation would cost a subscription whenever a member connects or
 * disconnects, which happens more often than anybody types.
 */
import { counter } from "@hibiki/core/metrics/declareMetric"
import { type Hint, Hints } from "@hibiki/core/ports/Hints"
import { Effect, Layer, Metric } from "effect"
import { makeBacklog } from "./backlog.ts"
import { RedisClients } from "./RedisClients.ts"

/** Hints that wait while a publish is in flight; further ones are dropped. */
const waitingMax = 10_000
/** Hints per published message. */
const batchMax = 500
const version = 1

export const hintsDropped = counter("hibiki_hints_dropped_total", {
  unit: "hints",
  description: "Typing and receipts that other gateways did not get: Redis was unreachable, or too many waited."
})

interface Message {
  readonly v: number
  readonly hints: ReadonlyArray<Hint>
}

export const HintsRedis = Layer.scoped(
  Hints,
  Effect.gen(function* () {
    const { key, run, subscribe } = yield* RedisClients
    const channel = key("hints")
    const give = yield* makeBacklog<Hint>({
      waitingMax,
      batchMax,
      // A failed publish is not retried: its hints would be out of date.
      send: (hints) =>
        Effect.catchAll(
          run((redis) => redis.publish(channel, JSON.stringify({ v: version, hints } satisfies Message))),
          () => Metric.incrementBy(hintsDropped, hints.length)
        )
    })

    return Hints.of({
      publish: (hints) => {
        const dropped = give(hints)
        if (dropped > 0) hintsDropped.unsafeUpdate(dropped, [])
      },
      listen: (_node, listener) =>
        subscribe(channel, {
          message: (text) => {
            // A message of another version: this version does not know what its hints mean.
            const { hints, v }: Message = JSON.parse(text)
            if (v === version) listener(hints)
          },
          // Subscribers need no notice of missed hints: these are out of date.
          missed: () => undefined
        })
    })
  })
)
