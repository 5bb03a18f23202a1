// Vitest set-up of each file of the projects whose files share a worker, and with it all modules.
import { it } from "@effect/vitest"

// `layer` writes tests of its own over `it.effect` and its like, on the one `it` there is, where the next file would
// take them for Effect's.
const kept = Symbol.for("hibiki/it")
globalThis[kept] ??= { ...it }
Object.assign(it, globalThis[kept])
