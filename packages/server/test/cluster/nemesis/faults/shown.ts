/** How a fault shows: what the processes count more of than before. */
import type { Scene } from "../Fault.ts"
import type { Node, Stage } from "../Stage.ts"

/** Of all that run and answer. */
const sumOf = async (stage: Stage, nodes: ReadonlyArray<Node>, names: ReadonlyArray<string>): Promise<number> => {
  const counts = await Promise.all(nodes.map((node) => stage.counters(node).catch(() => () => 0)))
  return counts.reduce((sum, count) => names.reduce((all, name) => all + count(name), sum), 0)
}

const lookEveryMs = 100
const withinMs = 5_000

/**
 * Runs a strike; then how much more those processes count that were there before, waiting for the first of it. `nodes`:
 * of these alone.
 */
export const countedMore = async (
  { stage }: Scene,
  names: ReadonlyArray<string>,
  strike: () => Promise<void>,
  nodes = stage.nodes
): Promise<number> => {
  const before = await sumOf(stage, nodes, names)
  await strike()
  const since = performance.now()
  for (;;) {
    const more = (await sumOf(stage, nodes, names)) - before
    if (more > 0 || performance.now() - since > withinMs) return more
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
}
