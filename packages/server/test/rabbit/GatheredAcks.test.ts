import { assert, describe, it } from "@effect/vitest"
import { GatheredAcks } from "../../src/rabbit/GatheredAcks.ts"

const given = (count: number) => {
  const acks = new GatheredAcks<number>()
  for (let delivery = 1; delivery <= count; delivery++) acks.given(delivery)
  return acks
}

describe("acknowledgements that gather", () => {
  it("are one, of all up to the last, where none before it is open", () => {
    const acks = given(4)
    for (const delivery of [2, 1, 3]) acks.done(delivery)
    assert.strictEqual(acks.size, 3)
    assert.deepStrictEqual(acks.take(), { upTo: 3, single: [] })
    assert.strictEqual(acks.size, 0)
    assert.deepStrictEqual(acks.take(), { upTo: undefined, single: [] })
  })

  it("are single ones after what is not done, which none of them takes along", () => {
    const acks = given(5)
    for (const delivery of [1, 3, 4]) acks.done(delivery)
    assert.deepStrictEqual(acks.take(), { upTo: 1, single: [3, 4] })
    acks.done(2)
    assert.deepStrictEqual(acks.take(), { upTo: 2, single: [] })
    acks.done(5)
    assert.deepStrictEqual(acks.take(), { upTo: 5, single: [] })
  })

  it("come once, however often something is done", () => {
    const acks = given(2)
    acks.done(2)
    acks.done(2)
    assert.strictEqual(acks.size, 1)
    assert.deepStrictEqual(acks.take(), { upTo: undefined, single: [2] })
    acks.done(2)
    acks.done(3)
    assert.strictEqual(acks.size, 0)
    assert.deepStrictEqual(acks.take(), { upTo: undefined, single: [] })
  })
})
