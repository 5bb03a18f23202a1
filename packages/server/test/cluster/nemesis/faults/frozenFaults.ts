/** Processes that stand still and go on: a machine that swaps, a debugger, a virtual machine that is moved. */
import { readFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import { waitFor } from "../../../e2e/harness.ts"
import type { Bite, Fault, Scene } from "../Fault.ts"
import type { Node } from "../Stage.ts"
import { anyOf } from "./anyOf.ts"

/** The third field of its stat, behind the program's name in parentheses. T: stopped. */
const isStopped = ({ process: { pid } }: Node): boolean => /\) T /.test(readFileSync(`/proc/${pid}/stat`, "utf8"))

/** None of these processes does anything while `wait` is under way. Gives how many of them stood still. */
const frozen = async (nodes: ReadonlyArray<Node>, wait: () => Promise<unknown>): Promise<number> => {
  try {
    for (const node of nodes) node.process.kill("SIGSTOP")
    await waitFor("processes to stand still", () => nodes.every(isStopped))
    await wait()
    return nodes.filter(isStopped).length
  } finally {
    for (const node of nodes) node.process.kill("SIGCONT")
  }
}

/** Longer than the broker's heartbeats, a gateway's lease and a client's patience. */
const standsMs = { long: 20_000, short: 4_000 }

const freeze =
  (of: (scene: Scene) => ReadonlyArray<Node>) =>
  async (scene: Scene): Promise<Bite> => {
    const stood = await frozen(of(scene), () => sleep(scene.forMs(standsMs.long, standsMs.short)))
    return { shown: { "processes that stood still": stood } }
  }

export const frozenFaults: ReadonlyArray<Fault> = [
  { name: "freeze-worker", asked: {}, strike: freeze((scene) => [anyOf(scene, scene.stage.of("worker"))]) },
  { name: "freeze-workers", asked: {}, strike: freeze(({ stage }) => stage.of("worker")) },
  { name: "freeze-gateway", asked: {}, strike: freeze((scene) => [anyOf(scene, scene.stage.of("gateway"))]) },
  { name: "freeze-all", asked: {}, strike: freeze(({ stage }) => stage.nodes) }
]
