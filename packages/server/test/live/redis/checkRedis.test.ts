/** What is said of a Redis that Hibiki can't work with, before anything starts. */
import { createServer } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { inject } from "vitest"
import { checkRedis, type RedisProblemKind } from "../../../src/redis/checkRedis.ts"
import { freePort } from "../../e2e/harness.ts"
import { startPrivateRedis } from "./privateRedis.ts"

const secret = "tea-and-coffee"

const check = (url: string) => checkRedis(Redacted.make(url), 400)

const refuses = (url: string, kind: RedisProblemKind, says: RegExp) =>
  Effect.map(Effect.flip(check(url)), (problem) => {
    assert.strictEqual(problem.reason, kind)
    assert.match(problem.sentence, says)
    assert.match(problem.sentence, /^[A-Z][^\n]{1,150}\.$/)
    assert.notInclude(JSON.stringify(problem), secret)
  })

const redisWith = (settings: ReadonlyArray<string>) =>
  Effect.acquireRelease(
    Effect.promise(() => startPrivateRedis(settings)),
    ({ stop }) => Effect.promise(stop)
  )

/** Answers every line with `answer`, or with nothing at all. */
const impostor = (answer: string | undefined) =>
  Effect.acquireRelease(
    Effect.async<{ readonly url: string; readonly stop: () => void }>((resume) => {
      const server = createServer((socket) => {
        socket.on("error", () => undefined)
        socket.on("data", () => void (answer !== undefined && socket.write(answer)))
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" ? address?.port : undefined
        resume(Effect.succeed({ url: `redis://127.0.0.1:${port}`, stop: () => server.close() }))
      })
    }),
    ({ stop }) => Effect.sync(stop)
  )

const bulk = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`

describe("the check of a Redis", () => {
  it.live("finds nothing wrong with one that is as it should be, and tells its version", () =>
    Effect.map(check(inject("redisUrl")), ({ version }) => assert.match(version, /^\d+\.\d+\.\d+$/))
  )
  it.live("names an address that is none", () =>
    Effect.gen(function* () {
      for (const url of ["", "localhost", `http://:${secret}@localhost`, "redis://:a:b:c"])
        yield* refuses(url, "address", /redis:\/\//)
    })
  )
  it.live("says that nothing listens, or nobody answers", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const port = yield* Effect.promise(freePort)
        yield* refuses(`redis://:${secret}@127.0.0.1:${port}`, "unreachable", /nothing listens/)
        yield* refuses((yield* impostor(undefined)).url, "unreachable", /in time/)
      })
    )
  )
  it.live("tells a wrong password from a missing one by nothing, and lets the right one in", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const { port } = yield* redisWith(["--requirepass", secret])
        yield* refuses(`redis://127.0.0.1:${port}`, "password", /password/)
        yield* refuses(`redis://:${secret}2@127.0.0.1:${port}`, "password", /password/)
        yield* refuses(`redis://ann:${secret}@127.0.0.1:${port}`, "password", /password/)
        yield* check(`redis://:${secret}@127.0.0.1:${port}`)
      })
    )
  )
  it.live("says when entries may be evicted", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const { url } = yield* redisWith(["--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"])
        yield* refuses(url, "evicts", /maxmemory-policy allkeys-lru/)
      })
    )
  )
  it.live("says when it is a replica, which takes no writes", () =>
    Effect.scoped(
      Effect.gen(function* () {
        const { url } = yield* redisWith(["--replicaof", "127.0.0.1 1"])
        yield* refuses(url, "replica", /primary/)
      })
    )
  )
  it.live("says when Redis is too old, or is none", () =>
    Effect.scoped(
      Effect.gen(function* () {
        yield* refuses(
          (yield* impostor(bulk("redis_version:6.0.16\r\nmaxmemory_policy:noeviction\r\n"))).url,
          "tooOld",
          /6\.0\.16.*6\.2/
        )
        yield* refuses((yield* impostor("HTTP/1.1 400 Bad Request\r\n\r\n")).url, "notRedis", /no Redis/)
        yield* refuses((yield* impostor(bulk("hello"))).url, "notRedis", /version/)
      })
    )
  )
})
