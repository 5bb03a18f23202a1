/**
 * What a stalled reader costs the server in memory: weighed after collection and without load, before the stall, in it
 * and after it.
 */
import { median } from "../../../core/bench/report.ts"
import { load } from "./latencyRun.ts"
import type { StalledStage } from "./StalledStage.ts"

const weighings = 5
/** Load goes on after the server had enough, so that whatever went on growing would show. */
const behindSeconds = 4
/** More than a write that is on its way: the operating system takes no more. */
const waitingBytes = 65_536

const weigh = async ({ server }: StalledStage): Promise<number> => {
  const weights: Array<number> = []
  while (weights.length < weighings) {
    const { bufferBytes, heapBytes } = await server.inside.weight()
    weights.push(heapBytes + bufferBytes)
  }
  return median(weights)
}

/** Of what fills the server's bound. */
export interface Filling {
  readonly perSecond: number
  readonly textLength: number
}

export const longTexts: Filling = load
/** Each is a frame of its own, with whatever a frame costs besides its bytes. */
export const shortTexts: Filling = { perSecond: 150, textLength: 20 }

/** Bytes that the stalled reader costs. */
export const costRun = async (stage: StalledStage, filling: Filling): Promise<number> => {
  await stage.renewReader()
  const before = await weigh(stage)
  await stage.clients.ask("stall", undefined)
  // By long texts up to the server: short ones would take minutes to fill what the operating system holds.
  await loadUntil(stage, longTexts, async () => ((await stage.held())?.heldBytes ?? 0) > waitingBytes)
  await loadUntil(stage, filling, async () => (await stage.held())?.behind === true)
  await stage.clients.ask("load", { ...filling, seconds: behindSeconds })
  const stalled = await weigh(stage)
  if ((await stage.held())?.behind !== true) throw new Error("the reader was closed before it was weighed")
  await stage.clients.ask("readOn", undefined)
  const after = await weigh(stage)
  return stalled - (before + after) / 2
}

const fillWithinMs = 60_000

/** In short pieces, until it holds. */
export const loadUntil = async (stage: StalledStage, filling: Filling, full: () => Promise<boolean>): Promise<void> => {
  const until = performance.now() + fillWithinMs
  while (!(await full())) {
    if (performance.now() > until) throw new Error("the server never had enough for the stalled reader")
    await stage.clients.ask("load", { ...filling, seconds: 0.5 })
  }
}
