/** Orders of tables, paths of actors, and how fast actors work. */
import { assert, describe, it } from "@effect/vitest"
import type { ActorsRow } from "@hibiki/core/protocol/rpc/OperateRpcs"
import { filterFor, shortPath, stepsOf } from "../../../src/features/operate/actorPaths.ts"
import { makeFigures } from "../../../src/features/operate/figures.ts"
import { handledRates, nextSort, sortedBy } from "../../../src/features/operate/tableRules.ts"

const sealed = "65csKKRRabcdefghijklmn1"

describe("the order of a table", () => {
  const { compare } = new Intl.Collator("en", { numeric: true })

  it("turns round with a second press of the same heading", () => {
    const first = nextSort({ key: "a", descending: false }, "b", true)
    assert.deepStrictEqual(first, { key: "b", descending: true })
    assert.deepStrictEqual(nextSort(first, "b", true), { key: "b", descending: false })
  })

  it("puts rows without a value last, whichever way", () => {
    const rows = [{ n: undefined }, { n: 1 }, { n: 3 }]
    const read = ({ n }: { readonly n: number | undefined }) => n
    assert.deepStrictEqual(sortedBy(rows, read, true, compare).map(read), [3, 1, undefined])
    assert.deepStrictEqual(sortedBy(rows, read, false, compare).map(read), [1, 3, undefined])
  })

  it("compares texts as people do", () => {
    const read = (text: string) => text
    assert.deepStrictEqual(sortedBy(["host-10", "host-9"], read, false, compare), ["host-9", "host-10"])
  })
})

describe("a path", () => {
  it("shows eight letters of each pseudonym", () => {
    assert.strictEqual(shortPath(`user/${sealed}/device`), "user/65csKKRR…/device")
  })

  it("leads up the tree step by step", () => {
    assert.deepStrictEqual(stepsOf(`user/${sealed}`), [
      { name: "user", prefix: "user" },
      { name: "65csKKRR…", prefix: `user/${sealed}` }
    ])
    assert.deepStrictEqual(stepsOf(""), [])
  })

  it("that is longer than a filter leads to the nearest place above", () => {
    assert.strictEqual(filterFor(`user/${sealed}/device/${sealed}/${sealed}/s1`), `user/${sealed}/device/${sealed}`)
  })
})

describe("what an actor handled", () => {
  const row = (handled: number): ActorsRow => ({
    key: "n a",
    node: "n",
    path: "a",
    kind: "user",
    label: "",
    state: "idle",
    depth: 0,
    handled,
    restarts: 0
  })
  const panel = { total: 1, silent: [], alone: false, unread: [], heardAt: 0 }

  it("is a rate over the time between two updates", () => {
    const before = { rows: [row(10)], at: 1_000 }
    assert.deepStrictEqual([...handledRates({ ...panel, rows: [row(30)], at: 3_000, before })], [["n a", 10]])
  })

  it("is unknown at first, and never negative when an actor was spawned anew", () => {
    assert.strictEqual(handledRates({ ...panel, rows: [row(30)], at: 3_000, before: undefined }).size, 0)
    const before = { rows: [row(10)], at: 1_000 }
    assert.deepStrictEqual([...handledRates({ ...panel, rows: [row(0)], at: 2_000, before })], [["n a", 0]])
  })
})

describe("numbers", () => {
  it("have their units in both languages", () => {
    const [en, ja] = [makeFigures("en", "UTC"), makeFigures("ja", "UTC")]
    assert.deepStrictEqual([en.bytes(184 * 1024 ** 2), ja.bytes(184 * 1024 ** 2)], ["184 MB", "184MB"])
    assert.deepStrictEqual([en.span(3 * 86_400_000), ja.span(3 * 86_400_000)], ["3d", "3日"])
    assert.deepStrictEqual([en.rate(3.44), en.rate(1204.4)], ["3.4", "1,204"])
    assert.deepStrictEqual([en.bytes(0), en.span(20)], ["0 byte", "0s"])
    assert.strictEqual(en.clock(Date.UTC(2026, 10, 25, 4, 5, 9)), "04:05:09")
  })
})
