/** `npm run sim` as tests run it. */
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { assert } from "vitest"
import { endChildWithProcess } from "../e2e/endWithProcess.ts"
import type { Report } from "./main.ts"

const command = fileURLToPath(new URL("../../../../scripts/sim.mjs", import.meta.url))

export const sim = (
  ...given: ReadonlyArray<string>
): Promise<{ readonly code: number | null; readonly lines: ReadonlyArray<string> }> =>
  new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [command, ...given], (error, stdout, stderr) => {
      if (child.exitCode === null) reject(new Error(`The command was ended: ${stderr}`, { cause: error }))
      else resolve({ code: child.exitCode, lines: stdout.trim().split("\n") })
    })
    // By a signal that the command passes on to the process that simulates.
    endChildWithProcess(child, "SIGTERM")
  })

export const report = async (...given: ReadonlyArray<string>): Promise<Report> => {
  const { code, lines } = await sim(...given, "--json")
  assert.strictEqual(code, 0, lines.join("\n"))
  return JSON.parse(lines.at(-1) ?? "")
}

/**
 * No promise is broken in these seeds, though nearly all had a hole to heal and a duplicate to suppress, and lists that
 * told of mentions and flags.
 */
export const keepPromises = async (from: number, count: number): Promise<void> => {
  const { commands, failures, flagged, healed, mentioned, seeds, suppressed } = await report(
    "--seeds",
    `${count}`,
    "--from",
    `${from}`
  )
  assert.deepStrictEqual(failures, [])
  assert.strictEqual(seeds, count)
  assert.isAtLeast(healed, 0.95 * count)
  assert.isAtLeast(suppressed, 0.5 * count)
  assert.isAtLeast(commands, 50 * count)
  assert.isAtLeast(mentioned, count)
  assert.isAtLeast(flagged, 0.25 * count)
}
