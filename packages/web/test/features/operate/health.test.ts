/** The rules of the line of health: each is silent while all is well, and speaks when its fault is there. */
import { assert, describe, it } from "@effect/vitest"
import { healthRules } from "@hibiki/core/protocol/healthRules"
import { afterNodes, findingsOf, nothingHappened, type Vitals } from "../../../src/features/operate/health.ts"
import { node, second, seconds } from "./panelRows.ts"

const well: Vitals = {
  alone: false,
  silent: [],
  nodes: [node("a"), node("b", { role: "embedded", values: {} })],
  seconds: seconds(0, 60),
  happened: nothingHappened,
  at: 60_000
}
const rulesOf = (more: Partial<Vitals>) => findingsOf({ ...well, ...more }).map(({ rule }) => rule)

describe("the line of health", () => {
  it("says nothing while all is well, without Redis too", () => {
    assert.deepStrictEqual(rulesOf({}), [])
  })

  it("names processes that do not answer, and that nobody else could be asked", () => {
    assert.deepStrictEqual(findingsOf({ ...well, silent: ["api h1"], alone: true }), [
      { rule: "alone" },
      { rule: "silent", processes: ["api h1"] }
    ])
  })

  it("names processes without Redis, but not those that do not answer anyway", () => {
    const nodes = [node("a", { values: {} }), node("b", { values: { redisUp: 0 }, missed: 3 })]
    assert.deepStrictEqual(findingsOf({ ...well, nodes }), [{ rule: "redis", processes: ["gateway host-a"] }])
  })

  it("counts the errors of the last minute, and forgets older ones", () => {
    const late = seconds(0, 61, (at) => ({ errors: at === 0 || at === 60 ? 2 : 0 }))
    assert.deepStrictEqual(findingsOf({ ...well, seconds: late }), [{ rule: "errors", count: 2 }])
  })

  it("speaks of waiting commands when they are many and become more, not when they become fewer", () => {
    const rising = seconds(0, 60, (at) => ({ waiting: at * 10 }))
    assert.deepStrictEqual(findingsOf({ ...well, seconds: rising }), [{ rule: "waiting", count: 545 }])
    assert.deepStrictEqual(rulesOf({ seconds: seconds(0, 60, (at) => ({ waiting: 600 - at * 10 })) }), [])
    assert.deepStrictEqual(rulesOf({ seconds: seconds(0, 60, (at) => ({ waiting: at })) }), [], "few")
    assert.deepStrictEqual(rulesOf({ seconds: [second(1, { waiting: 5_000 })] }), [], "nothing to compare with")
  })

  it("names the process with the deepest mailbox above the limit", () => {
    const nodes = [
      node("a", { values: { redisUp: 1, mailbox: healthRules.mailbox.limit } }),
      node("b", { values: { redisUp: 1, mailbox: 1_001 } }),
      node("c", { values: { redisUp: 1, mailbox: 4_000 } })
    ]
    assert.deepStrictEqual(findingsOf({ ...well, nodes }), [
      { rule: "mailbox", depth: 4_000, process: "gateway host-c" }
    ])
    assert.deepStrictEqual(rulesOf({ nodes: nodes.slice(0, 1) }), [])
  })

  it("names clocks that are far off, ahead or behind", () => {
    const nodes = [node("a", { clockAheadMs: -2_001 }), node("b", { clockAheadMs: 2_000 })]
    assert.deepStrictEqual(findingsOf({ ...well, nodes }), [
      { rule: "clock", process: "gateway host-a", aheadMs: -2_001 }
    ])
  })

  it("remembers an overflow and a dead letter for a minute", () => {
    const happened = afterNodes(
      nothingHappened,
      [node("a", { values: { redisUp: 1, overflows: 3 } }), node("b", { values: { redisUp: 1, deadLetters: 1 } })],
      1_000
    )
    const later = afterNodes(happened, [node("a")], 2_000)
    assert.deepStrictEqual(rulesOf({ happened: later, at: 60_999 }), ["deadLetters", "overflows"])
    assert.deepStrictEqual(rulesOf({ happened: later, at: 61_000 }), [])
  })

  it("does not count what a silent process said before", () => {
    const silent = node("a", { missed: 1, values: { redisUp: 1, overflows: 3 } })
    assert.deepStrictEqual(afterNodes(nothingHappened, [silent], 1_000), nothingHappened)
  })
})
