import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import {
  bucketAt,
  type HistoryWindow,
  presenceCountLimits,
  rangeOf,
  shownCount,
  shownHistory
} from "../../src/domain/PresenceCounts.ts"

const { bucketMs } = presenceCountLimits
const windows: ReadonlyArray<HistoryWindow> = ["1h", "24h", "30d"]
const anyTime = fc.integer({ min: 0, max: 4_000_000_000_000 })
const anyCount = fc.nat(100_000)

describe("a count", () => {
  it("is exact for a member", () => {
    fc.assert(fc.property(anyCount, (count) => shownCount(count, "member") === count))
  })

  it("tells an outsider nothing below 5, and never more than it is", () => {
    fc.assert(
      fc.property(anyCount, (count) => {
        const shown = shownCount(count, "outsider")
        if (count < 5) assert.strictEqual(shown, null)
        else assert.isTrue(shown !== null && shown >= 5 && shown % 5 === 0 && shown <= count && shown > count - 5)
      })
    )
  })

  it("looks the same to an outsider for all counts of one step of five", () => {
    fc.assert(
      fc.property(fc.nat(20_000), fc.nat(4), fc.nat(4), (step, a, b) => {
        assert.strictEqual(shownCount(5 * step + a, "outsider"), shownCount(5 * step + b, "outsider"))
      })
    )
  })

  it("is rounded in every point of an outsider's history, whoever is active", () => {
    const point = fc.tuple(anyTime, anyCount, fc.nat(4)).map(([at, online, idle]) => ({
      ...{ at, online, active: Math.max(0, online - idle) }
    }))
    fc.assert(
      fc.property(fc.array(point), (points) => {
        const range = rangeOf("24h", 1_764_000_000_000)
        const { points: shown } = shownHistory(points, range, true, "outsider")
        assert.strictEqual(shown.length, points.length)
        for (const { active, online } of shown) {
          for (const count of [active, online]) assert.isTrue(count === null || (count >= 5 && count % 5 === 0))
        }
        assert.deepStrictEqual(shownHistory(points, range, true, "member").points, points)
      })
    )
  })
})

describe("a window", () => {
  it("ends before the open bucket, begins with a whole step, and has at most 289 steps", () => {
    fc.assert(
      fc.property(anyTime, fc.constantFrom(...windows), (now, window) => {
        const { everyMs, from, until } = rangeOf(window, now)
        assert.strictEqual(until, bucketAt(now))
        assert.isTrue(until <= now && now < until + bucketMs && from <= until)
        assert.deepStrictEqual([from % everyMs, everyMs % bucketMs], [0, 0])
        assert.isAtMost(Math.ceil((until - from) / everyMs), 289)
      })
    )
  })

  it("is as long as its name", () => {
    const now = 1_764_000_000_000
    const hours = windows.map((window) =>
      Math.floor((rangeOf(window, now).until - rangeOf(window, now).from) / 3_600_000)
    )
    assert.deepStrictEqual(hours.slice(0, 2), [1, 24])
    assert.isTrue((hours[2] ?? 0) >= 720 && (hours[2] ?? 0) < 723)
  })
})
