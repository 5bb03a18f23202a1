/** Whom the edge believes: origins, repeated headers, the way a request came, and the client's address. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { HttpServer } from "../../src/http/HttpServer.ts"
import { call, type EdgeOptions, edgeLayer, type Response, send, token } from "./edgeUnderTest.ts"

const json = { "content-type": "application/json" }
const withEdge = <A>(test: (port: number) => Effect.Effect<A>, options?: EdgeOptions) =>
  Effect.flatMap(HttpServer, ({ port }) => test(port)).pipe(Effect.provide(edgeLayer(options)))
const errorOf = (response: Response) =>
  (JSON.parse(response.body) as { error: { _tag: string; code?: string; field?: string } }).error

describe("The edge's trust", () => {
  it.live("refuses changes by pages of other origins, and says nothing to their preflights", () =>
    withEdge((port) =>
      Effect.gen(function* () {
        const status = (headers: Record<string, string | ReadonlyArray<string>>, path = "/api/v1/user.me") =>
          Effect.map(
            send(port, "POST", path, {
              headers: { ...json, authorization: `Bearer ${token}`, ...headers },
              body: "{}"
            }),
            (response) => response.status
          )
        assert.strictEqual(yield* status({ origin: `http://localhost:${port}` }), 200)
        assert.strictEqual(yield* status({}), 200)
        for (const origin of [
          "null",
          "https://app.evil",
          `http://localhost:${port}.evil.com`,
          "http://localhost:1",
          `https://localhost:${port}`,
          `HTTP://LOCALHOST:${port}`
        ]) {
          assert.strictEqual(yield* status({ origin }), 403, origin)
          assert.strictEqual(yield* status({ origin }, "/rpc"), 403, origin)
        }
        assert.strictEqual(yield* status({ "sec-fetch-site": "cross-site" }), 403)
        assert.strictEqual(yield* status({ cookie: "a=b" }), 403)
        assert.strictEqual(yield* status({ origin: [`http://localhost:${port}`, `http://localhost:${port}`] }), 400)
        const preflight = yield* send(port, "OPTIONS", "/api/v1/user.me", {
          headers: { origin: "https://app.evil", "access-control-request-method": "POST" }
        })
        assert.isEmpty(Object.keys(preflight.headers).filter((name) => name.startsWith("access-control")))
      })
    )
  )

  it.live("lets in pages of further origins where they are named", () => {
    const status = (port: number) =>
      Effect.map(call(port, "user.me", {}, { origin: "http://localhost:5173" }), (answer) => answer.status)
    return Effect.gen(function* () {
      assert.strictEqual(yield* withEdge(status), 403)
      assert.strictEqual(yield* withEdge(status, { origins: ["http://localhost:5173"] }), 200)
    })
  })

  it.live("refuses a header that decides and stands twice", () =>
    withEdge((port) =>
      Effect.gen(function* () {
        const response = yield* send(port, "POST", "/api/v1/user.me", {
          headers: { ...json, authorization: [`Bearer ${token}`, "Bearer other"] },
          body: "{}"
        })
        assert.deepStrictEqual(
          [response.status, errorOf(response)],
          [400, { _tag: "BadRequest", code: "repeated_header", field: "header.authorization" }]
        )
      })
    )
  )

  it.live("refuses a request with more headers than it reads, so that none is missed", () =>
    withEdge(
      (port) =>
        Effect.gen(function* () {
          const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`x-${at}`, "1"]))
          // Node's own client adds `host` and `connection`.
          const metrics = (count: number, last: Record<string, string> = {}) =>
            send(port, "GET", "/metrics", { headers: { ...many(count - 2), ...last } })
          assert.strictEqual((yield* metrics(100)).status, 200)
          for (const count of [101, 102, 140, 500]) {
            const refused = yield* metrics(count)
            assert.deepStrictEqual(
              [refused.status, errorOf(refused)],
              [431, { _tag: "BadRequest", code: "headers_too_large", field: "headers" }]
            )
          }
          assert.strictEqual((yield* metrics(100, { "x-forwarded-for": "203.0.113.1" })).status, 431)
          const upgrade = {
            connection: "upgrade",
            upgrade: "websocket",
            "sec-websocket-version": "13",
            "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA=="
          }
          assert.strictEqual(
            (yield* send(port, "GET", "/ws", { headers: { ...upgrade, ...many(120), origin: "https://app.evil" } }))
              .status,
            431
          )
          const posted = yield* call(port, "user.me", {}, { ...many(120), origin: "https://app.evil" })
          assert.deepStrictEqual([posted.status, posted.headers.connection], [431, "close"])
        }),
      { takeSocket: (_, socket) => void socket.destroy() }
    )
  )

  it.live("refuses what comes in the clear once there is an https address, but for probes", () =>
    withEdge(
      (port) =>
        Effect.gen(function* () {
          const clear = yield* call(port, "user.me", {}, { "x-forwarded-proto": "http" })
          assert.deepStrictEqual([clear.status, errorOf(clear).code], [403, "tls_required"])
          assert.strictEqual((yield* call(port, "user.me", {}, { "x-forwarded-proto": "https" })).status, 200)
          assert.strictEqual((yield* send(port, "GET", "/", { headers: { "x-forwarded-proto": "http" } })).status, 403)
          assert.strictEqual(
            (yield* send(port, "GET", "/health/ready", { headers: { "x-forwarded-proto": "http" } })).status,
            200
          )
          // A scraper asks the process itself; that it is for this machine alone holds as ever.
          assert.strictEqual((yield* send(port, "GET", "/metrics")).status, 200)
          assert.strictEqual(
            (yield* send(port, "GET", "/metrics", { headers: { "x-forwarded-proto": "http" } })).status,
            404
          )
        }),
      { publicUrl: new URL("https://chat.example.org"), trustedProxies: ["127.0.0.1"] }
    )
  )

  it.live("says at which address it is opened, to the page and once in its log", () => {
    const lines: Array<string> = []
    const listening = Logger.replace(
      Logger.defaultLogger,
      Logger.make(({ message }) => void lines.push(String(message)))
    )
    const publicUrl = new URL("https://chat.example.org")
    const openAt = (response: Response) => (JSON.parse(response.body) as { error: { openAt?: string } }).error.openAt
    const secure = { "x-forwarded-proto": "https" }
    return Effect.gen(function* () {
      yield* withEdge(
        (port) =>
          Effect.gen(function* () {
            for (const origin of ["http://127.0.0.1:9000", "http://127.0.0.1:9000", "https://other.example"])
              assert.strictEqual(
                openAt(yield* call(port, "user.me", {}, { origin, ...secure })),
                "https://chat.example.org"
              )
            // A page of another site that does not even say whose it is.
            yield* call(port, "user.me", {}, { "sec-fetch-site": "cross-site", ...secure })
            const clear = { "x-forwarded-proto": "http", accept: "text/html" }
            assert.strictEqual(openAt(yield* call(port, "user.me", {}, clear)), "https://chat.example.org")
            const page = yield* send(port, "GET", "/", { headers: clear })
            assert.strictEqual(page.status, 403)
            assert.include(page.body, '<a href="https://chat.example.org">')
          }),
        { publicUrl, trustedProxies: ["127.0.0.1"] }
      )
      const said = lines.filter((line) => line.includes("refused"))
      assert.lengthOf(said, 3, said.join("\n"))
      assert.include(said[0], "http://127.0.0.1:9000")
      for (const line of said.slice(0, 2))
        assert.match(line, /opened at https:\/\/chat\.example\.org\. HIBIKI_PUBLIC_URL/)
      assert.match(said[2] ?? "", /HIBIKI_TRUSTED_PROXIES .* X-Forwarded-Proto/)
      lines.length = 0
      // Anybody can make up origins: their number is bounded. Without a public address none is told.
      yield* withEdge((port) =>
        Effect.forEach(Array.from({ length: 40 }), (_, n) =>
          Effect.map(call(port, "user.me", {}, { origin: `https://${n}.example` }), (answer) =>
            assert.isUndefined(openAt(answer))
          )
        )
      )
      assert.lengthOf(
        lines.filter((line) => line.includes("refused")),
        5
      )
    }).pipe(Effect.provide(listening))
  })

  it.live("tells handlers the address of the socket, and a forwarded one only by a trusted proxy", () => {
    const signIn = (port: number) =>
      Effect.map(
        call(
          port,
          "auth.signIn",
          { handle: "ada", password: "x", device: { name: "x", kind: "terminal" } },
          { "x-forwarded-for": "198.51.100.7", "x-hibiki-client-address": "6.6.6.6" }
        ),
        (response) => (JSON.parse(response.body) as { value: { refreshToken: string } }).value.refreshToken
      )
    return Effect.gen(function* () {
      assert.strictEqual(yield* withEdge(signIn), "127.0.0.1")
      assert.strictEqual(yield* withEdge(signIn, { trustedProxies: ["127.0.0.0/8"] }), "198.51.100.7")
    })
  })
})
