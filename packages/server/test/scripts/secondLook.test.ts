/** The runner of the tests, by files made for it: what it calls red, what it looks at once more, and what it lists. */
import { spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, assert, beforeEach, describe, it } from "@effect/vitest"

const runner = fileURLToPath(new URL("../../../../scripts/second-look.mjs", import.meta.url))

let root = ""
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "hibiki-runner-"))
  file("vitest.config.mjs", "export default { test: { globals: true, maxWorkers: 2 } }")
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const file = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}
const passing = `it("holds", () => expect(1).toBe(1))`
const failing = (said: string) => `it("fails", () => { throw new Error(${JSON.stringify(said)}) })`
/** Fails where it runs for the first time. */
const failingFirst = (said: string) => `import { existsSync, writeFileSync } from "node:fs"
const mark = import.meta.filename + ".ran"
it("fails once", () => {
  const isFirst = !existsSync(mark)
  writeFileSync(mark, "")
  if (isFirst) throw new Error(${JSON.stringify(said)})
})`
const figures = (measured: number) => `it("is quick", ({ task }) => {
  task.meta.figures = [{ name: "an answer", measured: ${measured}, bound: 10, unit: "ms" }]
})`

interface Outcome {
  readonly code: number | null
  /** What the runner itself ends with, after all runs of vitest. */
  readonly lines: ReadonlyArray<string>
  readonly output: string
}

const run = (boundSeconds = 120): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    // This test's own vitest must not show through.
    const environment = Object.entries(process.env).filter(([name]) => !/^(?:VITEST|HIBIKI_|NODE_ENV|TEST$)/.test(name))
    const child = spawn(process.execPath, [runner, "--root", root, "--bound", `${boundSeconds}`], {
      env: { ...Object.fromEntries(environment), NO_COLOR: "1" },
      stdio: ["ignore", "pipe", "pipe"]
    })
    let output = ""
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text
      })
    child.on("error", reject)
    child.on("close", (code) => {
      const lines = output.trimEnd().split("\n")
      const from = lines.findIndex((line) => /^(?:figure|failed beside others|RED)\b/.test(line))
      resolve({ code, lines: from === -1 ? [] : lines.slice(from), output })
    })
  })

const looksOf = ({ output }: Outcome) =>
  output.split("\n").flatMap((line) => /^once more, alone: (.+)$/.exec(line)?.slice(1) ?? [])

