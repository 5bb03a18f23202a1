/** Workers that end, at any moment and at chosen ones, and one that comes and goes while people write. */
import { setTimeout as sleep } from "node:timers/promises"
import { lastWords } from "../../../e2e/kill/points.ts"
import type { Bite, Fault, Scene } from "../Fault.ts"
import type { Node } from "../Stage.ts"
import { anyOf } from "./anyOf.ts"
import { countedMore } from "./shown.ts"

const redelivered = ["hibiki_ingress_redelivered_total"]

const killWorker = async (scene: Scene): Promise<Bite> => {
  const { stage } = scene
  const code = await stage.end(anyOf(scene, stage.of("worker")), "SIGKILL")
  await stage.start("worker")
  return { shown: { "killed processes": code === null ? 1 : 0 } }
}

const decidedBy = async ({ stage }: Scene, worker: Node): Promise<number> =>
  (await stage.counters(worker))("hibiki_worker_commands_total")

/**
 * A worker in place of another, which has a part in the load: of two workers each decides about half of all
 * conversations. Whoever ends it starts another.
 */
export const replacingWorker = async (scene: Scene, program?: ReadonlyArray<string>): Promise<Node> => {
  const { stage } = scene
  for (let tries = 0; tries < triesMax; tries++) {
    await stage.end(anyOf(scene, stage.of("worker")), "SIGTERM")
    const worker = await stage.start("worker", program)
    if (await takesPart(scene, worker)) return worker
  }
  throw new Error("no worker took part in the load")
}

const takesPart = async (scene: Scene, worker: Node): Promise<boolean> => {
  for (const until = performance.now() + takesPartWithinMs; performance.now() < until; await sleep(lookEveryMs))
    if ((await decidedBy(scene, worker)) > 0) return true
  return false
}

const triesMax = 10
const takesPartWithinMs = 5_000
const lookEveryMs = 100

/** A worker takes the place of another, and ends itself there. */
const killWorkerAt =
  (point: "beforeCommit" | "afterCommit") =>
  async (scene: Scene): Promise<Bite> => {
    const { stage } = scene
    for (let tries = 0; tries < triesMax; tries++) {
      const worker = await replacingWorker(scene, [await scene.workerProgram(), point])
      const nodes = stage.nodes.filter((node) => node !== worker)
      let isEnded = false
      const again = await countedMore(
        scene,
        redelivered,
        async () => {
          isEnded = await endsItself(worker)
        },
        nodes
      )
      if (isEnded) {
        await stage.forget(worker)
        await stage.start("worker")
        return { shown: { [`ended ${point}`]: worker.stdout().includes(lastWords(point)) ? 1 : 0, redelivered: again } }
      }
      // It would end itself with the next one, and then nobody would be left to take over.
      await stage.end(worker, "SIGTERM")
      await stage.start("worker")
    }
    throw new Error("no worker came to the point")
  }

/** Whether the worker comes to its point: in its partitions people may only read, and nobody posts. */
const endsItself = async (worker: Node): Promise<boolean> => {
  worker.process.kill("SIGUSR2")
  for (const until = performance.now() + endsWithinMs; performance.now() < until; await sleep(lookEveryMs))
    if (worker.process.signalCode === "SIGKILL") {
      await worker.exited
      return true
    }
  return false
}

const endsWithinMs = 5_000
const staysMs = { long: 10_000, short: 2_000 }

const joinWorker = async (scene: Scene): Promise<Bite> => {
  const { stage } = scene
  const worker = await replacingWorker(scene)
  await sleep(scene.forMs(staysMs.long, staysMs.short))
  const decided = await decidedBy(scene, worker)
  const code = await stage.end(worker, "SIGTERM")
  await stage.start("worker")
  return {
    shown: { "decided by it": decided },
    misses: code === 0 ? [] : [`a worker that was asked to stop ended with ${code}`]
  }
}

/** What a worker had in hand is decided by another so soon. */
const asked = { settledMs: 5_000 }

export const workerFaults: ReadonlyArray<Fault> = [
  { name: "kill-worker", asked, strike: killWorker },
  { name: "kill-worker-before-commit", asked, strike: killWorkerAt("beforeCommit") },
  { name: "kill-worker-after-commit", asked, strike: killWorkerAt("afterCommit") },
  { name: "join-worker", asked, strike: joinWorker }
]
