import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"

const program = fileURLToPath(new URL("fixtures/shortLived.mjs", import.meta.url))

describe("bin/heap.js", () => {
  it("lets what lived for a moment go with the next collection", () => {
    const told = execFileSync(process.execPath, ["--max-semi-space-size=1", "--trace-gc-nvp", program], {
      encoding: "utf8",
      env: {},
      maxBuffer: 1 << 28
    })
    const small = [...told.matchAll(/ gc=s .* allocated=(\d+) promoted=(\d+)/g)].map(([, allocated, promoted]) => ({
      allocated: Number(allocated),
      promoted: Number(promoted)
    }))
    // The first ones find what the program is made of.
    const later = small.slice(Math.floor(small.length / 2))
    const sum = (of: "allocated" | "promoted") => later.reduce((total, collection) => total + collection[of], 0)
    assert.isAbove(later.length, 50)
    assert.isBelow(sum("promoted") / sum("allocated"), 0.05)
  })
})
