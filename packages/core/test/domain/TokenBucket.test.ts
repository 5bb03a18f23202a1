import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { fullBucket, isFull, spend, spendBoth } from "../../src/domain/TokenBucket.ts"

const rule = { ratePerSecond: 10, burst: 30 }

describe("a token bucket", () => {
  it("lets a burst through, then says how long to wait", () => {
    const bucket = fullBucket(rule, 0)
    assert.strictEqual(spend(bucket, rule, 30, 0), 0)
    assert.strictEqual(spend(bucket, rule, 1, 0), 100)
    assert.strictEqual(spend(bucket, rule, 1, 50), 50)
    assert.strictEqual(spend(bucket, rule, 1, 100), 0)
  })

  it("takes nothing when it refuses", () => {
    const bucket = fullBucket(rule, 0)
    spend(bucket, rule, 30, 0)
    for (let i = 0; i < 100; i++) spend(bucket, rule, 5, 0)
    assert.strictEqual(spend(bucket, rule, 5, 500), 0)
  })

  it("lets more than a burst through when it is full, at the cost of what comes after", () => {
    const bucket = fullBucket(rule, 0)
    assert.strictEqual(spend(bucket, rule, 50, 0), 0)
    assert.strictEqual(spend(bucket, rule, 1, 2_000), 100)
  })

  it("of two takes of both or of neither, and says the longer wait", () => {
    const [slow, quick] = [
      { ratePerSecond: 1, burst: 2 },
      { ratePerSecond: 10, burst: 20 }
    ]
    const [one, other] = [fullBucket(slow, 0), fullBucket(quick, 0)]
    assert.strictEqual(spendBoth(one, slow, other, quick, 2, 0), 0)
    for (let i = 0; i < 100; i++) assert.strictEqual(spendBoth(one, slow, other, quick, 1, 0), 1_000)
    assert.strictEqual(spend(other, quick, 18, 0), 0)
    assert.strictEqual(spendBoth(one, slow, other, quick, 1, 1_000), 0)
    assert.strictEqual(spend(other, quick, 9, 1_000), 0)
  })

  it("is full from when it lets a whole burst through again", () => {
    const bucket = fullBucket(rule, 0)
    assert.isTrue(isFull(bucket, rule, 0))
    spend(bucket, rule, 20, 0)
    assert.isFalse(isFull(bucket, rule, 1_999))
    assert.isTrue(isFull(bucket, rule, 2_000))
    assert.isAbove(spend({ ...bucket }, rule, 30, 1_999), 0)
    assert.strictEqual(spend(bucket, rule, 30, 2_000), 0)
  })

  it("never lets more through than its rate and burst allow, also when the clock goes back", () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: -500, max: 500 }), fc.integer({ min: 1, max: 10 })), {
      maxLength: 200
    })
    fc.assert(
      fc.property(steps, (asks) => {
        const bucket = fullBucket(rule, 0)
        let now = 0
        let forward = 0
        let taken = 0
        for (const [ms, cost] of asks) {
          now += ms
          forward += Math.max(0, ms)
          if (spend(bucket, rule, cost, now) === 0) taken += cost
        }
        assert.isAtMost(taken, rule.burst + (forward * rule.ratePerSecond) / 1_000 + 1e-6)
      })
    )
  })
})
