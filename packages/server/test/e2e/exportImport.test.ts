/** Export and import between two folders: the same comes out again, and what goes wrong leaves nothing behind. */
import { spawn } from "node:child_process"
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { fillFolder } from "../cluster/moving/filledFolder.ts"
import { bin, endServer, finish, startServer, temporaryFolder } from "./harness.ts"

const folder = temporaryFolder()
const at = (name: string) => join(folder.path, name)
const data = (name: string) => ({ HIBIKI_DATA: at(name) })
/** All but the first line, which tells when it was made. */
const bodyOf = (text: string) => text.slice(text.indexOf("\n"))

beforeAll(() => fillFolder(at("from"), 1_200))
afterAll(() => folder.remove())

describe("an export of a folder", () => {
  it("comes out of the folder into which it was imported as it went in", async () => {
    const made = await finish(["export", at("export")], data("from"))
    assert.strictEqual(made.code, 0, made.stderr)
    assert.match(made.stderr, /Written: 5 users, .* events/)
    assert.strictEqual(statSync(at("export")).mode & 0o077, 0)
    assert.match((await finish(["export", at("export")], data("from"))).stderr, /is there already/)
    const done = await finish(["import", at("export")], data("to"))
    assert.strictEqual(done.code, 0, done.stderr)
    const again = await finish(["export", "-"], data("to"))
    assert.strictEqual(again.code, 0, again.stderr)
    assert.strictEqual(bodyOf(again.stdout), bodyOf(readFileSync(at("export"), "utf8")))
  })

  it("that is cut short changes nothing, and goes through a pipe, packed", async () => {
    writeFileSync(at("cut"), `${readFileSync(at("export"), "utf8").split("\n").slice(0, -2).join("\n")}\n`)
    const cut = await finish(["import", at("cut")], data("piped"))
    assert.deepStrictEqual([cut.code, /cut short.*Nothing was imported/.test(cut.stderr)], [78, true], cut.stderr)
    const run = (command: string) =>
      new Promise<number | null>((resolve) => {
        const env = { PATH: process.env["PATH"], FROM: at("from"), TO: at("piped"), NODE: process.execPath, BIN: bin }
        spawn("sh", ["-c", command], { env, stdio: "ignore" }).on("close", resolve)
      })
    assert.strictEqual(
      await run('HIBIKI_DATA="$FROM" "$NODE" "$BIN" export --gzip - | HIBIKI_DATA="$TO" "$NODE" "$BIN" import -'),
      0
    )
    assert.strictEqual((await finish(["import", "--check", at("export")], data("piped"))).code, 0)
  })

  it("of a folder that moves away leaves it unserved, until it begins anew under another epoch", async () => {
    const variables = { ...data("to"), HIBIKI_PORT: "0" }
    const moved = await finish(["export", "--moving", at("moved")], variables)
    assert.strictEqual(moved.code, 0, moved.stderr)
    const refused = await finish(["start"], variables)
    assert.deepStrictEqual(
      [refused.code, /was moved by .*"hibiki restored"/.test(refused.stderr)],
      [78, true],
      refused.stderr
    )
    const doctor = await finish(["doctor"], { ...variables, HIBIKI_PUSH_CONTACT: "mailto:a@example.org" })
    assert.strictEqual(doctor.code, 78, doctor.stdout)
    assert.match(doctor.stdout, /✗ Pushes +.*set all three, or none/)
    assert.match(doctor.stdout, /✗ Folder +.*was moved by/)
    assert.strictEqual((await finish(["restored"], variables)).code, 0)
    const server = await startServer(variables)
    assert.strictEqual(await endServer(server), 0)
    const epoch = (path: string) => readFileSync(path, "utf8").split("\n")[1]
    assert.strictEqual((await finish(["export", at("anew")], variables)).code, 0)
    assert.notStrictEqual(epoch(at("anew")), epoch(at("moved")))
  })

  it("is refused when it can't be written, and leaves nothing that looks like one", async () => {
    const nowhere = await finish(["export", at("missing/export")], data("from"))
    assert.deepStrictEqual(
      [nowhere.code, /There is no folder .*: make it first/.test(nowhere.stderr)],
      [1, true],
      nowhere.stderr
    )
    assert.match((await finish(["export", at("nothing")], data("absent"))).stderr, /no data folder of Hibiki/)
    assert.isFalse(existsSync(at("nothing")))
    assert.match((await finish(["import", "--help"], {})).stdout, /--check/)
  })
})
