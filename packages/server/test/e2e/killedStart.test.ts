import { execFileSync } from "node:child_process"
import { readdirSync } from "node:fs"
import { afterAll, assert, describe, it } from "@effect/vitest"
import { endServer, freePort, hibiki, startServer, temporaryFolder, waitFor } from "./harness.ts"

const folder = temporaryFolder()
afterAll(() => folder.remove())

const processes = () =>
  execFileSync("ps", ["-A", "-o", "pid=,ppid=,stat=,args="], { encoding: "utf8" })
    .split("\n")
    .map((line) => line.trim().split(/\s+/))

/** The process that makes a database for the start of this pid, and where. */
const makerOf = (parent: number | undefined) => {
  const found = processes().find((fields) => fields[1] === String(parent) && fields.includes("make"))
  return found === undefined ? undefined : { pid: Number(found[0]), place: found[found.length - 1] }
}

const hasEnded = (pid: number) =>
  !processes().some(([id, , state]) => id === String(pid) && state?.startsWith("Z") === false)

describe("a first start that was killed while its database was being made", () => {
  it("leaves the maker running, which does no harm to the database that the next start makes", async () => {
    const variables = { HIBIKI_DATA: folder.path, HIBIKI_PORT: String(await freePort()) }
    const killed = hibiki(["start"], variables)
    const left = await waitFor("the first maker", () => makerOf(killed.process.pid))
    // Held until the next one is at work, so that the two surely meet.
    process.kill(left.pid, "SIGSTOP")
    await endServer(killed, "SIGKILL")
    const next = hibiki(["start"], variables)
    try {
      const own = await waitFor("the second maker", () => makerOf(next.process.pid))
      assert.notStrictEqual(own.place, left.place)
      process.kill(left.pid, "SIGCONT")
      await waitFor("the server to be ready", () => next.stdout().includes("Ctrl-C stops"))
      await waitFor("the first maker's end", () => hasEnded(left.pid))
      assert.strictEqual(await endServer(next), 0)
    } finally {
      if (!hasEnded(left.pid)) process.kill(left.pid, "SIGKILL")
      next.process.kill("SIGKILL")
    }
    // A later start clears what the first maker wrote after the second start had cleared.
    assert.strictEqual(await endServer(await startServer(variables)), 0)
    assert.deepStrictEqual(readdirSync(folder.path).sort(), ["pg", "secret-key"])
  })
})
