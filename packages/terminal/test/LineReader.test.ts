import { once } from "node:events"
import { PassThrough } from "node:stream"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { vi } from "vitest"
import { lineReader } from "../src/tty/LineReader.ts"

describe("lines of a stream", () => {
  it.scoped("come all when they are taken after its end, and the stream is then left alone", () =>
    Effect.gen(function* () {
      const input = new PassThrough()
      const reader = yield* lineReader(input)
      const closed = once(input, "close")
      input.end("/open x\nhello\n")
      yield* Effect.promise(() => closed)
      const resumed = vi.spyOn(input, "resume")
      assert.deepStrictEqual(
        [yield* reader.next, yield* reader.next, yield* reader.next],
        ["/open x", "hello", undefined]
      )
      assert.strictEqual(resumed.mock.calls.length, 0)
    })
  )

  it.scoped("are read on when those that waited were taken", () =>
    Effect.gen(function* () {
      const input = new PassThrough()
      const reader = yield* lineReader(input)
      const lines = Array.from({ length: 1_200 }, (_, index) => `line ${index}`)
      const paused = once(input, "pause")
      input.write(`${lines.join("\n")}\n`)
      yield* Effect.promise(() => paused)
      assert.isTrue(input.isPaused())
      for (const line of lines) assert.strictEqual(yield* reader.next, line)
      input.end("last\n")
      assert.strictEqual(yield* reader.next, "last")
      assert.strictEqual(yield* reader.next, undefined)
    })
  )

  it.scoped("go on where they were when another has read the stream meanwhile, and what that one read is none", () =>
    Effect.gen(function* () {
      const input = new PassThrough()
      const reader = yield* lineReader(input)
      input.write("one\n")
      assert.strictEqual(yield* reader.next, "one")
      const chunk = yield* reader.aside(
        Effect.promise(() => {
          const read = once(input, "data")
          input.resume()
          input.write("secret\n")
          return read
        })
      )
      assert.strictEqual(String(chunk[0]), "secret\n")
      input.end("two\n")
      assert.strictEqual(yield* reader.next, "two")
      assert.strictEqual(yield* reader.next, undefined)
    })
  )

  it.scoped("are over when the stream ended while another read it", () =>
    Effect.gen(function* () {
      const input = new PassThrough()
      const reader = yield* lineReader(input)
      yield* reader.aside(
        Effect.promise(() => {
          const ended = once(input, "end")
          input.resume().end("secret\n")
          return ended
        })
      )
      assert.strictEqual(yield* reader.next, undefined)
    })
  )
})
