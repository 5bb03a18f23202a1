/**
 * Acts of operators by Redis: a signed order on the channel of one process, and its answer in a list that expires. An
 * idle process has one subscription for it.
 */
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { makeStart } from "@hibiki/core/fibers/Background"
import { monotonicMs } from "@hibiki/core/fibers/Time"
import { counter } from "@hibiki/core/metrics/declareMetric"
import { OrderGate, orderRefusals, signOrder } from "@hibiki/core/operate/signedOrders"
import { actAnswerMs, actValidMs, NodeActs, type Ordered, type Performed } from "@hibiki/core/ports/NodeActs"
import { Secrets } from "@hibiki/core/ports/Secrets"
import { Clock, Effect, Either, Layer, Metric } from "effect"
import { RedisClients } from "./RedisClients.ts"

export const operatorActs = counter("hibiki_operator_acts_total", {
  unit: "acts",
  description:
    "Acts of operators on this process. All but `accepted` and `late` mean that somebody else writes to Redis.",
  labels: { result: ["accepted", ...orderRefusals] }
})

/** How long an answer lives (s). */
const answerTtlSeconds = 20
const askAgainMs = 50

const performed: ReadonlySet<string> = new Set<Performed>(["done", "not_found", "not_possible"])
const isPerformed = (text: string): text is Performed => performed.has(text)

export const NodeActsRedis = Layer.scoped(
  NodeActs,
  Effect.gen(function* () {
    const { key, run, subscribe } = yield* RedisClients
    const [secrets, start] = [yield* Secrets, yield* makeStart]
    const channelOf = (node: string) => key(`act:${node}`)
    const answerKey = (id: string) => key(`act:answer:${id}`)

    const answerTo = (id: string): Effect.Effect<Ordered> =>
      Effect.gen(function* () {
        const deadline = (yield* monotonicMs) + actAnswerMs
        while ((yield* monotonicMs) < deadline) {
          yield* Effect.sleep(askAgainMs)
          const found = yield* run((redis) => redis.get(answerKey(id)))
          if (found !== null && isPerformed(found)) return found
        }
        return "no_answer" as const
      }).pipe(Effect.catchAll(() => Effect.succeed("no_answer" as const)))

    return NodeActs.of({
      order: (node, act) =>
        Effect.gen(function* () {
          const [id, now] = [yield* makeUuidV7, yield* Clock.currentTimeMillis]
          const text = signOrder({ id, node, until: now + actValidMs, act }, secrets.derive)
          const heard = yield* run((redis) => redis.publish(channelOf(node), text))
          return heard === 0 ? ("gone" as const) : yield* answerTo(id)
        }).pipe(Effect.catchAll(() => Effect.succeed("no_answer" as const))),
      serve: (node, perform) => {
        const gate = new OrderGate(node, secrets.derive)
        const take = (text: string) =>
          Effect.gen(function* () {
            const order = gate.accept(text, yield* Clock.currentTimeMillis)
            const result = Either.isRight(order) ? "accepted" : order.left
            yield* Metric.increment(Metric.tagged(operatorActs, "result", result))
            if (Either.isLeft(order)) return
            const { act, id } = order.right
            const done = yield* perform(act)
            yield* run((redis) => redis.set(answerKey(id), done, "EX", answerTtlSeconds))
          }).pipe(Effect.ignore)
        return subscribe(channelOf(node), {
          message: (text) => start(take(text)),
          // Who ordered it is told that there was no answer.
          missed: () => undefined
        })
      }
    })
  })
)