/** Resolves when no process has this id: the kernel takes a moment to clear away one that was killed. */
const goneProcess = async (pid: number): Promise<void> => {
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe("a run of the tests", () => {
  it("is green without a word when all pass", async () => {
    file("a.test.js", passing)
    const outcome = await run()
    assert.strictEqual(outcome.code, 0, outcome.output)
    assert.deepStrictEqual(outcome.lines, [])
    assert.deepStrictEqual(looksOf(outcome), [])
  })

  it("is red when a file fails again, alone, and ends with what failed and how to run it", async () => {
    file("a.test.js", passing)
    file("b.test.js", failing("expected 2 to be 3"))
    const outcome = await run()
    assert.strictEqual(outcome.code, 1)
    assert.deepStrictEqual(looksOf(outcome), ["b.test.js"])
    assert.deepStrictEqual(outcome.lines, [
      "RED: 1 failed again, alone",
      "b.test.js",
      "  fails",
      "    Error: expected 2 to be 3",
      "  alone: npx vitest run b.test.js"
    ])
  })

  it("is green when three files fail the first time only, and lists each with its first error", async () => {
    for (const name of ["a", "b", "c"]) file(`${name}.test.js`, failingFirst(`no answer of ${name}`))
    const outcome = await run()
    assert.strictEqual(outcome.code, 0, outcome.output)
    assert.deepStrictEqual([...looksOf(outcome)].sort(), ["a.test.js", "b.test.js", "c.test.js"])
    for (const name of ["a", "b", "c"]) {
      const at = outcome.lines.indexOf(`failed beside others, passed alone: ${name}.test.js`)
      assert.strictEqual(outcome.lines[at + 1], `  fails once: Error: no answer of ${name}`)
    }
  })

  it("is red without a second look when four files fail the first time", async () => {
    for (const name of ["a", "b", "c", "d"]) file(`${name}.test.js`, failingFirst("no answer"))
    const outcome = await run()
    assert.strictEqual(outcome.code, 1)
    assert.deepStrictEqual(looksOf(outcome), [])
    assert.strictEqual(outcome.lines[0], "RED: more than 3 files failed")
    assert.strictEqual(outcome.lines.filter((line) => line.startsWith("  alone: ")).length, 4)
  })

  for (const [what, path, text] of [
    ["by its place", "test/sim/seeds.test.js", failingFirst("seed 7")],
    ["by the suite that it runs", "a.test.js", `// @hibiki/testing/contracts/EventStoreContract\n${failingFirst("3")}`],
    ["by its error", "b.test.js", failingFirst("message 12 was lost")]
  ] as const)
    it(`is red at once for what shows a promise ${what}`, async () => {
      file(path, text)
      const outcome = await run()
      assert.strictEqual(outcome.code, 1)
      assert.deepStrictEqual(looksOf(outcome), [])
      assert.match(outcome.lines[0] ?? "", /^RED: no second look at .+: (?:this file shows promises|its error tells)/)
      assert.include(outcome.lines.join("\n"), "fails once")
    })

  it("is red for a file that can't be loaded, and says why", async () => {
    file("a.test.js", passing)
    file("b.test.js", `import "./nowhere.js"\n${passing}`)
    const outcome = await run()
    assert.strictEqual(outcome.code, 1)
    assert.deepStrictEqual(looksOf(outcome), ["b.test.js"])
    assert.include(outcome.lines.join("\n"), "nowhere.js")
  })

  it("is red for what fails outside of any test", async () => {
    file(
      "a.test.js",
      `it("holds", () => void setTimeout(() => { throw new Error("later") }, 10))\n${passing}
it("waits", () => new Promise((resolve) => setTimeout(resolve, 200)))`
    )
    const outcome = await run()
    assert.strictEqual(outcome.code, 1)
    assert.strictEqual(outcome.lines[0], "RED: something failed outside of any test")
    assert.include(outcome.lines.at(-1) ?? "", "later")
  })

  it("ends what hangs by its bound, names the file, and leaves no process behind", async () => {
    file("a.test.js", passing)
    file(
      "b.test.js",
      `import { writeFileSync } from "node:fs"
it("hangs", () => { writeFileSync("pid", String(process.pid)); for (;;); })`
    )
    const outcome = await run(5)
    const pid = Number(readFileSync(join(root, "pid"), "utf8"))
    await goneProcess(pid)
    assert.strictEqual(outcome.code, 1)
    assert.strictEqual(outcome.lines[0], "RED: the run ended before its tests did", outcome.output)
    assert.deepStrictEqual(outcome.lines.at(-1), "not ended: b.test.js")
  })

  it("ends with forty lines at most, however much failed", async () => {
    for (let n = 0; n < 8; n++)
      file(
        `${n}.test.js`,
        [1, 2, 3, 4, 5].map((i) => failing(`no answer ${i}\nof anybody\nat all\never\never`)).join("\n")
      )
    const { lines } = await run()
    assert.isAtMost(lines.length, 40)
    assert.match(lines.at(-1) ?? "", /^and \d+ more files$/)
  })

  it("prints what tests measured, the nearest to its bound first", async () => {
    file("a.test.js", figures(4))
    file("b.test.js", figures(12))
    const outcome = await run()
    assert.strictEqual(outcome.code, 0, outcome.output)
    assert.deepStrictEqual(outcome.lines, [
      "figure: an answer: 12 ms, bound 10  over, red at 40",
      "figure: an answer: 4 ms, bound 10"
    ])
  })
})
