/** The figures of "Now" from seconds. */
import { assert, describe, it } from "@effect/vitest"
import { figuresOf, rangeOf, seriesOf, sparkOf, sparkPoints } from "../../../src/features/operate/nowFigures.ts"
import { second, seconds } from "./panelRows.ts"

describe("the tiles", () => {
  it("average rates over ten seconds, and show levels of the last one", () => {
    const rows = seconds(0, 20, (at) => ({ commands: at < 10 ? 1_000 : 5, errors: 1, sockets: at, waiting: 2 * at }))
    const { errors, messages, sockets, waiting } = figuresOf(rows) ?? assert.fail("no figures")
    assert.deepStrictEqual([messages, errors, sockets, waiting], [5, 1, 19, 38])
  })

  it("average over as many seconds as are known", () => {
    assert.strictEqual(figuresOf([second(1, { commands: 8 })])?.messages, 8)
    assert.isUndefined(figuresOf([]))
  })

  it("show the newest percentiles that are at most a minute old", () => {
    const rows = seconds(0, 61, (at) =>
      at === 1 ? { arrivedMs: [1, 2, 3] } : at === 0 ? { acceptedMs: [4, 5, 6] } : {}
    )
    assert.deepStrictEqual(figuresOf(rows)?.arrived, { p50: 1, p95: 2, p99: 3 })
    assert.isUndefined(figuresOf(rows)?.accepted)
  })
})

describe("a plot", () => {
  it("shows the seconds of its window, and breaks its lines where a second is missing", () => {
    const rows = [
      second(1, { sockets: 9 }),
      second(100, { sockets: 1 }),
      second(101, { sockets: 2 }),
      second(104, { sockets: 3 })
    ]
    assert.deepStrictEqual(seriesOf(rows, "sockets", 60), { seconds: [100, 101, 102, 104], lines: [[1, 2, null, 3]] })
  })

  it("has three lines for a duration, with gaps where nothing was measured", () => {
    const rows = [second(1, { acceptedMs: [1, 2, 3] }), second(2)]
    assert.deepStrictEqual(seriesOf(rows, "accepted", 60).lines, [
      [1, null],
      [2, null],
      [3, null]
    ])
  })

  it("has its numbers in words", () => {
    assert.deepStrictEqual(rangeOf([4, null, 2, 3]), { now: 3, most: 4, least: 2 })
    assert.isUndefined(rangeOf([null, null]))
  })
})

describe("a tile's curve", () => {
  it("holds the largest value of each ten seconds of ten minutes", () => {
    const points = sparkOf(
      seconds(1, 600, (at) => ({ commands: at })),
      "messages"
    )
    assert.deepStrictEqual(
      points,
      Array.from({ length: sparkPoints }, (_, at) => at * 10 + 9)
    )
  })

  it("is empty where nothing was measured", () => {
    const points = sparkOf([second(1, { arrivedMs: [1, 7, 9] }), second(600)], "arrived")
    assert.strictEqual(points[0], 7)
    assert.deepStrictEqual(
      points.slice(1).filter((point) => point !== undefined),
      []
    )
  })
})
