import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { UnreadCount, unreadKept } from "../../../src/client/list/ConversationState.ts"
import { Limits } from "../../../src/domain/Limits.ts"

const unknown = () => undefined
const never = () => false

describe("a count of unread messages", () => {
  it("is what a reading says and what came above it, and stops at the cap", () => {
    const count = new UnreadCount(98, 200)
    assert.isTrue(count.set(201, true, never))
    assert.strictEqual(count.shown, 99)
    for (let seq = 202; seq < 220; seq++) count.set(seq, true, never)
    assert.strictEqual(count.shown, Limits.unreadCap)
    count.advance(200, 220, unknown)
    assert.deepStrictEqual([count.shown, count.isInexact], [19, false])
  })

  it("follows a message that counts no more, or only now, and says where it can't", () => {
    const count = new UnreadCount(0, 10)
    assert.isTrue(count.set(4, false, unknown))
    assert.isTrue(count.set(5, true, unknown))
    assert.strictEqual(count.shown, 1)
    assert.isFalse(count.set(6, true, unknown))
    assert.isTrue(count.set(6, true, never))
    assert.isTrue(count.set(6, true, () => true))
    assert.isTrue(count.set(5, false, () => true))
    assert.strictEqual(count.shown, 1)
    assert.isTrue(count.set(11, true, unknown))
    assert.isTrue(count.set(11, true, unknown))
    assert.strictEqual(count.shown, 2)
    assert.isTrue(count.set(11, false, unknown))
    assert.isTrue(count.set(12, false, unknown))
    assert.strictEqual(count.shown, 1)
  })

  it("does not know how many are left when one of more than were counted goes", () => {
    const count = new UnreadCount(Limits.unreadCap, 500)
    assert.isTrue(count.set(7, true, never))
    assert.isFalse(count.set(7, false, () => true))
    const fewer = new UnreadCount(Limits.unreadCap - 1, 500)
    assert.isTrue(fewer.set(7, false, () => true))
    assert.strictEqual(fewer.shown, Limits.unreadCap - 2)
  })

  it("estimates what is left of a reading when nobody can say, until all of it is read", () => {
    const count = new UnreadCount(5, 10)
    count.advance(3, 12, unknown)
    assert.deepStrictEqual([count.shown, count.isInexact], [5, true])
    count.advance(8, 12, unknown)
    assert.deepStrictEqual([count.shown, count.isInexact], [2, true])
    count.advance(9, 12, (from, to) => (from === 10 && to === 10 ? 1 : -1))
    assert.deepStrictEqual([count.shown, count.isInexact], [1, false])
    count.advance(10, 12, unknown)
    assert.deepStrictEqual([count.shown, count.isInexact], [0, false])
  })

  it(`keeps ${unreadKept} one by one, and shows the cap for more until all are read`, () => {
    const count = new UnreadCount(0, 0)
    for (let seq = 1; seq <= unreadKept; seq++) count.set(seq, true, never)
    count.set(unreadKept, true, never)
    count.advance(unreadKept - 5, unreadKept, unknown)
    assert.deepStrictEqual([count.shown, count.isInexact], [5, false])
    for (let n = 1; n <= unreadKept; n++) count.set(unreadKept + n, true, never)
    const head = 2 * unreadKept
    count.advance(head - 1, head, unknown)
    assert.deepStrictEqual([count.shown, count.isInexact], [Limits.unreadCap, true])
    count.advance(head, head, unknown)
    assert.deepStrictEqual([count.shown, count.isInexact], [0, false])
    count.begin(3, head)
    assert.deepStrictEqual([count.shown, count.isInexact], [3, false])
  })
})

interface Step {
  readonly do: "grow" | "change" | "advance" | "read"
  readonly n: number
  readonly counts: boolean
  /** Whether it can be told what a message was before, or how many are left. */
  readonly isKnown: boolean
}
const step: FastCheck.Arbitrary<Step> = FastCheck.record({
  do: FastCheck.constantFrom("grow", "grow", "change", "change", "change", "advance", "read"),
  n: FastCheck.nat(60),
  counts: FastCheck.boolean(),
  isKnown: FastCheck.boolean()
})

describe("a count of unread messages, whatever happens", () => {
  it("is right unless it says that it is not, and then no less than right until it is lost", () => {
    const seen = { exact: 0, inexact: 0, lost: 0, capped: 0 }
    FastCheck.assert(
      FastCheck.property(FastCheck.array(step, { maxLength: 60, size: "max" }), (steps) => {
        // By seq, from 1 on.
        const messages: Array<boolean> = []
        const within = (from: number, to: number) => messages.slice(from - 1, to).filter((counts) => counts).length
        const count = new UnreadCount(0, 0)
        let [upTo, asOf, isLost] = [0, 0, false]
        for (const { counts, do: what, isKnown, n } of steps) {
          const head = messages.length
          if (what === "grow")
            for (let i = 0; i <= n; i++) {
              messages.push(counts)
              if (counts) isLost = !count.set(messages.length, true, never) || isLost
            }
          if (what === "change" && upTo + n < head) {
            const before = messages[upTo + n]
            messages[upTo + n] = counts
            isLost = !count.set(upTo + n + 1, counts, () => (isKnown ? before : undefined)) || isLost
          }
          if (what === "advance" && head > 0) {
            upTo = Math.max(upTo, Math.min(head, upTo + n))
            count.advance(upTo, head, isKnown ? within : unknown)
            // Nothing is left of the reading.
            if (upTo >= asOf) isLost = false
          }
          if (what === "read") {
            count.begin(Math.min(Limits.unreadCap, within(upTo + 1, head)), head)
            asOf = head
            isLost = false
          }
          const right = Math.min(Limits.unreadCap, within(upTo + 1, messages.length))
          seen[isLost ? "lost" : count.isInexact ? "inexact" : "exact"]++
          if (right === Limits.unreadCap) seen.capped++
          if (isLost) continue
          if (count.isInexact) assert.isAtLeast(count.shown, right)
          else assert.strictEqual(count.shown, right)
        }
      }),
      { numRuns: 2_000 }
    )
    for (const [what, times] of Object.entries(seen)) assert.isAbove(times, 500, what)
  })
})
