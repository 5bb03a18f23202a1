/** The edge over real sockets: every route, every refusal, and the headers of each. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck, Logger } from "effect"
import { makeLogLines } from "../../../core/test/world/logLines.ts"
import { HttpServer } from "../../src/http/HttpServer.ts"
import type { Readiness } from "../../src/http/Readiness.ts"
import { badEnvelopes, badJson, badPayloads } from "./badBodies.ts"
import {
  call,
  callRaw,
  type EdgeOptions,
  edgeLayer,
  exchange,
  type Response,
  secretText,
  send,
  token,
  uuid
} from "./edgeUnderTest.ts"

const json = { "content-type": "application/json" }
const withEdge = <A>(test: (port: number) => Effect.Effect<A, unknown, Readiness>, options?: EdgeOptions) =>
  Effect.flatMap(HttpServer, ({ port }) => test(port)).pipe(Effect.provide(edgeLayer(options)))
const errorOf = (response: Response) =>
  (JSON.parse(response.body) as { error: { _tag: string; code?: string; field?: string } }).error

/** What differs from answer to answer. */
const steady = ({ date: _, "x-request-id": id, "keep-alive": __, ...headers }: Response["headers"]) => {
  assert.match(String(id), /^[0-9a-f]{12}-[0-9a-z]+$/)
  return headers
}
const always = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy":
    "camera=(), display-capture=(), geolocation=(), hid=(), microphone=(), midi=(), payment=(), screen-wake-lock=(), serial=(), usb=(), browsing-topics=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  connection: "keep-alive"
}

const routes: ReadonlyArray<
  readonly [method: string, path: string, status: number, body?: string | undefined, extra?: Record<string, string>]
> = [
  ["GET", "/health/live", 200],
  ["HEAD", "/health/live", 200],
  ["GET", "/health/ready", 200],
  ["GET", "/api/v1/openapi.json", 200],
  ["POST", "/api/v1/user.me", 200, "{}"],
  ["POST", "/api/v1/user.me?x=1", 200, "{}"],
  ["POST", "/rpc", 200, '{"_tag":"Request","id":"0","tag":"user.me","headers":[]}'],
  ["POST", "/rpc", 400, "{}"],
  ["POST", "/api/v1/auth.refresh", 401, '{"refreshToken":"x"}'],
  ["POST", "/api/v1/device.revoke", 404, JSON.stringify({ deviceId: uuid(1), password: "x" })],
  ["POST", "/api/v1/conversation.leave", 409, JSON.stringify({ id: uuid(1), conversationId: uuid(2) })],
  ["POST", "/api/v1/user.find", 503, '{"query":"die"}', { "retry-after": "1" }],
  ["GET", "/rpc", 405, undefined, { allow: "POST" }],
  ["GET", "/api/v1/user.me", 405, undefined, { allow: "POST" }],
  ["DELETE", "/health/live", 405, undefined, { allow: "GET, HEAD" }],
  ["POST", "/", 405, "{}", { allow: "GET, HEAD" }],
  ["OPTIONS", "/rpc", 405, undefined, { allow: "POST" }],
  ["GET", "/rpc/ws", 404],
  ["GET", "/ws", 404],
  ["POST", "/api/v1/user.delete", 400, "{}"],
  ["POST", "/api/v1", 404, "{}"],
  ["GET", "/health/live/", 404],
  ["GET", "//health/live", 404],
  ["GET", "/../health/live", 404],
  ["GET", "/%2e%2e/etc/passwd", 404],
  ["GET", "/.env", 404],
  ["GET", "http://127.0.0.1/health/live", 404]
]

