/**
 * Runs a reference: a program of this folder, bundled and without a loader, so that its memory and its time are its
 * own.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { build } from "esbuild"
import { ServerInside } from "../../../test/conformance/mutants/ServerInside.ts"
import { endChildWithProcess } from "../../../test/e2e/endWithProcess.ts"
import { root } from "../../../test/e2e/harness.ts"
import { residentBytes } from "../measure/processes.ts"
import type { Scene } from "../Scene.ts"
import type { RunningSubject } from "./Subject.ts"

const startWithinMs = 30_000

const spokenBy = (child: ChildProcess) => {
  let [stdout, stderr] = ["", ""]
  child.stdout?.on("data", (chunk: unknown) => {
    stdout += String(chunk)
  })
  child.stderr?.on("data", (chunk: unknown) => {
    stderr += String(chunk)
  })
  return { stdout: () => stdout, stderr: () => stderr }
}

const appeared = async (
  look: () => RegExpExecArray | null,
  child: ChildProcess,
  said: () => string
): Promise<string> => {
  const until = performance.now() + startWithinMs
  for (;;) {
    const found = look()?.[1]
    if (found !== undefined) return found
    if (child.exitCode !== null || performance.now() > until) throw new Error(`a reference did not start: ${said()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** `source`: its file here. It is told where the scene lies, and `args`. */
export const startProgram = async (
  source: string,
  scene: Scene,
  args: ReadonlyArray<string>
): Promise<Omit<RunningSubject, "wire">> => {
  // Below the repository, where its packages are found.
  const folder = mkdtempSync(join(root, "node_modules", ".bench-"))
  const program = join(folder, "program.mjs")
  const scenePath = join(folder, "scene.json")
  writeFileSync(scenePath, JSON.stringify(scene))
  await build({
    entryPoints: [fileURLToPath(new URL(source, import.meta.url))],
    ...{
      outfile: program,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      packages: "external",
      logLevel: "warning"
    }
  })
  const child = spawn(process.execPath, ["--inspect=127.0.0.1:0", program, scenePath, ...args], {
    cwd: tmpdir(),
    stdio: ["ignore", "pipe", "pipe"]
  })
  endChildWithProcess(child)
  const { stderr, stdout } = spokenBy(child)
  const port = Number(await appeared(() => /^listening (\d+)/m.exec(stdout()), child, stderr))
  const inspector = await appeared(() => /^Debugger listening on (ws:\S+)/m.exec(stderr()), child, stderr)
  const pid = child.pid ?? 0
  const inside = await ServerInside.open(inspector, pid)
  return {
    port,
    processes: { server: pid },
    ticketFor: () => Promise.resolve(""),
    residentBytes: async () => {
      await inside.weight()
      return residentBytes(pid)
    },
    inside,
    complaints: () =>
      stderr()
        .replaceAll(/^(Debugger|For help).*\n?/gm, "")
        .trim(),
    end: async () => {
      inside.close()
      const ended = new Promise((resolve) => child.once("exit", resolve))
      child.kill("SIGKILL")
      await ended
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
