/** The version of this program, from its package. */
import { readFileSync } from "node:fs"

/** The built entry and its chunks lie one folder below dist, sources one or two below src. */
const candidates = ["../../package.json", "../package.json", "../../../package.json"]

export const version: string = (() => {
  for (const candidate of candidates) {
    try {
      const found: { readonly name?: unknown; readonly version?: unknown } = JSON.parse(
        readFileSync(new URL(candidate, import.meta.url), "utf8")
      )
      if (found.name === "@hibiki/server" && typeof found.version === "string") return found.version
    } catch {
      // Try the next candidate.
    }
  }
  return "unknown"
})()
