import { SqlError } from "@effect/sql/SqlError"
import { assert, describe, it } from "@effect/vitest"
import { StoreUnavailable } from "@hibiki/core/ports/EventStore"
import { Cause, Data, Effect } from "effect"
import { vi } from "vitest"
import { serverLogger } from "../../src/cli/start/serverLogger.ts"
import { RedisError } from "../../src/redis/RedisClients.ts"

class Away extends Data.TaggedError("Away")<{ readonly cause: unknown }> {}

const canary = "canary 7f3a"

const identity = { role: "api", node: "web1:8081-3f9c2a", host: "web1", version: "1.2.3", startedAt: 5 } as const

const logger = serverLogger({ logFormat: "text", logLevel: "info" }, identity)

/** As pg gives it. */
const refusal = (code: string, message: string) => Object.assign(new Error(message), { name: "error", code })

const inJson = serverLogger({ logFormat: "json", logLevel: "info" }, identity)

const logged = (cause: unknown, layer = logger) =>
  Effect.gen(function* () {
    const write = vi.spyOn(process.stderr, "write").mockReturnValue(true)
    yield* Effect.logWarning("told", cause)
    const text = write.mock.calls.map(([chunk]) => String(chunk)).join("")
    write.mockRestore()
    return text
  }).pipe(Effect.provide(layer))

describe("the server's log", () => {
  it.effect("says in words what failed as it may, and where only of a bug", () =>
    Effect.gen(function* () {
      const failed = yield* logged(Cause.fail(new Away({ cause: new Error("no answer in time") })))
      assert.match(failed, /WARN told\n {4}Away: Error: no answer in time\n$/)
      assert.match(yield* logged(Cause.die(new Error("a bug"))), /Error: a bug\n +at /)
    })
  )

  it.effect("says of an error why it came to be, also where it is told as a part of the line", () =>
    Effect.gen(function* () {
      const readOnly = new SqlError({
        message: "Failed to execute statement",
        cause: refusal("25006", "cannot execute INSERT")
      })
      const line = "SqlError: Failed to execute statement: error 25006: cannot execute INSERT\n"
      assert.include(yield* logged(readOnly), `WARN told ${line}`)
      assert.include(yield* logged(Cause.fail(new StoreUnavailable({ operation: "append", cause: readOnly }))), line)
      const refused = new RedisError({ reason: "refused", cause: new Error("OOM command not allowed") })
      assert.include(yield* logged(refused), "WARN told RedisError refused: Error: OOM command not allowed\n")
    })
  )

  it.effect("repeats nothing that was to be read, which somebody may have typed", () =>
    Effect.gen(function* () {
      const unreadable = refusal("22P02", `invalid input syntax for type bigint: "${canary}"`)
      const told = yield* logged(new SqlError({ message: "Failed to execute statement", cause: unreadable }))
      assert.include(told, "SqlError: Failed to execute statement: error 22P02\n")
      for (const error of [unreadable, new SyntaxError(canary)])
        for (const one of [error, Cause.fail(error), new Error("not read", { cause: error })])
          assert.notInclude(yield* logged(one), canary)
    })
  )

  it.effect("holds nothing in either form that a terminal obeys, and gives it back where it is parsed", () =>
    Effect.gen(function* () {
      // As an Origin may hold it: of the controls C1, which terminals take for ESC and a letter, node lets in all.
      const hostile = "https://\u009b2J\u009d0;a title\u0007\u202egro.elpmaxe\u2066\u200f\u2028end"
      const obeyed =
        /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u
      assert.notMatch(yield* logged(hostile), obeyed)
      const line = yield* logged(`${hostile}\u{e0041}`, inJson)
      assert.notMatch(line, obeyed)
      assert.strictEqual((JSON.parse(line) as { message: string }).message, `told ${hostile}\u{e0041}`)
    })
  )

  it.effect("names the process in each line of JSON, which no annotation replaces or breaks", () =>
    Effect.gen(function* () {
      const circular: Array<unknown> = [1n]
      circular.push(circular)
      const line = yield* Effect.annotateLogs(logged("a\nb", inJson), { role: "push", level: 5, circular, count: 3 })
      assert.strictEqual(line.indexOf("\n"), line.length - 1)
      assert.match(line, /^\{"at":\d+,"level":"warn","role":"api","node":/)
      const { circular: shown, ...rest } = JSON.parse(line) as Readonly<Record<string, unknown>>
      assert.isString(shown)
      assert.deepStrictEqual(rest, {
        at: 0,
        level: "warn",
        role: "api",
        node: "web1:8081-3f9c2a",
        version: "1.2.3",
        message: "told a\nb",
        count: 3
      })
    })
  )
})
