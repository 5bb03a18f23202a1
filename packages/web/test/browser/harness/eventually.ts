/** Waiting for what must become so: on conditions, never for a while. */
import { assert } from "@effect/vitest"
import { waitFor } from "../../../../server/test/e2e/harness.ts"

/** Until what `look` finds equals what `wanted` says then; the failure shows the difference. */
export const equalInTime = async <A>(
  what: string,
  look: () => A | Promise<A>,
  wanted: () => A | Promise<A>,
  timeoutMs = 120_000
) => {
  let last: readonly [A, A] | undefined
  try {
    await waitFor(
      what,
      async () => {
        last = [await look(), await wanted()]
        return JSON.stringify(last[0]) === JSON.stringify(last[1])
      },
      timeoutMs
    )
  } catch (error) {
    if (last !== undefined) assert.deepStrictEqual(last[0], last[1], what)
    throw error
  }
}

export const inTime = <A>(
  what: string,
  look: () => A | undefined | false | Promise<A | undefined | false>,
  timeoutMs = 120_000
): Promise<A> => waitFor(what, look, timeoutMs)
