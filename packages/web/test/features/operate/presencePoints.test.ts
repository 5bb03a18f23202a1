/** The history of presence as a screen needs it: all its steps, its gaps, and its smallest and largest numbers. */
import { assert, describe, it } from "@effect/vitest"
import type { PresenceHistory } from "@hibiki/core/domain/PresenceCounts"
import { makeFigures } from "../../../src/features/operate/figures.ts"
import {
  countText,
  drawnLines,
  gapsOf,
  linesOf,
  lonelyPlaces,
  readingsOf,
  stepsOf
} from "../../../src/features/operate/presencePoints.ts"
import { presenceWordsEn } from "../../../src/features/operate/presenceWords.en.ts"
import { presenceWordsJa } from "../../../src/features/operate/presenceWords.ja.ts"

const everyMs = 300_000
const at = (step: number) => step * everyMs
const point = (step: number, online: number | null, active: number | null = online) => ({
  at: at(step),
  online,
  active
})
const history = (steps: number, points: PresenceHistory["points"]): PresenceHistory => ({
  everyMs,
  from: 0,
  until: at(steps),
  counting: true,
  points
})

describe("the steps of a history", () => {
  it("are all there, without counts where nobody counted", () => {
    assert.deepStrictEqual(stepsOf(history(4, [point(1, 7, 3), point(2, null)])), [
      { at: 0, counts: undefined },
      { at: at(1), counts: { online: 7, active: 3 } },
      { at: at(2), counts: { online: null, active: null } },
      { at: at(3), counts: undefined }
    ])
  })

  it("have the last, open one of a long window, too", () => {
    const { length } = stepsOf({ ...history(0, []), everyMs: 30 * everyMs, until: 30 * everyMs + everyMs })
    assert.strictEqual(length, 2)
  })

  it("make one line of each gap, and a hidden count is no gap", () => {
    const lines = linesOf(stepsOf(history(6, [point(1, 7), point(2, null), point(5, 0)])), everyMs)
    assert.deepStrictEqual(
      gapsOf(lines).map((gap) => [gap.at, gap.until]),
      [
        [0, at(1)],
        [at(3), at(5)]
      ]
    )
    assert.deepStrictEqual(
      lines.map((line) => line.at),
      [0, 1, 2, 3, 5].map(at)
    )
  })
})

describe("the numbers of a history", () => {
  it("are the newest, the largest and the smallest, a hidden one below all others", () => {
    const steps = stepsOf(history(6, [point(0, 5), point(1, 20), point(2, null), point(3, 20), point(4, 10)]))
    assert.deepStrictEqual(readingsOf(steps, "online"), {
      last: { at: at(4), value: 10 },
      most: { at: at(3), value: 20 },
      least: { at: at(2), value: null }
    })
    assert.isUndefined(readingsOf(stepsOf(history(3, [])), "online"))
  })

  it("say that a small one is hidden, in both languages", () => {
    assert.strictEqual(countText(null, presenceWordsEn, makeFigures("en")), "fewer than 5")
    assert.strictEqual(countText(null, presenceWordsJa, makeFigures("ja")), "5人未満")
    assert.strictEqual(countText(1_205, presenceWordsEn, makeFigures("en")), "1,205")
    assert.strictEqual(countText(0, presenceWordsEn, makeFigures("en")), "0")
  })
})

describe("the plot's lines", () => {
  it("break where nobody counted, and show the bound of what is hidden", () => {
    const { active, hidden, online, seconds } = drawnLines(
      stepsOf(history(4, [point(0, 10, null), point(1, null), point(3, 5)]))
    )
    assert.deepStrictEqual(seconds, [0, 300, 600, 900])
    assert.deepStrictEqual(online, [10, null, null, 5])
    assert.deepStrictEqual(active, [null, null, null, 5])
    assert.deepStrictEqual(hidden, [5, 5, null, null])
  })

  it("have a dot for a value without a neighbour", () => {
    assert.deepStrictEqual(lonelyPlaces([1, null, 2, 3, null, 4]), [0, 5])
    assert.deepStrictEqual(lonelyPlaces([]), [])
  })
})
