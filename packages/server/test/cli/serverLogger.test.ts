import { assert, describe, it } from "@effect/vitest"
import { Cause, Data, Effect } from "effect"
import { vi } from "vitest"
import { serverLogger } from "../../src/cli/start/serverLogger.ts"

class Away extends Data.TaggedError("Away")<{ readonly cause: unknown }> {}

const { logger } = serverLogger({ logFormat: "text", logLevel: "info" } as Parameters<typeof serverLogger>[0])

const logged = (cause: Cause.Cause<unknown>) =>
  Effect.gen(function* () {
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true)
    yield* Effect.logWarning("told", cause)
    const text = write.mock.calls.map(([chunk]) => String(chunk)).join("")
    write.mockRestore()
    return text
  }).pipe(Effect.provide(logger))

describe("the server's log", () => {
  it.effect("says in words what failed as it may, and where only of a bug", () =>
    Effect.gen(function* () {
      const failed = yield* logged(Cause.fail(new Away({ cause: new Error("no answer in time") })))
      assert.match(failed, /WARN told\n {4}Away: Error: no answer in time\n$/)
      assert.match(yield* logged(Cause.die(new Error("a bug"))), /Error: a bug\n +at /)
    })
  )
})
