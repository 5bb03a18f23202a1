/** Acts on the only process there is: they go to it directly. */
import { Effect, Layer } from "effect"
import type { NodeAct } from "../domain/NodeAct.ts"
import { actAnswerMs, NodeActs, type Performed } from "../ports/NodeActs.ts"

export const NodeActsInProcess = Layer.sync(NodeActs, () => {
  const served = new Map<string, (act: NodeAct) => Effect.Effect<Performed>>()
  return NodeActs.of({
    order: (node, act) => {
      const perform = served.get(node)
      if (perform === undefined) return Effect.succeed("gone")
      return Effect.timeoutTo(perform(act), {
        duration: actAnswerMs,
        onSuccess: (performed) => performed,
        onTimeout: () => "no_answer" as const
      })
    },
    serve: (node, perform) =>
      Effect.acquireRelease(
        Effect.sync(() => served.set(node, perform)),
        () => Effect.sync(() => served.delete(node))
      )
  })
})
