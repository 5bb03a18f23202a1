/** The edge's beginning and end: where it may listen, readiness, draining, stopping. */
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Exit, Fiber, Layer, Schedule, Scope } from "effect"
import { HttpServer } from "../../src/http/HttpServer.ts"
import { Readiness } from "../../src/http/Readiness.ts"
import { call, connectRaw, type EdgeOptions, edgeLayer, me, send } from "./edgeUnderTest.ts"

const withEdge = <A>(test: (port: number) => Effect.Effect<A, unknown, Readiness>, options?: EdgeOptions) =>
  Effect.flatMap(HttpServer, ({ port }) => test(port)).pipe(Effect.provide(edgeLayer(options)))

describe("The edge's life", () => {
  it.live("is ready until it drains, and lives on meanwhile", () =>
    withEdge((port) =>
      Effect.gen(function* () {
        const readiness = yield* Readiness
        assert.strictEqual((yield* send(port, "GET", "/health/ready")).status, 200)
        yield* readiness.drain
        const ready = yield* send(port, "GET", "/health/ready")
        assert.deepStrictEqual([ready.status, ready.body], [503, '{"ready":false}'])
        assert.strictEqual((yield* send(port, "GET", "/health/live")).status, 200)
        assert.strictEqual((yield* call(port, "user.me", {})).status, 200)
      })
    )
  )

  it.live("is not ready while something it needs is away, or does not answer", () =>
    withEdge((port) =>
      Effect.gen(function* () {
        const readiness = yield* Readiness
        const ready = Effect.map(send(port, "GET", "/health/ready"), ({ status }) => status)
        assert.strictEqual(
          yield* Effect.scoped(Effect.zipRight(readiness.require("store", Effect.succeed(false)), ready)),
          503
        )
        assert.strictEqual(
          yield* Effect.scoped(Effect.zipRight(readiness.require("store", Effect.die(new Error("away"))), ready)),
          503
        )
        assert.strictEqual(
          yield* Effect.scoped(Effect.zipRight(readiness.require("store", Effect.succeed(true)), ready)),
          200
        )
      })
    )
  )

  it.live("lets requests finish when it stops, then closes the port", () =>
    Effect.gen(function* () {
      const started = yield* Effect.makeLatch(false)
      const goOn = yield* Effect.makeLatch(false)
      const handlers = {
        "user.me": () =>
          Effect.as(Effect.zipRight(started.open, goOn.await), { ...me, displayName: "Ada", invisible: false })
      }
      const scope = yield* Scope.make()
      const { port } = Context.get(
        yield* Layer.buildWithScope(edgeLayer({ handlers, bounds: { drainTimeoutMs: 5_000 } }), scope),
        HttpServer
      )
      const answer = yield* Effect.fork(call(port, "user.me", {}, { connection: "keep-alive" }))
      yield* started.await
      const closing = yield* Effect.fork(Scope.close(scope, Exit.void))
      yield* Effect.exit(connectRaw(port)).pipe(
        Effect.repeat({ until: Exit.isFailure, schedule: Schedule.spaced("5 millis") })
      )
      yield* goOn.open
      const { headers, status } = yield* Fiber.join(answer)
      assert.deepStrictEqual([status, headers.connection], [200, "close"])
      yield* Fiber.join(closing)
    })
  )

  it.live("cuts off requests that do not finish in time when it stops", () =>
    Effect.gen(function* () {
      const started = yield* Effect.makeLatch(false)
      const interrupted = yield* Effect.makeLatch(false)
      const handlers = {
        "user.me": () => Effect.onInterrupt(Effect.zipRight(started.open, Effect.never), () => interrupted.open)
      }
      const scope = yield* Scope.make()
      const { port } = Context.get(
        yield* Layer.buildWithScope(edgeLayer({ handlers, bounds: { drainTimeoutMs: 50 } }), scope),
        HttpServer
      )
      const answer = yield* Effect.fork(Effect.exit(call(port, "user.me", {})))
      yield* started.await
      yield* Scope.close(scope, Exit.void)
      yield* interrupted.await
      assert.isTrue(Exit.isFailure(yield* Fiber.join(answer)))
    })
  )

  it.live("refuses to listen where passwords would go in the clear, and says what to do", () =>
    Effect.gen(function* () {
      const problem = yield* Effect.flip(Effect.scoped(Layer.build(edgeLayer({ host: "0.0.0.0" }))))
      assert.strictEqual(problem._tag, "BindRefused")
      if (problem._tag === "BindRefused") assert.match(problem.reason, /HIBIKI_PUBLIC_URL.*HIBIKI_INSECURE_HTTP=true/)
    })
  )

  it.live("says by code when the port is taken", () =>
    withEdge((port) =>
      Effect.map(Effect.flip(Effect.scoped(Layer.build(edgeLayer({ port })))), (problem) =>
        assert.deepInclude(problem, { _tag: "ListenFailed", code: "EADDRINUSE", port })
      )
    )
  )
})
