import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { endChildWithProcess } from "../e2e/endWithProcess.ts"

const program = fileURLToPath(new URL("fixtures/runMainProgram.ts", import.meta.url))

/** Runs it to its end; `onOutput` may send signals. */
const run = (
  name: string,
  onOutput: (text: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined
) =>
  new Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>((resolve) => {
    const child = spawn(process.execPath, ["--conditions=source", "--import", "tsx", program, name], {
      stdio: ["ignore", "pipe", "pipe"]
    })
    endChildWithProcess(child)
    let [stdout, stderr] = ["", ""]
    child.stdout.on("data", (chunk: unknown) => {
      stdout += String(chunk)
      onOutput(String(chunk), (signal) => void child.kill(signal))
    })
    child.stderr.on("data", (chunk: unknown) => {
      stderr += String(chunk)
    })
    child.on("close", (code) => resolve({ code, stdout, stderr }))
  })

describe("runMain", () => {
  it("ends with 0 when the program is done", async () => {
    assert.deepStrictEqual(await run("done"), { code: 0, stdout: "", stderr: "" })
  })

  it("tells a problem in its one line, and ends with its code", async () => {
    assert.deepStrictEqual(await run("problem"), { code: 78, stdout: "", stderr: "hibiki: Set HIBIKI_X.\n" })
  })

  it("shows a bug with its stack, and ends with 1", async () => {
    for (const name of ["defect", "uncaught"]) {
      const { code, stderr } = await run(name)
      assert.strictEqual(code, 1)
      assert.match(stderr, /unexpected failure[\s\S]*(a bug|thrown aside)[\s\S]*runMainProgram/)
    }
  })

  /** Each cleans up, and says nothing. */
  const endedBy = async (program: string, signal: NodeJS.Signals) => {
    const { code, stderr, stdout } = await run(program, (text, kill) => text.includes("running") && kill(signal))
    assert.deepStrictEqual([stdout, stderr], ["running\ncleaned up\n", ""])
    return code
  }

  it("cleans up on SIGTERM and on Ctrl-C, and ends with 0 what runs until then", async () => {
    assert.deepStrictEqual(await Promise.all([endedBy("serve", "SIGTERM"), endedBy("serve", "SIGINT")]), [0, 0])
  })

  it("a fault that a server meets while it stops is told, keeps it from nothing, and is its exit code", async () => {
    const { code, stdout } = await run("faulty", (text, kill) => text.includes("running") && kill("SIGTERM"))
    assert.match(stdout, /running\n[\s\S]*A fault that nothing catches/)
    assert.include(stdout, "cleaned up")
    assert.strictEqual(code, 1)
  })

  it("a signal that breaks off what was to come to an end of its own is its exit code", async () => {
    assert.deepStrictEqual(await Promise.all([endedBy("command", "SIGTERM"), endedBy("command", "SIGINT")]), [143, 130])
  })

  it("what follows on a program that runs until it is told is broken off as any other", async () => {
    assert.strictEqual(await endedBy("afterwards", "SIGHUP"), 129)
  })

  it("what ends without a signal and without a result has failed", async () => {
    assert.strictEqual((await run("interrupted")).code, 1)
  })

  it("a second signal right after the first is the same wish, a later one ends it at once", async () => {
    const { code, stdout } = await run("stuck", (text, kill) => {
      if (text.includes("running")) kill("SIGINT")
      if (!text.includes("stopping")) return
      kill("SIGINT")
      setTimeout(() => kill("SIGINT"), 1_200)
    })
    assert.deepStrictEqual([code, stdout], [130, "running\nstopping\n"])
  })
})
