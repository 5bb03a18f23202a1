import { assert, describe, it } from "@effect/vitest"
import { EventSeq } from "@hibiki/core/domain/Ids"
import { exportAudit } from "../../../src/features/operate/auditFile.ts"

type Ask = Parameters<typeof exportAudit>[0]["ask"]

const run = async (ask: Ask, isWanted = () => true) => {
  const waits: Array<number> = []
  const file = await exportAudit({ ask, isWanted, wait: async (ms) => void waits.push(ms) })
  return { file, waits }
}

describe("the exported audit log", () => {
  it("has all parts in order", async () => {
    const asked: Array<number | undefined> = []
    const { file } = await run(async (after) => {
      asked.push(after)
      return after === 2_000
        ? { ok: true, value: { csv: "c" } }
        : { ok: true, value: { csv: after === undefined ? "a" : "b", next: EventSeq.make((after ?? 0) + 1_000) } }
    })
    assert.deepStrictEqual(file, { ok: true, parts: ["a", "b", "c"] })
    assert.deepStrictEqual(asked, [undefined, 1_000, 2_000])
  })

  it("waits as long as the server asks, and repeats the same part", async () => {
    let tries = 0
    const { file, waits } = await run(async () =>
      ++tries < 3
        ? { ok: false, error: { _tag: "RateLimited", retryAfterMs: tries === 1 ? 700 : 99_000 } as never }
        : { ok: true, value: { csv: "a" } }
    )
    assert.deepStrictEqual(file, { ok: true, parts: ["a"] })
    assert.deepStrictEqual(waits, [700, 30_000])
  })

  it("gives up after five failures in a row, and at once where waiting does not help", async () => {
    const busy = await run(async () => ({ ok: false, error: { _tag: "Unavailable", retryAfterMs: 1 } as never }))
    assert.strictEqual(busy.file?.ok, false)
    assert.lengthOf(busy.waits, 4)
    const gone = await run(async () => ({ ok: false, error: { _tag: "NotFound" } as never }))
    assert.strictEqual(gone.file?.ok, false)
    assert.lengthOf(gone.waits, 0)
  })

  it("ends when nobody wants it any more", async () => {
    let asked = 0
    const { file } = await run(
      async () => {
        asked++
        return { ok: true, value: { csv: "a", next: EventSeq.make(1) } }
      },
      () => asked < 2
    )
    assert.isUndefined(file)
    assert.strictEqual(asked, 2)
  })
})
