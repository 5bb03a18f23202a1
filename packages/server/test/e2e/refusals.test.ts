/** What the command line refuses: each in one line that says what is wrong and what to do, before anything is made. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { fillFolder } from "../cluster/moving/filledFolder.ts"
import { finish, freePort, temporaryFolder } from "./harness.ts"

const folder = temporaryFolder()
const at = (name: string) => join(folder.path, name)
const data = at("data")
let variables: Record<string, string> = {}

beforeAll(async () => {
  variables = { HIBIKI_DATA: at("none"), HIBIKI_PORT: String(await freePort()) }
  await fillFolder(data, 10)
})
afterAll(() => folder.remove())

const lineOf = (stderr: string): string => {
  const lines = stderr.split("\n").filter((line) => line !== "")
  assert.strictEqual(lines.length, 1, stderr)
  assert.isAtMost([...(lines[0] ?? "")].length, 200)
  return lines[0] ?? ""
}

/** The line of a command that was not understood. */
const misused = async (...args: ReadonlyArray<string>): Promise<string> => {
  const { code, stderr } = await finish(args, variables)
  assert.strictEqual(code, 64, stderr)
  return lineOf(stderr)
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

  it.runIf(process.platform === "linux")(
    "is refused where none can be made though that above it is there",
    async () => {
      await refusedBoth("/proc/x", /Nothing can be written to \/proc\/x \(ENOENT\): set HIBIKI_DATA/)
      await refusedBoth("/proc/x/y", /Nothing can be written to \/proc\/x\/y \(ENOENT\): set HIBIKI_DATA/)
    }
  )

  it("is refused by name when it is a file, or lies in one", async () => {
    const file = at("file")
    writeFileSync(file, "")
    for (const place of [file, join(file, "data")])
      await refusedBoth(place, /\/file is a file, not a folder: set HIBIKI_DATA/)
  })

  it("doctor leaves nothing behind where a folder can be made", async () => {
    const place = at("empty")
    mkdirSync(place)
    for (const name of [place, join(place, "a", "b")])
      assert.strictEqual((await finish(["doctor"], { ...variables, HIBIKI_DATA: name })).code, 0)
    assert.deepStrictEqual(readdirSync(place), [])
  })
})

describe("a command that can't be understood", () => {
  it("is told with those that there are, at whichever depth", async () => {
    assert.strictEqual(
      await misused("user", "lst"),
      "hibiki: `lst` is no command of `hibiki user`: disable, enable, list, promote, reset-password."
    )
    assert.match(await misused("push", "wyh"), /`wyh` is no command of `hibiki push`: keys, why\.$/)
    assert.match(await misused("frob"), /`frob` is no command of `hibiki`: start, chat, .*, import\.$/)
    assert.strictEqual(
      await misused("user", "--lst"),
      "hibiki: This names no command of `hibiki user`: disable, enable, list, promote, reset-password."
    )
    assert.match(await misused("x".repeat(500)), /x` is no command of `hibiki`: start, chat, .*, import\.$/)
  })

  it("names itself and its help when an argument is missing or too many", async () => {
    assert.match(await misused("user", "promote"), /Missing argument <handle>\. See `hibiki user promote --help`\.$/)
    assert.match(
      await misused("user", "promote", "a", "b"),
      /unknown argument: 'b'\. See `hibiki user promote --help`\.$/
    )
    assert.match(await misused("seed", "--usrs", "3"), /unknown argument: '--usrs'\. See `hibiki seed --help`\.$/)
    assert.match(await misused("start", "x".repeat(500)), /xxx'\. See `hibiki start --help`\.$/)
  })

  it("says of what kind an argument should be", async () => {
    const id = "00000000-0000-4000-8000-000000000000"
    const noConversation = /`x` is no conversation: it is the part after \/c\/ in its address\.$/
    assert.match(await misused("conversation", "owner", "x", "y"), noConversation)
    assert.match(await misused("push", "why", "x", "b", "c"), noConversation)
    for (const number of ["b", "0", "-1", "1.5"])
      assert.include(
        await misused("push", "why", id, number, "c"),
        `\`${number}\` is no number of a message: it is 1 or more.`
      )
    assert.match(
      await misused("user", "promote", "x".repeat(65)),
      /xx` is no handle: one has 2 to 32 letters or digits\.$/
    )
    assert.match(await misused("token", "create", "bot", "--name", ""), /--name must have 1 to 64 letters/)
    for (const users of ["-3", "0", "x", "2.5", "10001"])
      assert.include(
        await misused("seed", "--users", users),
        `--users must be a whole number from 1 to 10000, and is ${users}.`
      )
    assert.match(await misused("seed", "--prefix", ""), /--prefix must have 1 to 64 letters/)
  })

  it("is told nothing of what may be a password", async () => {
    const line = await misused("seed", "--password", "canary".repeat(100))
    assert.match(line, /--password must have at most 512 letters\.$/)
    assert.notInclude(line, "canary")
  })
})

describe("a file that can't be written or read", () => {
  it("a backup is refused within the folder that it copies, and where there is no folder", async () => {
    const over = { ...variables, HIBIKI_DATA: data }
    const within = await finish(["backup", join(data, "x.tar.gz")], over)
    assert.deepStrictEqual(
      [within.code, lineOf(within.stderr)],
      [1, "hibiki: The file would lie inside the folder that it copies: name a place outside."]
    )
    assert.isFalse(readdirSync(data).some((name) => name.startsWith("x.tar.gz")))
    for (const command of ["backup", "export"]) {
      const nowhere = await finish([command, at("missing/x")], over)
      assert.deepStrictEqual(
        [nowhere.code, lineOf(nowhere.stderr)],
        [1, `hibiki: There is no folder ${at("missing")}: make it first.`]
      )
    }
  })

  it("an import looks at its file first, and makes nothing when that is none", async () => {
    writeFileSync(at("note"), "a note\n")
    mkdirSync(at("place"))
    for (const [name, wanted] of [
      ["nothing", /There is no file \S+\/nothing\./],
      ["place", /\/place is a folder: name the file/],
      ["note", /\/note is no whole export of Hibiki: it does not begin as one/]
    ] as const) {
      const { code, stderr } = await finish(["import", at(name)], variables)
      assert.notStrictEqual(code, 0)
      assert.match(lineOf(stderr), wanted)
    }
    assert.isFalse(existsSync(at("none")))
  })
})
