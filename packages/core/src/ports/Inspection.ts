/**
 * Port: one question to all processes, and their answers. Costs nothing while nobody asks, apart from one subscription
 * per process.
 */
import { Context, Effect, Option, type Scope } from "effect"
import type { ProcessAnswer, Question } from "../protocol/Inspection.ts"
import { inspectionLimits } from "../protocol/InspectionLimits.ts"

export interface Answers {
  /** How many processes got the question. More than answers: some did not answer in time. */
  readonly heard: number
  /** True: the caller reaches no other process and has asked only its own. */
  readonly alone: boolean
  readonly answers: ReadonlyArray<ProcessAnswer>
}

export type Answerer = (question: Question) => Effect.Effect<ProcessAnswer>

export class Inspection extends Context.Tag("@hibiki/core/ports/Inspection")<
  Inspection,
  {
    /**
     * Asks all processes, the caller's own included if it serves. Completes when all have answered, or after
     * `inspectionLimits.deadlineMs`. An unreadable answer is left out.
     */
    readonly ask: (question: Question) => Effect.Effect<Answers>
    /**
     * Answers questions for as long as the scope lives. A question that this version does not know gets no answer, nor
     * does one whose answer fails or is larger than `inspectionLimits.answerBytesMax`.
     */
    readonly serve: (answer: Answerer) => Effect.Effect<void, never, Scope.Scope>
  }
>() {}

/** Asks these in this process. Leaves out an answer that fails, is late or is too large. */
export const askEach = (served: Iterable<Answerer>, question: Question): Effect.Effect<ReadonlyArray<ProcessAnswer>> =>
  Effect.forEach(
    [...served],
    (answer) => answer(question).pipe(Effect.timeout(inspectionLimits.deadlineMs), Effect.sandbox, Effect.option),
    { concurrency: "unbounded" }
  ).pipe(
    Effect.map((found) =>
      found.flatMap(Option.toArray).filter((answer) => JSON.stringify(answer).length <= inspectionLimits.answerBytesMax)
    )
  )
