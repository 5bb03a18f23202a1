import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"

const run = (program: string, ...flags: ReadonlyArray<string>): string =>
  execFileSync(process.execPath, [...flags, fileURLToPath(new URL(`fixtures/${program}.mjs`, import.meta.url))], {
    encoding: "utf8",
    env: {},
    maxBuffer: 1 << 28
  })

describe("bin/v8.js", () => {
  it("lets what lived for a moment go with the next collection", () => {
    const told = run("shortLived", "--max-semi-space-size=1", "--trace-gc-nvp")
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

  it("lets a start run a function of the database some hundred thousand times before it is compiled once more", () => {
    assert.strictEqual(run("tiering", "--allow-natives-syntax", "--single-threaded"), "false\n")
  })
})
