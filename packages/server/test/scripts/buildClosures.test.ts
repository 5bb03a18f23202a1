/** Closures are not made where V8 makes those that stay, and are what they were. */
import { execFileSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"

// Plain JavaScript, so that it runs before anything is built.
const scripts = new URL("../../../../scripts/build-closures.mjs", import.meta.url).href
const { youngClosures }: { readonly youngClosures: (code: string) => string } = await import(scripts)

describe("youngClosures", () => {
  const rewritten: ReadonlyArray<readonly [string, string, string]> = [
    ["an arrow", "const f = () => { a.b = () => 1 }", "const f = () => { a.b = (0, () => 1) }"],
    [
      "a function",
      "function f() { this.b = function named() {} }",
      "function f() { this.b = (0, function named() {}) }"
    ],
    [
      "an asynchronous one",
      "const f = () => { a[1] = async () => 1 }",
      "const f = () => { a[1] = (0, async () => 1) }"
    ],
    ["a private field", "class A { #b; f() { this.#b = () => 1 } }", "class A { #b; f() { this.#b = (0, () => 1) } }"],
    [
      "one in another",
      "const f = () => { a.b = () => { c.d = () => 1 } }",
      "const f = () => { a.b = (0, () => { c.d = (0, () => 1) }) }"
    ],
    [
      "one that ends with another",
      "const f = () => { a.b = () => c.d = () => 1 }",
      "const f = () => { a.b = (0, () => c.d = (0, () => 1)) }"
    ],
    ["in an argument", "f(() => { g(a.b = x => x) })", "f(() => { g(a.b = (0, x => x)) })"]
  ]
  for (const [what, code, expected] of rewritten)
    it(`rewrites ${what}`, () => {
      assert.strictEqual(youngClosures(code), expected)
      assert.strictEqual(youngClosures(expected), expected)
    })

  const left: ReadonlyArray<readonly [string, string]> = [
    ["what is made once", "a.b = () => 1\nclass A { static { } }"],
    ["a variable, which gives it its name", "const f = () => { let g; g = () => 1; return g.name }"],
    ["what is assigned only where nothing is", "const f = () => { a.b ??= () => 1 }"],
    ["what is no function", "const f = (g) => { a.b = g; a.c = g(() => 1); a.d = class {} }"],
    ["a literal's property", "const f = () => ({ b: () => 1 })"]
  ]
  for (const [what, code] of left) it(`leaves ${what}`, () => assert.strictEqual(youngClosures(code), code))

  it("changes nothing of what the code does", () => {
    const code =
      "const o = {}; const f = (n) => { o.g = () => n; o.h = function () { return this.g() + n }; return [o.g.name, o.h(), o.g.length] }; return f(2)"
    const run = (text: string) => new Function(text)() as unknown
    assert.deepStrictEqual(
      run(youngClosures(`(() => { ${code} })()`).slice("(() => { ".length, -" })()".length)),
      run(code)
    )
  })

  it("lets what a closure was made for go with the next collection", () => {
    const code = `
      const texts = Array.from({ length: 10 }, (_, place) => String(place).repeat(10))
      const one = (left) => {
        if (left === 0) return
        const asked = { text: Array.from({ length: 500 }, (_, place) => texts[place % 10] + left), answered: undefined }
        asked.answered = () => one(left - 1, asked.text)
        setImmediate(() => asked.answered())
      }
      one(20_000)`
    assert.isBelow(promotedShare(youngClosures(code)), 0.05)
  })
})

/** How much of what a program makes outlives collections of what dies young. */
const promotedShare = (code: string): number => {
  // A function that has run often enough makes them young anyway, which takes a minute where it runs a hundred times a
  // second.
  const flags = ["--no-opt", "--no-allocation-site-pretenuring", "--max-semi-space-size=1", "--trace-gc-nvp"]
  const told = execFileSync(process.execPath, [...flags, "--eval", code], {
    encoding: "utf8",
    env: {},
    maxBuffer: 1 << 28
  })
  const small = [...told.matchAll(/ gc=s .* allocated=(\d+) promoted=(\d+)/g)]
  // The first ones find what the program is made of.
  const later = small.slice(Math.floor(small.length / 2))
  const sum = (of: 1 | 2) => later.reduce((total, collection) => total + Number(collection[of]), 0)
  assert.isAbove(later.length, 50)
  return sum(2) / sum(1)
}
