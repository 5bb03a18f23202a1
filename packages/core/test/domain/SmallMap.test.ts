import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { SmallMap } from "../../src/domain/SmallMap.ts"

const act = fc.oneof(
  fc.record({ op: fc.constant("set" as const), key: fc.nat(14), value: fc.nat() }),
  fc.record({ op: fc.constant("delete" as const), key: fc.nat(14), value: fc.constant(0) }),
  fc.record({ op: fc.constant("clear" as const), key: fc.constant(0), value: fc.constant(0) })
)

describe("SmallMap", () => {
  it("is a Map to whoever uses it", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const [small, map] = [new SmallMap<number, number>(), new Map<number, number>()]
        for (const { key, op, value } of acts) {
          if (op === "set") {
            small.set(key, value)
            map.set(key, value)
          } else if (op === "delete") assert.strictEqual(small.delete(key), map.delete(key))
          else {
            small.clear()
            map.clear()
          }
          assert.strictEqual(small.size, map.size)
          assert.deepStrictEqual([...small], [...map])
          assert.deepStrictEqual([...small.keys()], [...map.keys()])
          assert.deepStrictEqual([...small.values()], [...map.values()])
          const visited: Array<number> = []
          small.forEach((value) => visited.push(value))
          assert.deepStrictEqual(visited, [...map.values()])
          for (let each = 0; each <= 14; each++) {
            assert.strictEqual(small.get(each), map.get(each))
            assert.strictEqual(small.has(each), map.has(each))
          }
        }
      })
    )
  })

  it("a loop may delete and change what it goes over", () => {
    for (const size of [3, 20]) {
      const map = new SmallMap<number, string>()
      for (let i = 0; i < size; i++) map.set(i, "old")
      const seen: Array<string> = []
      for (const [key, value] of map) {
        seen.push(`${key} ${value}`)
        map.delete(key)
        map.delete(1)
        if (map.has(2)) map.set(2, "new")
      }
      assert.deepStrictEqual(seen.slice(0, 2), ["0 old", "2 new"])
      assert.strictEqual(seen.length, size - 1)
      assert.strictEqual(map.size, 0)
    }
  })

  it("a visit may do so, too", () => {
    for (const size of [3, 20]) {
      const map = new SmallMap<number, string>()
      for (let i = 0; i < size; i++) map.set(i, `${i}`)
      const seen: Array<string> = []
      map.forEach((value) => {
        seen.push(value)
        map.delete(1)
        if (map.has(2)) map.set(2, "new")
      })
      assert.deepStrictEqual(seen.slice(0, 2), ["0", "new"])
      assert.strictEqual(seen.length, size - 1)
    }
  })
})
