// Vitest global setup for the projects that start the built server or its worker thread, so that a bare `vitest` works
// too.
import { existsSync } from "node:fs"
import { buildServer } from "./build.mjs"

const entry = new URL("../packages/server/src/cli/main.ts", import.meta.url)

export const setup = async () => {
  if (existsSync(entry)) await buildServer()
}
