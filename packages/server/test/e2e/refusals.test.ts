/** What the command line refuses: each in one line that says what is wrong and what to do, before anything is made. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { finish, freePort, temporaryFolder } from "./harness.ts"

const folder = temporaryFolder()
const at = (name: string) => join(folder.path, name)
let variables: Record<string, string> = {}

beforeAll(async () => {
  variables = { HIBIKI_DATA: at("none"), HIBIKI_PORT: String(await freePort()) }
})
afterAll(() => folder.remove())

const lineOf = (stderr: string): string => {
  const lines = stderr.split("\n").filter((line) => line !== "")
  assert.strictEqual(lines.length, 1, stderr)
  assert.isAtMost([...(lines[0] ?? "")].length, 200)
  return lines[0] ?? ""
}

describe("a folder in which no server can keep anything", () => {
  const refusedBoth = async (place: string, wanted: RegExp) => {
    const start = await finish(["start"], { ...variables, HIBIKI_DATA: place })
    assert.strictEqual(start.code, 78, start.stderr)
    assert.match(lineOf(start.stderr), wanted)
    const doctor = await finish(["doctor"], { ...variables, HIBIKI_DATA: place })
    assert.strictEqual(doctor.code, 78, doctor.stdout)
    assert.match(doctor.stdout.split("\n").find((line) => line.startsWith("✗ Folder")) ?? "", wanted)
    assert.notMatch(doctor.stdout, /Database/)
  }

  it.runIf(process.platform === "linux")("is refused where none can be made though that above it is there", async () => {
    await refusedBoth("/proc/x", /Nothing can be written to \/proc\/x \(ENOENT\): set HIBIKI_DATA/)
    await refusedBoth("/proc/x/y", /Nothing can be written to \/proc\/x\/y \(ENOENT\): set HIBIKI_DATA/)
  })

  it("is refused by name when it is a file, or lies in one", async () => {
    const file = at("file")
    writeFileSync(file, "")
    for (const place of [file, join(file, "data")]) await refusedBoth(place, /\/file is a file, not a folder: set HIBIKI_DATA/)
  })

  it("doctor leaves nothing behind where a folder can be made", async () => {
    const place = at("empty")
    mkdirSync(place)
    for (const name of [place, join(place, "a", "b")])
      assert.strictEqual((await finish(["doctor"], { ...variables, HIBIKI_DATA: name })).code, 0)
    assert.deepStrictEqual(readdirSync(place), [])
  })
})
