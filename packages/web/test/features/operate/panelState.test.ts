/** How a panel follows its stream, and when a screen counts as live. */
import { assert, describe, it } from "@effect/vitest"
import { changesBetween } from "@hibiki/core/domain/KeyedRows"
import { FastCheck } from "effect"
import { afterUpdate, type Beat, pulseOf, staleAfterMs, type Update } from "../../../src/features/operate/panelState.ts"

interface Row {
  readonly key: string
  readonly value: number
}
const update = (more: Partial<Update<Row>>): Update<Row> => ({
  at: 1_000,
  whole: false,
  total: 0,
  silent: [],
  alone: false,
  rows: [],
  gone: [],
  ...more
})

describe("a panel", () => {
  it("ignores changes until its first snapshot", () => {
    assert.isUndefined(afterUpdate(undefined, update({ rows: [{ key: "a", value: 1 }] }), 5))
  })

  it("has the server's table after any snapshot and changes", () => {
    const tables = FastCheck.array(
      FastCheck.uniqueArray(
        FastCheck.record({ key: FastCheck.constantFrom("a", "b", "c", "d"), value: FastCheck.nat(2) }),
        {
          selector: ({ key }) => key
        }
      ),
      { minLength: 1, maxLength: 5 }
    )
    FastCheck.assert(
      FastCheck.property(tables, ([first = [], ...others]) => {
        let state = afterUpdate(undefined, update({ whole: true, rows: first }), 0)
        let known: ReadonlyArray<Row> = first
        for (const table of others) {
          const { gone, order, rows } = changesBetween(known, table, (a, b) => a.value === b.value)
          state = afterUpdate(state, update({ rows, gone, order }), 0)
          known = table
        }
        assert.deepStrictEqual(state?.rows, known)
      })
    )
  })

  it("begins anew with another snapshot, and remembers the rows before it", () => {
    const first = afterUpdate(undefined, update({ whole: true, at: 1, rows: [{ key: "a", value: 1 }] }), 10)
    const second = afterUpdate(first, update({ whole: true, at: 2, rows: [{ key: "b", value: 2 }], alone: true }), 20)
    assert.deepStrictEqual(second, {
      rows: [{ key: "b", value: 2 }],
      total: 0,
      silent: [],
      alone: true,
      unread: [],
      at: 2,
      heardAt: 20,
      before: { rows: [{ key: "a", value: 1 }], at: 1 }
    })
  })
})

describe("a screen", () => {
  const open = (heardAt: number): Beat => ({ stream: "open", heardAt })

  it("is live until three ticks are missed, then stale", () => {
    assert.strictEqual(pulseOf([open(0)], false, staleAfterMs), "live")
    assert.strictEqual(pulseOf([open(0)], false, staleAfterMs + 1), "stale")
  })

  it("is as its worst panel is", () => {
    assert.strictEqual(pulseOf([open(0), { stream: "connecting", heardAt: undefined }], false, 0), "connecting")
    assert.strictEqual(pulseOf([open(0), { stream: "lost", heardAt: 0 }], false, 0), "lost")
    assert.strictEqual(
      pulseOf(
        [
          { stream: "lost", heardAt: 0 },
          { stream: "gone", heardAt: 0 }
        ],
        false,
        0
      ),
      "gone"
    )
    assert.strictEqual(pulseOf([open(0), open(-staleAfterMs)], false, 1), "stale")
    assert.strictEqual(pulseOf([], false, 0), "connecting")
  })

  it("says that it is paused, whatever its streams do", () => {
    assert.strictEqual(pulseOf([{ stream: "lost", heardAt: 0 }], true, 100_000), "paused")
  })
})
