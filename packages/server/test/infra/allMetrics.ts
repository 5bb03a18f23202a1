/** All metrics of a server's process: every module that declares some is loaded here. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { type DeclaredMetric, declaredMetrics } from "@hibiki/core/metrics/declareMetric"

const packages = fileURLToPath(new URL("../../../", import.meta.url))

const declaringFiles = (): ReadonlyArray<string> =>
  ["core/src", "server/src"].flatMap((folder) =>
    readdirSync(join(packages, folder), { recursive: true, encoding: "utf8" })
      .map((path) => join(packages, folder, path))
      .filter((path) => path.endsWith(".ts") && readFileSync(path, "utf8").includes("metrics/declareMetric"))
  )

export const allMetrics = async (): Promise<ReadonlyArray<DeclaredMetric>> => {
  for (const file of declaringFiles()) await import(pathToFileURL(file).href)
  return declaredMetrics()
}