describe("HttpServer", () => {
  it.live("answers every route with the same headers, whatever comes of it", () =>
    withEdge((port) =>
      Effect.forEach(routes, ([method, path, status, body, extra]) =>
        Effect.gen(function* () {
          const response = yield* send(port, method, path, {
            headers: { ...json, authorization: `Bearer ${token}`, connection: "keep-alive" },
            ...(body === undefined ? {} : { body })
          })
          assert.strictEqual(response.status, status, `${method} ${path}`)
          const { "content-length": length, ...headers } = steady(response.headers)
          // A body that was not read closes the connection.
          const connection = headers.connection === "close" && body !== undefined ? { connection: "close" } : {}
          assert.deepStrictEqual(
            headers,
            { ...always, ...connection, ...extra, "content-type": "application/json" },
            `${method} ${path}`
          )
          if (method === "HEAD") assert.strictEqual(response.body, "")
          else assert.strictEqual(Number(length), Buffer.byteLength(response.body))
          if (status === 404 && path !== "/api/v1/device.revoke")
            assert.strictEqual(response.body, '{"error":{"_tag":"NotFound"}}')
        })
      )
    )
  )

  it.live(
    "says of a call that is misspelt that there is none, and where all are described; of what is hidden it says no more than ever",
    () =>
      withEdge((port) =>
        Effect.gen(function* () {
          const [code, field] = ["unknown_tag", "tag"]
          const message = "There is no call of this name: GET /api/v1/openapi.json describes all."
          for (const name of ["user.fnd", "constructor", "", "%75ser.me", "user.me/"]) {
            for (const method of ["POST", "GET"]) {
              const response = yield* send(port, method, `/api/v1/${name}`, { headers: json })
              assert.deepStrictEqual(
                [response.status, errorOf(response)],
                [400, { _tag: "BadRequest", code, field, message }],
                name
              )
            }
          }
          const hidden = yield* call(port, "conversation.get", { conversationId: uuid(404) })
          assert.deepStrictEqual([hidden.status, errorOf(hidden)], [404, { _tag: "NotFound" }])
        })
      )
  )

  it.live("says how to build the page where it was not, under a policy that lets nothing run", () =>
    withEdge((port) =>
      Effect.gen(function* () {
        const { body, headers, status } = yield* send(port, "GET", "/")
        assert.strictEqual(status, 200)
        assert.strictEqual(headers["content-type"], "text/html; charset=utf-8")
        assert.match(
          String(headers["content-security-policy"]),
          /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/
        )
        assert.include(body, "npm run build")
        assert.include(body, `HIBIKI_SERVER=http://127.0.0.1:${port} npx --no-install hibiki chat`)
        assert.notInclude(body, "<script")
      })
    )
  )

  it.live("promises https for later visits only where there is https", () =>
    withEdge(
      (port) =>
        Effect.map(send(port, "GET", "/health/live"), ({ headers }) =>
          assert.strictEqual(headers["strict-transport-security"], "max-age=31536000")
        ),
      { publicUrl: new URL("https://chat.example.org") }
    )
  )

  it.live("answers bad input with a code and a field, on both paths, and goes on serving others", () =>
    withEdge((port) =>
      Effect.gen(function* () {
        for (const [name, body, code] of badJson) {
          for (const path of ["/rpc", "/api/v1/user.find"]) {
            const response = yield* send(port, "POST", path, {
              headers: { ...json, authorization: `Bearer ${token}` },
              body
            })
            assert.strictEqual(response.status, 400, name)
            assert.strictEqual(errorOf(response).code, code, name)
          }
        }
        for (const [name, tag, payload, code, field] of badPayloads) {
          const response = yield* call(port, tag, payload)
          assert.deepStrictEqual([response.status, errorOf(response)], [400, { _tag: "BadRequest", code, field }], name)
        }
        for (const [name, envelope, code, field] of badEnvelopes) {
          const response = yield* send(port, "POST", "/rpc", { headers: json, body: JSON.stringify(envelope) })
          assert.deepStrictEqual([response.status, errorOf(response)], [400, { _tag: "BadRequest", code, field }], name)
        }
        assert.strictEqual((yield* call(port, "user.me", {})).status, 200)
        assert.isUndefined((Object.prototype as { admin?: unknown }).admin)
      })
    )
  )

  it.live("takes JSON only, plain and declared", () =>
    withEdge((port) =>
      Effect.gen(function* () {
        const types = [
          "text/plain",
          "application/x-www-form-urlencoded",
          "multipart/form-data; boundary=x",
          "application/jsonx",
          "application/json; charset=utf-16",
          "application/ndjson",
          "text/json",
          ""
        ]
        for (const type of types) {
          const response = yield* send(port, "POST", "/api/v1/user.me", {
            headers: { "content-type": type, authorization: `Bearer ${token}` },
            body: "{}"
          })
          assert.deepStrictEqual([response.status, errorOf(response).code], [415, "unsupported_media_type"], type)
        }
        for (const type of [
          "application/json",
          "Application/JSON; charset=UTF-8",
          'application/json;charset="utf-8"'
        ]) {
          assert.strictEqual((yield* call(port, "user.me", {}, { "content-type": type })).status, 200, type)
        }
        const gzip = yield* call(port, "user.me", {}, { "content-encoding": "gzip" })
        assert.deepStrictEqual([gzip.status, errorOf(gzip).field], [415, "header.content-encoding"])
      })
    )
  )

  it.live("takes a body of its bound and none above, declared or not", () =>
    withEdge((port) =>
      Effect.gen(function* () {
        const sized = (bytes: number) => {
          const rest = JSON.stringify({ query: "a" })
          return rest + " ".repeat(bytes - rest.length)
        }
        for (const bytes of [65_535, 65_536])
          assert.strictEqual((yield* callRaw(port, "user.find", sized(bytes))).status, 200, `${bytes}`)
        const declared = yield* callRaw(port, "user.find", sized(65_537))
        assert.deepStrictEqual(
          [declared.status, errorOf(declared).code, declared.headers.connection],
          [413, "too_large", "close"]
        )
        const chunked = yield* callRaw(port, "user.find", sized(70_000), { "transfer-encoding": "chunked" })
        assert.deepStrictEqual([chunked.status, errorOf(chunked).code], [413, "too_large"])
      })
    )
  )

  it.live(
    "says nothing of a defect but when to try again, and logs it by the answer's id without what was typed",
    () => {
      const logged: Array<string> = []
      const logger = Logger.make(
        ({ annotations, message }) => void logged.push(`${String(message)} ${JSON.stringify([...annotations])}`)
      )
      return withEdge(
        (port) =>
          Effect.gen(function* () {
            for (const query of ["throw", "die", "both", "wrong", "never"]) {
              const response = yield* call(port, "user.find", { query })
              assert.deepStrictEqual(
                [response.status, response.body],
                [503, '{"error":{"_tag":"Unavailable","retryAfterMs":1000}}'],
                query
              )
              const line = logged.find((each) => each.includes(String(response.headers["x-request-id"])))
              assert.include(line, "user.find", query)
              const framed = yield* send(port, "POST", "/rpc", {
                headers: { ...json, authorization: `Bearer ${token}` },
                body: JSON.stringify({ _tag: "Request", id: "3", tag: "user.find", payload: { query }, headers: [] })
              })
              assert.deepStrictEqual(JSON.parse(framed.body), [
                {
                  _tag: "Exit",
                  requestId: "3",
                  exit: { _tag: "Failure", cause: { _tag: "Fail", error: { _tag: "Unavailable", retryAfterMs: 1000 } } }
                }
              ])
            }
            assert.notInclude(logged.join("\n"), "canary")
            assert.notInclude(logged.join("\n"), secretText)
            assert.include(logged.join("\n"), "edgeUnderTest.ts")
          }),
        { bounds: { callTimeoutMs: 100 } }
      ).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
    }
  )

  it.live("never answers 500 nor words of the inside, whatever JSON comes", () =>
    withEdge((port) =>
      Effect.promise(() =>
        FastCheck.assert(
          FastCheck.asyncProperty(
            FastCheck.jsonValue({ maxDepth: 4 }),
            FastCheck.constantFrom("user.find", "conversation.create", "history.page", "auth.signIn"),
            async (value, tag) => {
              const wrapped = { _tag: "Request", id: "1", tag, payload: value, headers: [] }
              const answers = await Effect.runPromise(
                Effect.all([
                  call(port, tag, value),
                  send(port, "POST", "/rpc", { headers: json, body: JSON.stringify(value) }),
                  send(port, "POST", "/rpc", { headers: json, body: JSON.stringify(wrapped) })
                ])
              )
              for (const answer of answers) {
                assert.include([200, 400, 401], answer.status)
                assert.notMatch(answer.body, /Defect|Die|Expected|at \/|node_modules|ParseError/)
              }
            }
          ),
          { numRuns: 150 }
        )
      )
    )
  )

  it.live("answers what is no HTTP in one answer with all headers, and closes", () =>
    withEdge((port) =>
      Effect.gen(function* () {
        const smuggled =
          "POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        const cases: ReadonlyArray<readonly [string, string]> = [
          ["nonsense\r\n\r\n", "HTTP/1.1 400"],
          [smuggled, "HTTP/1.1 400"],
          ["GET / HTTP/1.1\r\nHost: x\r\nX: \u0000\r\n\r\n", "HTTP/1.1 400"],
          [`GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(17_000)}\r\n\r\n`, "HTTP/1.1 431"],
          ["POST /rpc HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nConnection: close\r\n\r\n", "HTTP/1.1 417"],
          ["GET / HTTP/1.1\r\nConnection: close\r\n\r\n", "HTTP/1.1 400"]
        ]
        for (const [bytes, status] of cases) {
          const answer = yield* exchange(port, bytes)
          assert.isTrue(answer.startsWith(status), `${JSON.stringify(bytes.slice(0, 40))}: ${answer.slice(0, 200)}`)
          assert.match(answer, /content-security-policy: default-src 'none'/)
          assert.match(answer, /cache-control: no-store/)
          assert.match(answer, /\{"error":\{"_tag":"BadRequest","code":"[a-z_]+","field":"[a-z.]+"\}\}$/)
        }
      })
    )
  )

  it.live("says where this process listens, and apart from it where people reach it", () => {
    const { keep, lines } = makeLogLines()
    const told = (publicUrl: string) =>
      withEdge(() => Effect.void, { publicUrl: new URL(publicUrl), host: "127.0.0.1" }).pipe(
        Effect.zipRight(Effect.sync(() => lines.splice(0)))
      )
    return Effect.gen(function* () {
      const [own] = yield* told("https://chat.example.org")
      assert.match(
        String(own),
        /^INFO Listening at http:\/\/127\.0\.0\.1:\d+ \(public address: https:\/\/chat\.example\.org\)$/
      )
    }).pipe(keep)
  })
})
