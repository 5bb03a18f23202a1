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

const decidedBy = async ({ stage }: Scene, worker: Node): Promise<number> => (await stage.counters(worker))("hibiki_worker_commands_total")

/** A further worker that has a part in the load: its name, which is chance, may give it only partitions in which nobody writes. */
const further = async (scene: Scene, program?: ReadonlyArray<string>): Promise<Node> => {
  const { stage } = scene
  for (let tries = 0; tries < triesMax; tries++) {
    const worker = await stage.start("worker", program)
    for (const until = performance.now() + takesPartWithinMs; performance.now() < until; await sleep(lookEveryMs))
      if ((await decidedBy(scene, worker)) > 0) return worker
    await stage.end(worker, "SIGTERM")
  }
  throw new Error("no further worker took part in the load")
}

const triesMax = 4
const takesPartWithinMs = 10_000
const lookEveryMs = 100

/** A further worker takes its part of the partitions, and ends itself there. */
const killWorkerAt =
  (point: "beforeCommit" | "afterCommit") =>
  async (scene: Scene): Promise<Bite> => {
    const { stage } = scene
    const program = [await scene.workerProgram(), point]
    let ended: Node | undefined
    const again = await countedMore(scene, redelivered, async () => {
      for (let tries = 0; tries < triesMax && ended === undefined; tries++) ended = await endsItself(scene, await further(scene, program))
    })
    if (ended === undefined) throw new Error("no further worker came to the point")
    await stage.forget(ended)
    return { shown: { [`ended ${point}`]: ended.stdout().includes(lastWords(point)) ? 1 : 0, redelivered: again } }
  }

/** The worker, when it has come to its point; else it is asked to go: in its partitions people may only read, and nobody posts. */
const endsItself = async ({ stage }: Scene, worker: Node): Promise<Node | undefined> => {
  worker.process.kill("SIGUSR2")
  for (const until = performance.now() + endsWithinMs; performance.now() < until; await sleep(lookEveryMs))
    if (worker.process.signalCode === "SIGKILL") {
      await worker.exited
      return worker
    }
  await stage.end(worker, "SIGTERM")
  return undefined
}

const endsWithinMs = 10_000
const staysMs = { long: 10_000, short: 2_000 }

const joinWorker = async (scene: Scene): Promise<Bite> => {
  const { stage } = scene
  const worker = await further(scene)
  await sleep(scene.forMs(staysMs.long, staysMs.short))
  const decided = await decidedBy(scene, worker)
  const code = await stage.end(worker, "SIGTERM")
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
