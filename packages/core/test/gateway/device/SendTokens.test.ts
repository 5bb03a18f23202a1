import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { ConversationId } from "../../../src/domain/Ids.ts"
import { SendTokens } from "../../../src/gateway/device/DeviceState.ts"

const logOf = (n: number) => ConversationId.make(`00000000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`)
const [one, two] = [logOf(1), logOf(2)]
const rules = { sends: { ratePerSecond: 10, burst: 30 }, sendsInOne: { ratePerSecond: 5, burst: 10 } }

describe("how fast a user may send", () => {
  it("in one conversation is less than in all together", () => {
    const tokens = new SendTokens(rules, 0)
    assert.strictEqual(tokens.spend(rules, one, 10, 0), 0)
    assert.strictEqual(tokens.spend(rules, one, 1, 0), 200)
    assert.strictEqual(tokens.spend(rules, two, 10, 0), 0)
    assert.strictEqual(tokens.spend(rules, logOf(3), 10, 0), 0)
    assert.strictEqual(tokens.spend(rules, logOf(4), 1, 0), 100, "of all together nothing is left")
    assert.strictEqual(tokens.spend(rules, one, 1, 200), 0)
  })

  it("what is refused costs nothing, neither there nor elsewhere", () => {
    const tokens = new SendTokens(rules, 0)
    tokens.spend(rules, one, 10, 0)
    for (let i = 0; i < 100; i++) assert.isAbove(tokens.spend(rules, one, 5, 0), 0)
    for (const log of [two, logOf(3)]) assert.strictEqual(tokens.spend(rules, log, 10, 0), 0)
    assert.strictEqual(tokens.spend(rules, one, 5, 1_000), 0)
  })

  it("of ever so many conversations some are kept, and of those that come first the rule for all together alone is left", () => {
    const narrow = { sends: { ratePerSecond: 1, burst: 1_000 }, sendsInOne: { ratePerSecond: 0.001, burst: 1 } }
    const tokens = new SendTokens(narrow, 0)
    for (let n = 1; n <= 64; n++) assert.strictEqual(tokens.spend(narrow, logOf(n), 1, 0), 0)
    for (let n = 1; n <= 64; n++) assert.isAbove(tokens.spend(narrow, logOf(n), 1, 0), 0)
    assert.strictEqual(tokens.spend(narrow, logOf(65), 1, 0), 0)
    assert.isAbove(tokens.spend(narrow, logOf(2), 1, 0), 0)
    assert.strictEqual(tokens.spend(narrow, one, 1, 0), 0, "the first was let go for the last")
  })

  it("never lets more through than the rate and burst of each conversation, and of all, allow", () => {
    const asks = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 10 })),
      {
        maxLength: 200
      }
    )
    fc.assert(
      fc.property(asks, (steps) => {
        const tokens = new SendTokens(rules, 0)
        const taken = new Map<number, number>()
        let [now, all] = [0, 0]
        for (const [ms, n, cost] of steps) {
          now += ms
          if (tokens.spend(rules, logOf(n), cost, now) > 0) continue
          all += cost
          taken.set(n, (taken.get(n) ?? 0) + cost)
        }
        const most = ({ burst, ratePerSecond }: typeof rules.sends) => burst + (now * ratePerSecond) / 1_000 + 1e-6
        assert.isAtMost(all, most(rules.sends))
        for (const [, each] of taken) assert.isAtMost(each, most(rules.sendsInOne))
      })
    )
  })
})
