/** Starts the PGlite entry, built or from source, as a thread or as a child process. */
import { type ChildProcess, spawn } from "node:child_process"
import { createRequire } from "node:module"
import { fileURLToPath, pathToFileURL } from "node:url"
import { Worker } from "node:worker_threads"

// The build puts every output one folder below dist, so the path is the same from each of them.
const isSource = import.meta.url.endsWith(".ts")
const entry = new URL(isSource ? "./pgliteWorker.ts" : "../pglite/pgliteWorker.js", import.meta.url)

/**
 * The thread's space for short-lived objects. Without a bound it retained, after 10,000 sockets had connected, 1.2 KB
 * for each of them that it did not use any more. With 4 MB it collects so often that such a storm takes a fifth more
 * CPU time.
 */
const resourceLimits = { maxYoungGenerationSizeMb: 16 }

/** A thread that serves the database folder. */
export const startPgliteThread = (dataDir: string): Worker => {
  const workerData = { dataDir }
  if (!isSource) return new Worker(entry, { workerData, resourceLimits })
  // On Node 20 a thread's entry does not pass the loaders that `--import tsx` registers; its own import does.
  const start = `import("tsx/esm/api").then(({ tsImport }) => tsImport(${JSON.stringify(entry.href)}, ${JSON.stringify(entry.href)}))`
  return new Worker(start, { eval: true, workerData, resourceLimits, execArgv: ["--conditions=source"] })
}

/** A process that creates the database folder and ends, with 0 if the folder is complete. */
export const startPgliteMaker = (dataDir: string): ChildProcess => {
  const loader = isSource ? ["--import", pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href] : []
  return spawn(process.execPath, [...loader, fileURLToPath(entry), "make", dataDir], {
    stdio: ["ignore", "ignore", "pipe"]
  })
}
