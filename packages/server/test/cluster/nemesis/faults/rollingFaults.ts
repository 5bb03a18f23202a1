/**
 * Another version: every process is replaced, one after another, as an orchestrator does it: the next is there before
 * the one of before is asked to go.
 */
import type { Bite, Fault, Scene } from "../Fault.ts"

/** Workers first: what they do not know yet, nobody may send. */
const order = ["worker", "push", "api", "gateway"] as const
const endsWithinMs = 20_000

const replaceAll = async ({ stage }: Scene): Promise<Bite> => {
  await stage.setUp()
  const before = order.flatMap((role) => stage.of(role))
  const misses: Array<string> = []
  for (const node of before) {
    await stage.start(node.role)
    // Until whoever stands before them knows the new one.
    await Promise.all([stage.front.look(), stage.calls.look()])
    const since = performance.now()
    const code = await stage.end(node, "SIGTERM")
    const tookMs = performance.now() - since
    if (code !== 0) misses.push(`a ${node.role} that was asked to stop ended with ${code}`)
    if (tookMs > endsWithinMs) misses.push(`a ${node.role} that was asked to stop took ${Math.round(tookMs)} ms`)
  }
  return { shown: { "replaced processes": before.length }, misses }
}

export const rollingFaults: ReadonlyArray<Fault> = [
  { name: "replace-all", asked: { resumedMs: 5_000 }, strike: replaceAll }
]
