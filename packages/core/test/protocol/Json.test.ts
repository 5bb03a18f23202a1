import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { decodeClientFrame } from "../../src/protocol/ClientFrame.ts"
import { exceedsBytes, exceedsDepth } from "../../src/protocol/Json.ts"

describe("JSON before it is parsed", () => {
  it("brackets inside strings are no nesting, whatever is escaped before a quote", () => {
    assert.isFalse(exceedsDepth(String.raw`{"a":"[[[[","b":"\"[[[","c":"\\","d":[["x"]]}`, 3))
    assert.isTrue(exceedsDepth(String.raw`{"a":"\\",[[[`, 3))
    assert.isFalse(exceedsDepth('{"a":"[[[[[', 3))
  })

  it("depth agrees with the parsed value", () => {
    const depthOf = (value: unknown): number =>
      typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0
    FastCheck.assert(
      FastCheck.property(FastCheck.jsonValue({ maxDepth: 6 }), (value) => {
        const depth = depthOf(value)
        const text = JSON.stringify(value)
        assert.isFalse(exceedsDepth(text, depth))
        if (depth > 0) assert.isTrue(exceedsDepth(text, depth - 1))
      }),
      { numRuns: 2_000 }
    )
  })

  it("bytes are those of UTF-8", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string({ unit: "binary", maxLength: 40 }), (text) => {
        const bytes = new TextEncoder().encode(text).length
        assert.isFalse(exceedsBytes(text, bytes))
        if (bytes > 0) assert.isTrue(exceedsBytes(text, bytes - 1))
      }),
      { numRuns: 2_000 }
    )
  })

  it("a nesting of 1,000,000 is refused within 50 ms, by size and by depth alone", () => {
    const deep = "[".repeat(1_000_000)
    const escaped = `{"a":"${"\\\\".repeat(400_000)}","b":${deep}`
    // The best of a few: what else the machine does is not what is measured.
    const times = Array.from({ length: 10 }, () => {
      const began = performance.now()
      decodeClientFrame(deep)
      assert.isTrue(exceedsDepth(deep, 16))
      assert.isTrue(exceedsDepth(escaped, 16))
      return performance.now() - began
    })
    assert.isBelow(Math.min(...times), 50)
  })
})
