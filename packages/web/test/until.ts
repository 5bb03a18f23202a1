/** Waiting for what must become so, with a bound for what hangs instead of the second that vitest has. */
import { vi } from "vitest"

export const until = <A>(look: () => A | Promise<A>) => vi.waitUntil(look, { timeout: 120_000 })
