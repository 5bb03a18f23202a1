/** Partitions spread over workers, and only those move that must. */
import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { consumerPriority, ranksOf } from "../../src/rabbit/consumerPriority.ts"

const owner = (workers: ReadonlyArray<string>, partition: number) =>
  workers.reduce((best, worker) =>
    consumerPriority(worker, partition) > consumerPriority(best, partition) ? worker : best
  )

const partitions = Array.from({ length: 16 }, (_, partition) => partition)
const workers = FastCheck.uniqueArray(FastCheck.uuid(), { minLength: 1, maxLength: 8 })

describe("a partition's priority", () => {
  it("is one that the broker takes, and always the same", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string(), FastCheck.nat(255), (worker, partition) => {
        const priority = consumerPriority(worker, partition)
        assert.isTrue(Number.isInteger(priority) && priority >= 0 && priority < 2 ** 31)
        assert.strictEqual(consumerPriority(worker, partition), priority)
      })
    )
  })

  it("moves a partition to a worker that joins, or to nobody", () => {
    FastCheck.assert(
      FastCheck.property(workers, FastCheck.uuid(), (there, joins) => {
        for (const partition of partitions) {
          const after = owner([...there, joins], partition)
          assert.isTrue(after === joins || after === owner(there, partition))
        }
      })
    )
  })

  it("gives each of four workers about a quarter", () => {
    const names = ["a", "b", "c", "d"].map((name) => `0191e2a0-0000-7000-8000-00000000000${name}`)
    const held = new Map(names.map((name) => [name, 0]))
    for (let partition = 0; partition < 4_000; partition++) {
      const name = owner(names, partition)
      held.set(name, (held.get(name) ?? 0) + 1)
    }
    for (const count of held.values()) assert.isTrue(count > 850 && count < 1_150, `${count} of 4000`)
  })

  it("gives each worker at the first places as many partitions, or one more, whatever they are called", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.integer({ min: 1, max: 256 }),
        FastCheck.integer({ min: 1, max: 40 }),
        FastCheck.uuid(),
        (count, living, seed) => {
          const ranks = Array.from({ length: living }, (_, place) => ranksOf(place, count))
          const held = Array.from({ length: living }, () => 0)
          for (let partition = 0; partition < count; partition++) {
            const priorities = ranks.map((rank, place) =>
              consumerPriority(`${seed}${place}`, partition, rank[partition])
            )
            const winner = priorities.indexOf(Math.max(...priorities))
            assert.isBelow(priorities[winner] ?? 0, 2 ** 31)
            held[winner] = (held[winner] ?? 0) + 1
          }
          for (const partitions of held)
            assert.isTrue(
              partitions === Math.floor(count / living) || partitions === Math.ceil(count / living),
              `${held}`
            )
        }
      )
    )
  })

  it("moves no partition between workers that were there when another takes the next place", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.integer({ min: 1, max: 256 }),
        FastCheck.integer({ min: 1, max: 40 }),
        (count, living) => {
          const winners = (among: number) => {
            const ranks = Array.from({ length: among }, (_, place) => ranksOf(place, count))
            return Array.from({ length: count }, (_, partition) =>
              ranks.reduce(
                (best, rank, place) => ((rank[partition] ?? 0) > (ranks[best]?.[partition] ?? 0) ? place : best),
                0
              )
            )
          }
          const [before, after] = [winners(living), winners(living + 1)]
          for (const [partition, winner] of after.entries())
            assert.isTrue(winner === living || winner === before[partition])
        }
      )
    )
  })
})
