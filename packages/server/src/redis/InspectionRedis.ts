/**
 * Inspection by Redis: a question is published on one channel, and every process adds its answer to a list that
 * expires. An idle channel costs one subscription per process.
 */

import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { makeStart } from "@hibiki/core/fibers/Background"
import { monotonicMs } from "@hibiki/core/fibers/Time"
import { counter } from "@hibiki/core/metrics/declareMetric"
import { type Answerer, askEach, Inspection } from "@hibiki/core/ports/Inspection"
import { ProcessAnswer, Question } from "@hibiki/core/protocol/Inspection"
import { inspectionLimits } from "@hibiki/core/protocol/InspectionLimits"
import { Effect, Either, Layer, Schema } from "effect"
import { RedisClients } from "./RedisClients.ts"

export const inspectionQuestions = counter("hibiki_inspection_questions_total", {
  unit: "questions",
  description: "Questions of the operator's console that this process published."
})
export const inspectionUnread = counter("hibiki_inspection_unread_total", {
  unit: "messages",
  description: "Questions and answers of the operator's console that this process could not read."
})

/** How long a list of answers lives (s): a late answer must not create it for good. */
const answersTtlSeconds = 5
/** Pauses before the list is read (ms); the last is repeated until the deadline. */
const pausesMs = [4, 8, 16, 32, 64] as const
/** The most processes of a cluster that are read. */
const answersMax = 500
/** The most questions of others that wait in this process for an answer. */
const answeringMax = 16

const Asked = Schema.parseJson(Schema.Struct({ v: Schema.Literal(1), id: Schema.UUID, question: Question }))
const decodeAsked = Schema.decodeUnknownEither(Asked, { onExcessProperty: "error" })
const decodeAnswer = Schema.decodeUnknownEither(Schema.parseJson(ProcessAnswer))
const encodeAnswer = Schema.encodeSync(Schema.parseJson(ProcessAnswer))

export const InspectionRedis = Layer.scoped(
  Inspection,
  Effect.gen(function* () {
    const { key, run, subscribe } = yield* RedisClients
    const start = yield* makeStart
    const channel = key("inspect")
    const answersKey = (id: string) => key(`inspect:${id}`)
    const served = new Set<Answerer>()
    let answering = 0

    const answers = (id: string, heard: number) =>
      Effect.gen(function* () {
        const deadline = (yield* monotonicMs) + inspectionLimits.deadlineMs
        for (let tries = 0; ; tries++) {
          yield* Effect.sleep(pausesMs[Math.min(tries, pausesMs.length - 1)] ?? 64)
          const found = yield* run((redis) => redis.lrange(answersKey(id), 0, answersMax - 1))
          if (found.length >= heard || (yield* monotonicMs) >= deadline) return found.flatMap(readAnswer)
        }
      })

    return Inspection.of({
      ask: (question) =>
        Effect.gen(function* () {
          const id = yield* makeUuidV7
          inspectionQuestions.unsafeUpdate(1, [])
          const text = JSON.stringify({ v: 1, id, question })
          const heard = yield* run((redis) => redis.publish(channel, text))
          return { heard, alone: false, answers: heard === 0 ? [] : yield* answers(id, heard) }
        }).pipe(
          Effect.catchAll(() =>
            Effect.map(askEach(served, question), (own) => ({ heard: served.size, alone: true, answers: own }))
          )
        ),
      serve: (answer) => {
        const reply = (id: string, question: Question) =>
          Effect.flatMap(answer(question), (given) => {
            const text = encodeAnswer(given)
            if (text.length > inspectionLimits.answerBytesMax) return Effect.sync(countUnread)
            return Effect.asVoid(
              run((redis) => redis.multi().rpush(answersKey(id), text).expire(answersKey(id), answersTtlSeconds).exec())
            )
          }).pipe(
            // The console names a process that gives no answer.
            Effect.timeoutOption(inspectionLimits.deadlineMs),
            Effect.ignore,
            Effect.ensuring(Effect.sync(() => answering--))
          )
        const listening = subscribe(channel, {
          message: (text) => {
            const asked = decodeAsked(text)
            if (Either.isLeft(asked) || answering >= answeringMax) return countUnread()
            answering++
            start(reply(asked.right.id, asked.right.question))
          },
          // A console asks again a second later.
          missed: () => undefined
        })
        const own = Effect.acquireRelease(
          Effect.sync(() => served.add(answer)),
          () => Effect.sync(() => served.delete(answer))
        )
        return Effect.zipRight(own, listening)
      }
    })
  })
)

const countUnread = (): void => inspectionUnread.unsafeUpdate(1, [])

const readAnswer = (text: string): ReadonlyArray<ProcessAnswer> =>
  Either.match(decodeAnswer(text), {
    onLeft: () => {
      countUnread()
      return []
    },
    onRight: (answer) => [answer]
  })
