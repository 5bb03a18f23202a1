import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { EnvelopeNumbers } from "../../src/messages/EnvelopeNumbers.ts"

describe("the numbers of envelopes", () => {
  it("tell nothing by the first of a worker, whatever it is", () => {
    assert.isFalse(new EnvelopeNumbers().missed("w", 7))
  })

  it("tell that one was lost when the next but one comes, once", () => {
    const numbers = new EnvelopeNumbers()
    const missed = [1, 2, 4, 5].map((number) => numbers.missed("w", number))
    assert.deepStrictEqual(missed, [false, false, true, false])
  })

  it("take one that is late or doubled for no news, and go on from the greatest", () => {
    const numbers = new EnvelopeNumbers()
    const missed = [1, 4, 2, 4, 5].map((number) => numbers.missed("w", number))
    assert.deepStrictEqual(missed, [false, true, false, false, false])
  })

  it("are counted for each worker by itself", () => {
    const numbers = new EnvelopeNumbers()
    numbers.missed("one", 1)
    numbers.missed("two", 8)
    assert.isFalse(numbers.missed("one", 2))
    assert.isTrue(numbers.missed("two", 10))
  })

  it("are kept of the thousand workers heard of last", () => {
    const numbers = new EnvelopeNumbers()
    numbers.missed("busy", 1)
    numbers.missed("silent", 1)
    for (let i = 0; i < 999; i++) {
      numbers.missed(`w${i}`, 1)
      if (i === 500) numbers.missed("busy", 2)
    }
    assert.isTrue(numbers.missed("busy", 4))
    assert.isFalse(numbers.missed("silent", 9))
  })

  it("tell of every number that never came before a greater one, and of nothing when all came in order", () => {
    const lost = fc.uniqueArray(fc.integer({ min: 2, max: 40 }), { maxLength: 20 })
    fc.assert(
      fc.property(lost, (gone) => {
        const numbers = new EnvelopeNumbers()
        for (let number = 1; number <= 41; number++) {
          if (gone.includes(number)) continue
          assert.strictEqual(numbers.missed("w", number), gone.includes(number - 1))
        }
      })
    )
  })
})
