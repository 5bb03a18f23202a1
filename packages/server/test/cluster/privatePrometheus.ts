/** A Prometheus that only one test uses: started and removed by it. */
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { afterDeath, endChildWithProcess } from "../e2e/endWithProcess.ts"
import { freePort, waitFor } from "../e2e/harness.ts"

export interface PrivatePrometheus {
  readonly log: () => string
  /** The number of series that a query returns now. */
  readonly series: (query: string) => Promise<number>
  readonly stop: () => Promise<void>
}

/** `files`: its configuration, and the rules beside it, by name. */
export const startPrometheus = async (files: Readonly<Record<string, string>>): Promise<PrivatePrometheus> => {
  const folder = mkdtempSync(join(tmpdir(), "hibiki-prometheus-"))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, basename(name)), content)
  const url = `http://127.0.0.1:${await freePort()}`
  const child = spawn(
    "prometheus",
    [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=${new URL(url).host}`
    ],
    { stdio: ["ignore", "pipe", "pipe"] }
  )
  endChildWithProcess(child)
  const forget = afterDeath(`kill -9 ${child.pid}; rm -rf '${folder}'`)
  let log = ""
  const note = (chunk: unknown) => {
    log += String(chunk)
  }
  child.stdout.on("data", note)
  child.stderr.on("data", note)
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  const stop = async () => {
    child.kill("SIGKILL")
    await ended
    forget()
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
  try {
    await waitFor("Prometheus to be ready", async () => {
      if (child.exitCode !== null) throw new Error(`Prometheus did not start:\n${log}`)
      return (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok === true
    })
  } catch (error) {
    await stop()
    throw error
  }
  const series = async (query: string): Promise<number> => {
    const answer: unknown = await (await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`)).json()
    const { data } = answer as { readonly data?: { readonly result: ReadonlyArray<unknown> } }
    if (data === undefined) throw new Error(`${query}: ${JSON.stringify(answer)}`)
    return data.result.length
  }
  return { log: () => log, series, stop }
}
