import { assert, describe, it } from "@effect/vitest"
import { decodeClientFrame } from "../../src/protocol/FrameCodec.ts"
import { exceedsDepth } from "../../src/protocol/Json.ts"

describe("JSON before it is parsed", () => {
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
