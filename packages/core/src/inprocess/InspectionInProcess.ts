/** Inspection of a single process: questions go to it directly. */
import { Effect, Layer } from "effect"
import { type Answerer, askEach, Inspection } from "../ports/Inspection.ts"

export const InspectionInProcess = Layer.sync(Inspection, () => {
  const served = new Set<Answerer>()
  return Inspection.of({
    ask: (question) =>
      Effect.map(askEach(served, question), (answers) => ({ heard: served.size, alone: false, answers })),
    serve: (answer) =>
      Effect.acquireRelease(
        Effect.sync(() => served.add(answer)),
        () => Effect.sync(() => served.delete(answer))
      )
  })
})
