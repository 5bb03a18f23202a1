/**
 * Hints by Redis' publish and subscribe: one channel for all gateways, each of which passes over what it has no member
 * for. A channel for each conversation would cost a subscription whenever a member comes or goes, which is oftener than
 * anybody types.
 */
import { type Hint, Hints } from "@hibiki/core/ports/Hints"
import { Effect, Layer, Metric } from "effect"
import { makeBacklog } from "./backlog.ts"
import { RedisClients } from "./RedisClients.ts"

/** Hints that wait while a message is under way; what comes beyond is dropped. */
const waitingMax = 10_000
/** Hints of one message. */
const batchMax = 500
const version = 1

export const hintsDropped = Metric.counter("hibiki_hints_dropped_total", {
  description: "Hints that were not published, because Redis was away or too many waited",
  incremental: true
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
      // What failed is not sent again: it would tell of a time that has passed.
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
            // Of another version: its hints mean something that is not known here.
            const { hints, v }: Message = JSON.parse(text)
            if (v === version) listener(hints)
          },
          // Nobody is told of what was missed: it has passed.
          missed: () => undefined
        })
    })
  })
)
