/**
 * Chance for a simulation: streams of numbers from one seed, each for a purpose of its own, so that one more draw here
 * changes nothing there.
 */

export interface Dice {
  /** From 0 to below 1. */
  readonly next: () => number
  /** A whole number from 0 to below `below`. */
  readonly below: (below: number) => number
  readonly bytes: (length: number) => Uint8Array
}

/** Mulberry32 (Tommy Ettinger, public domain), begun from the seed and FNV-1a of the purpose. */
export const makeDice = (seed: number, purpose: string): Dice => {
  let state = seed >>> 0
  for (let i = 0; i < purpose.length; i++) state = Math.imul(state ^ purpose.charCodeAt(i), 0x01000193)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return { next, below, bytes: (length) => Uint8Array.from({ length }, () => below(256)) }
}
