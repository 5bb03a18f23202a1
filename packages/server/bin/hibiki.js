#!/usr/bin/env node
import "./heap.js"
import { existsSync } from "node:fs"

// A fresh checkout has no dist: it is built on the first use, as `npm start` would.
if (!existsSync(new URL("../dist/cli/main.js", import.meta.url))) {
  const { build } = await import(new URL("../../../scripts/build.mjs", import.meta.url).href)
  await build()
}
await import("../dist/cli/main.js")
