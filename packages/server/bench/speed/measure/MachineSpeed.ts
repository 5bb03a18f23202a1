/**
 * Whether the machine runs at its own speed. The host of a virtual machine can slow its processors down for a while
 * without calling it stolen: what runs then takes a multiple of its CPU time. Seen only by doing the same small piece
 * of work again and again, and counting its CPU time, which waiting for a processor is no part of.
 */
import { median } from "../../../../core/bench/report.ts"
import { epochMs, type Stretch } from "./Stretch.ts"

const everyMs = 4
/** Some 20 µs where nothing is in the way. */
const steps = 20_000
/** From how many times the usual on: less happens by itself, as processors share caches and change their clock. */
const slowFrom = 4

export interface Sample {
  readonly atMs: number
  /** CPU time of the piece of work. */
  readonly micros: number
}

/**
 * Stretches in which the work was slow: each from the sample before it, or from two turns before where that one was
 * late.
 */
export const slowStretches = (samples: ReadonlyArray<Sample>): ReadonlyArray<Stretch> => {
  const usual = median(samples.map(({ micros }) => micros))
  const stretches: Array<[number, number]> = []
  let before = Number.NEGATIVE_INFINITY
  for (const { atMs, micros } of samples) {
    if (micros >= slowFrom * usual) {
      const from = Math.max(before, atMs - 2 * everyMs)
      const last = stretches.at(-1)
      if (last !== undefined && last[1] >= from) last[1] = atMs
      else stretches.push([from, atMs])
    }
    before = atMs
  }
  return stretches
}

let kept = 0
const work = (): number => {
  const before = process.cpuUsage()
  for (let i = 0; i < steps; i++) kept = (kept * 31 + i) | 0
  const { system, user } = process.cpuUsage(before)
  return system + user
}

/** Looks until it is told to end; gives when the machine was slow. */
export const watchSpeed = (): (() => ReadonlyArray<Stretch>) => {
  const samples: Array<Sample> = []
  for (let i = 0; i < 200; i++) work()
  const timer = setInterval(() => {
    const micros = work()
    samples.push({ atMs: epochMs(performance.now()), micros })
  }, everyMs)
  timer.unref()
  return () => {
    clearInterval(timer)
    return slowStretches(samples)
  }
}
