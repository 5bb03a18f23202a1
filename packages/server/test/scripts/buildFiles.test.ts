/**
 * What the builds leave in their folders: everything of the newest one, and for an hour what a page or a server of
 * before may still load.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, assert, beforeEach, describe, it } from "@effect/vitest"

interface BuildFiles {
  readonly finishBuild: (dist: string, hash: string, written: ReadonlyArray<string>) => void
  readonly hashOf: (files: ReadonlyArray<string>) => string
  readonly isFresh: (dist: string, hash: string) => boolean
  readonly writeWhole: (path: string, contents: string) => void
}
// Plain JavaScript, so that it runs before anything is built.
const scripts = new URL("../../../../scripts/build-files.mjs", import.meta.url).href
const { finishBuild, hashOf, isFresh, writeWhole }: BuildFiles = await import(scripts)

let dist = ""
beforeEach(() => {
  dist = mkdtempSync(join(tmpdir(), "hibiki-build-"))
})
afterEach(() => rmSync(dist, { recursive: true, force: true }))

const build = (hash: string, names: ReadonlyArray<string>) => {
  const files = names.map((name) => join(dist, name))
  for (const file of files) writeWhole(file, `${hash} ${file}`)
  finishBuild(dist, hash, files)
}
const age = (name: string, hours: number) => {
  const at = Date.now() / 1000 - hours * 3600
  utimesSync(join(dist, name), at, at)
}
const has = (name: string) => existsSync(join(dist, name))

describe("a build", () => {
  it("is fresh while its inputs are the same and all its files are there", () => {
    assert.isFalse(isFresh(dist, "h1"))
    build("h1", ["index.html", "assets/a-1.js"])
    assert.isTrue(isFresh(dist, "h1"))
    assert.isFalse(isFresh(dist, "h2"))
    rmSync(join(dist, "assets/a-1.js"))
    assert.isFalse(isFresh(dist, "h1"))
  })

  it("keeps what it replaced for an hour from then on, however old that was", () => {
    build("h1", ["index.html", "assets/a-1.js"])
    age("assets/a-1.js", 48)
    build("h2", ["index.html", "assets/a-2.js"])
    assert.isTrue(has("assets/a-1.js"))
    assert.isBelow(statSync(join(dist, "assets/a-1.js")).mtimeMs, statSync(join(dist, "assets/a-2.js")).mtimeMs)
    age("assets/a-1.js", 0.9)
    build("h3", ["index.html", "assets/a-2.js"])
    assert.isTrue(has("assets/a-1.js"))
    age("assets/a-1.js", 1.1)
    build("h4", ["index.html", "assets/a-2.js"])
    assert.isFalse(has("assets/a-1.js"))
    assert.isTrue(has("assets/a-2.js"))
  })

  it("leaves no half of a file, and tidies up what is nobody's", () => {
    writeFileSync(join(dist, "left.js.1.tmp"), "half")
    age("left.js.1.tmp", 2)
    build("h1", ["index.html"])
    assert.isFalse(has("left.js.1.tmp"))
    assert.strictEqual(readFileSync(join(dist, ".stamp"), "utf8"), "h1\nindex.html")
  })

  it("knows its inputs by name and content, not by time", () => {
    const files = ["a", "b"].map((name) => join(dist, name))
    for (const file of files) writeFileSync(file, "same")
    const hash = hashOf(files)
    age("a", 5)
    assert.strictEqual(hashOf(files), hash)
    assert.notStrictEqual(hashOf(files.slice(0, 1)), hash)
    writeFileSync(join(dist, "a"), "samf")
    assert.notStrictEqual(hashOf(files), hash)
  })
})
