import { assert, describe, it } from "@effect/vitest"
import { corrected } from "../../src/infra/StoreClock.ts"

describe("what is known of the database's clock", () => {
  it("begins in the middle of what the first answer allows", () => assert.strictEqual(corrected(undefined, 5_000, 100, 140), 4_880))

  it("stays as it is, however slow an answer is that allows it", () => assert.strictEqual(corrected(4_880, 9_000, 4_100, 7_900), 4_880))

  it("moves no further than an answer asks, and at once by hours where it asks so", () => {
    assert.strictEqual(corrected(4_880, 9_030, 4_100, 4_120), 4_910)
    assert.strictEqual(corrected(4_880, 8_970, 4_100, 4_120), 4_870)
    assert.strictEqual(corrected(4_880, 7_209_000, 4_100, 4_120), 7_204_880)
  })
})
