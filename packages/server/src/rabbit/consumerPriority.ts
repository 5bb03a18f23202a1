/**
 * Which worker a partition prefers. Each living worker has a place: 0, 1, 2, ... without a gap, as a rule. A worker
 * takes its share of partitions evenly from the places before its own. So any number of workers at the first places
 * have the same number of partitions each, or one more. A worker needs to know only its own place. A hash of the names
 * decides among workers without a place, for example while Redis is unreachable.
 */

/** The bits of the hash, below those of the rank. */
const hashBits = 22

/** The broker gives a partition to the consumer with the highest priority: 0 to 2^31 - 1. */
export const consumerPriority = (worker: string, partition: number, rank = 0): number =>
  rank * 2 ** hashBits + (hashOf(worker, partition) >>> (31 - hashBits))

/** Rendezvous hashing: returns 31 bits, all equally likely. */
const hashOf = (worker: string, partition: number): number => {
  let hash = 0x811c9dc5
  const name = `${worker} ${partition}`
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  // Names differ in their last characters only, which alone would hardly reach the upper bits.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 1
}

/**
 * Returns the rank of a worker at `place` for each partition. The later of two places that take a partition wins it. A
 * worker that does not take a partition has rank 0 there. Place 0 takes all. At most 256 partitions, and as many places
 * that take any.
 */
export const ranksOf = (place: number | undefined, partitions: number): ReadonlyArray<number> => {
  const takers = Array.from({ length: partitions }, () => 0)
  if (place === undefined || place >= partitions) return takers
  const held = [[...takers.keys()]]
  for (let next = 1; next <= place; next++) {
    const taken: Array<number> = []
    while (taken.length < Math.floor(partitions / (next + 1))) {
      const largest = held.reduce((most, some) => (some.length > most.length ? some : most))
      const partition = largest.pop()
      if (partition !== undefined) taken.push(partition)
    }
    held.push(taken)
  }
  for (const partition of held[place] ?? []) takers[partition] = place + 1
  return takers
}
