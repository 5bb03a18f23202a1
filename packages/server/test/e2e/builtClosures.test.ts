/** What was built, read as V8 reads it. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { root } from "./harness.ts"

// Plain JavaScript, so that it runs before anything is built.
const scripts = new URL("../../../../scripts/build-closures.mjs", import.meta.url).href
const { youngClosures }: { readonly youngClosures: (code: string) => string } = await import(scripts)
const dist = join(root, "packages/server/dist")

describe("what was built", () => {
  it("makes no closure where V8 makes those that stay", () => {
    // What earlier builds left lies there for an hour more.
    const [, ...files] = readFileSync(join(dist, ".stamp"), "utf8").split("\n")
    const codes = files.filter((name) => name.endsWith(".js")).map((name) => readFileSync(join(dist, name), "utf8"))
    assert.isTrue(codes.some((code) => code.includes("= (0, (")))
    for (const [i, code] of codes.entries()) assert.strictEqual(youngClosures(code), code, files[i])
  })
})
