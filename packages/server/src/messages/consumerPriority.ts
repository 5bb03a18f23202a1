/**
 * Which worker a partition prefers: rendezvous hashing. Each worker has a priority of its own for each partition, so that partitions
 * spread, and when a worker joins or ends, only those move which it wins or held.
 */

/** The broker gives a partition to the consumer with the greatest; 0 to 2^31 - 1, all equally likely. */
export const consumerPriority = (worker: string, partition: number): number => {
  let hash = 0x811c9dc5
  const name = `${worker} ${partition}`
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  // Names differ in their last characters only, which alone would hardly reach the upper bits.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 1
}
