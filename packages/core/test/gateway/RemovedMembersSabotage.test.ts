import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { afterAll, vi } from "vitest"
import type * as Place from "../../src/gateway/fanout/FanoutPlace.ts"
import { removeWhileWriting } from "../world/removals.ts"

// What other files loaded has not this one's stand-in, and they must not get it.
vi.hoisted(() => vi.resetModules())
afterAll(() => void vi.resetModules())

// The shorter way: what comes is given on at once, and what is missing below it is never looked for.
vi.mock("../../src/gateway/fanout/FanoutPlace.ts", async (original) => {
  const real = await original<typeof Place>()
  const step: typeof real.step = (progress, change) => {
    const next = real.step(progress, change)
    if (next._tag !== "Read") return next
    return change.events.length > 0 ? { _tag: "Deliver", events: change.events } : { _tag: "Nothing" }
  }
  return { ...real, step }
})

describe("a gateway that fans out across a gap", () => {
  it.scoped("leaks to a removed member, which is what the test of the real one looks for", () =>
    Effect.gen(function* () {
      const outcome = yield* removeWhileWriting(false)
      const leaks = outcome.removed.filter((seqs, i) => Math.max(0, ...seqs) > (outcome.removals[i] ?? 0))
      assert.isAbove(leaks.length, 0)
    })
  )
})
