import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { NodeId } from "../../src/domain/Ids.ts"
import { EnvelopeCount, type EnvelopeNumber, EnvelopeNumbers, LastNumbers } from "../../src/ports/EnvelopeNumbers.ts"

const node = (i: number) => NodeId.make(`00000000-0000-7000-8000-${i.toString(16).padStart(12, "0")}`)
const nodes = [1, 2, 3].map(node)
const [one = assert.fail("one"), two = assert.fail("two")] = nodes

/** Takes envelopes of one worker in a row, each following the one before it. */
const take = (numbers: EnvelopeNumbers, worker: string, ...given: ReadonlyArray<number>) =>
  given.map((number) => numbers.missed(worker, { number, after: number - 1 }))

describe("the numbers of envelopes", () => {
  it("tell that something may be missing by the first of a worker, whatever its number: another worker may have ended before it told all", () => {
    assert.deepStrictEqual(take(new EnvelopeNumbers(), "w", 1, 2), [true, false])
    assert.deepStrictEqual(take(new EnvelopeNumbers(), "w", 7, 8), [true, false])
  })

  it("tell that one was lost when the next but one comes, once", () => {
    assert.deepStrictEqual(take(new EnvelopeNumbers(), "w", 1, 2, 4, 5), [true, false, true, false])
  })

  it("take one that is late or doubled for no news, and go on from the greatest", () => {
    assert.deepStrictEqual(take(new EnvelopeNumbers(), "w", 1, 4, 2, 4, 5), [true, true, false, false, false])
  })

  it("are counted for each worker by itself", () => {
    const numbers = new EnvelopeNumbers()
    take(numbers, "one", 1)
    take(numbers, "two", 8)
    assert.deepStrictEqual([...take(numbers, "one", 2), ...take(numbers, "two", 10)], [false, true])
  })

  it("are kept of the thousand workers heard of last; one that was forgotten is looked after as if it were new", () => {
    const numbers = new EnvelopeNumbers()
    take(numbers, "busy", 1)
    take(numbers, "silent", 1)
    for (let i = 0; i < 999; i++) {
      take(numbers, `w${i}`, 1)
      if (i === 500) take(numbers, "busy", 2)
    }
    assert.deepStrictEqual([...take(numbers, "busy", 3), ...take(numbers, "silent", 2)], [false, true])
  })

  it("tell nothing of envelopes that went to others", () => {
    const count = new EnvelopeCount()
    const numbers = new EnvelopeNumbers()
    numbers.missed("w", count.next(one, true))
    for (let i = 0; i < 3; i++) count.next(two, true)
    assert.isFalse(numbers.missed("w", count.next(one, true)))
  })

  it("make a worker that forgot a node among a thousand others tell it to look", () => {
    const count = new EnvelopeCount()
    const numbers = new EnvelopeNumbers()
    numbers.missed("w", count.next(one, true))
    count.next(one, true)
    for (let i = 0; i < 1_000; i++) count.next(node(i + 10), false)
    assert.isTrue(numbers.missed("w", count.next(one, true)))
  })
})

/**
 * An envelope as a plan has it: to a node or to every gateway, lost on its way or not. In the second mode only answers
 * go to single nodes.
 */
interface Planned {
  readonly to: number | "gateways"
  readonly lostAt: ReadonlyArray<boolean>
}

const plans = fc.array(
  fc.record({
    to: fc.oneof(fc.constant("gateways" as const), fc.integer({ min: 0, max: 2 })),
    lostAt: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 })
  }),
  { minLength: 1, maxLength: 40 }
)

/**
 * What each gateway got of a plan: the envelopes with changes that were lost before each that came, and whether it was
 * told so.
 */
const play = (plan: ReadonlyArray<Planned>, told: (lost: number, missed: boolean, isFirst: boolean) => void) => {
  const count = new EnvelopeCount()
  const gateways = nodes.map(() => ({ numbers: new EnvelopeNumbers(), lost: 0, first: true }))
  for (const { lostAt, to } of plan) {
    const envelope: EnvelopeNumber = count.next(to === "gateways" ? to : (nodes[to] ?? one), true)
    gateways.forEach((gateway, i) => {
      if (to !== "gateways" && to !== i) return
      if (lostAt[i]) {
        gateway.lost++
        return
      }
      told(gateway.lost, gateway.numbers.missed("w", envelope), gateway.first)
      gateway.lost = 0
      gateway.first = false
    })
  }
}

describe("of envelopes to single gateways and to all of them, in any order", () => {
  it("each that is lost is missed when the next one comes, of either kind", () => {
    fc.assert(fc.property(plans, (plan) => play(plan, (lost, missed) => assert.isTrue(lost === 0 || missed))))
  })

  it("none is missed that came, where there is one gateway", () => {
    const alone = plans.map((plan) =>
      plan.map(({ to }): Planned => ({ to: to === "gateways" ? to : 0, lostAt: [false, true, true] }))
    )
    fc.assert(fc.property(alone, (plan) => play(plan, (_, missed, isFirst) => assert.strictEqual(missed, isFirst))))
  })

  it("none is missed that came, while nothing but answers goes to single nodes", () => {
    const count = new EnvelopeCount()
    const numbers = nodes.map(() => new EnvelopeNumbers())
    const missed = [0, 1, 2, 0, 1].map((asker) => {
      const everywhere = count.next("gateways", true)
      const answer = count.next(nodes[asker] ?? one, false)
      return numbers.map((gateway, i) => [gateway.missed("w", everywhere), i === asker && gateway.missed("w", answer)])
    })
    // A node's first is not known to be so.
    assert.isFalse(missed.slice(3).flat(2).some(Boolean))
  })
})

describe("the last number", () => {
  const begun = () => {
    const last = new LastNumbers()
    assert.deepStrictEqual(
      [last.due(), last.due(), last.due(), last.due()],
      [["gateways"], ["gateways"], ["gateways"], []]
    )
    return last
  }

  it("is told again to who was told of read cells and of nothing since, three times", () => {
    const last = begun()
    last.told(one, true)
    last.told(two, false)
    assert.deepStrictEqual([last.due(), last.due(), last.due(), last.due(), last.due()], [[], [one], [one], [one], []])
  })

  it("is not told while other envelopes follow, which show it", () => {
    const last = begun()
    last.told(one, true)
    for (let look = 0; look < 5; look++) {
      last.told(one, false)
      assert.deepStrictEqual(last.due(), [])
    }
    assert.deepStrictEqual(last.due(), [one])
  })
})
