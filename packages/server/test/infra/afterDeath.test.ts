/**
 * What a test run started for others ends when the run is killed: a service that stays behind holds ports, memory and
 * folders.
 */
import { spawn } from "node:child_process"
import { existsSync, mkdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { temporaryFolder } from "../../../node/test/temporaryFolder.ts"
import { waitFor } from "../e2e/harness.ts"

const module = fileURLToPath(new URL("../e2e/endWithProcess.ts", import.meta.url))
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Starts one that is to end with it, and one that is not, and says their pids. */
const program = (folder: string) => `
const { spawn } = await import("node:child_process")
const { afterDeath } = await import(${JSON.stringify(module)})
const start = () => spawn("sleep", ["600"], { detached: true, stdio: "ignore" }).pid
const [ended, kept] = [start(), start()]
afterDeath("kill -s KILL -- -" + ended + "; rm -rf '${folder}'")
afterDeath("kill -9 " + kept)()
console.log(ended, kept)
setInterval(() => undefined, 60_000)
`

it.scopedLive("a command for after the death of a process runs when it is killed, unless it was taken back", () =>
  Effect.gen(function* () {
    const folder = join(yield* temporaryFolder, "left")
    mkdirSync(folder)
    yield* Effect.promise(async () => {
      const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program(folder)], {
        stdio: ["ignore", "pipe", "inherit"]
      })
      const said = await new Promise<string>((resolve) => child.stdout.once("data", (chunk) => resolve(String(chunk))))
      const [ended = 0, kept = 0] = said.trim().split(" ").map(Number)
      try {
        assert.deepStrictEqual([isAlive(ended), isAlive(kept)], [true, true])
        child.kill("SIGKILL")
        await waitFor("the folder to be gone", () => !existsSync(folder))
        await waitFor("the process to be gone", () => !isAlive(ended))
        assert.isTrue(isAlive(kept))
      } finally {
        process.kill(kept, "SIGKILL")
      }
    })
  })
)
