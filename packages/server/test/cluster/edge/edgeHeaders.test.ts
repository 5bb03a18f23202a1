/** What nginx answers by itself and what it passes on: every kind of answer, with each of its headers once. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { screens } from "../../../src/http/PageRoutes.ts"
import { pagePolicy, securityHeaders } from "../../../src/http/SecurityHeaders.ts"
import { freePort } from "../../e2e/harness.ts"
import { token } from "../../http/edgeUnderTest.ts"
import { type Nginx, startNginx } from "./Nginx.ts"
import { ask, exchange, parsed, type Reply, upgrade, volley } from "./plainHttp.ts"
import { type StubProcess, startStub } from "./stubProcesses.ts"

const script = `console.log(${JSON.stringify("x".repeat(500))})`
const index = `<!doctype html><title>Hibiki</title>${"<!-- long -->".repeat(50)}`
const files: Readonly<Record<string, string | Buffer>> = {
  "index.html": index,
  "worker.js": script,
  "favicon.svg": "<svg/>",
  "assets/index-AbC_1-9z.js": script,
  "assets/index-AbC_1-9z.js.br": brotliCompressSync(script),
  "assets/index-AbC_1-9z.js.gz": gzipSync(script),
  "assets/index-AbC_1-9z.css": "a{}",
  ".vite/manifest.json": "{}",
  "notes.xyz": "of no known type"
}

let folder = ""
let api: StubProcess
let secure: StubProcess
let nginx: Nginx
/** Behind a proxy that ends TLS. */
let behindTls: Nginx
/** Nothing runs behind it. */
let alone: Nginx

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "hibiki-page-"))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  api = await startStub()
  secure = await startStub({ publicUrl: new URL("https://chat.example.org") })
  nginx = await startNginx({ api: [api.url], gateways: [api.url] }, { page: folder })
  behindTls = await startNginx({ api: [secure.url], gateways: [secure.url] }, { page: folder, tlsBefore: true })
  const nobody = `http://127.0.0.1:${await freePort()}`
  alone = await startNginx({ api: [nobody], gateways: [nobody] }, { page: folder })
})
afterAll(async () => {
  for (const each of [nginx, behindTls, alone, api, secure]) await each?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** What differs from answer to answer, or is about the connection alone. */
const unsteady = new Set([
  "date",
  "etag",
  "last-modified",
  "accept-ranges",
  "content-length",
  "connection",
  "keep-alive",
  "transfer-encoding"
])

/** All others by name; twice is none of the things that may be. */
const steady = ({ headers }: Reply, what: string): Record<string, string> => {
  const names = headers.map(([name]) => name)
  assert.deepStrictEqual(
    names.filter((name, i) => names.indexOf(name) !== i),
    [],
    what
  )
  const { "x-request-id": id, server, ...rest } = Object.fromEntries(headers.filter(([name]) => !unsteady.has(name)))
  assert.match(id ?? "", /^[\w-]{10,}$/, what)
  assert.include([undefined, "nginx"], server, what)
  return rest
}

const ofData = { ...securityHeaders(false), "content-type": "application/json" }
const ofPage = (origin: string, https = false) => ({
  ...securityHeaders(https),
  "content-security-policy": pagePolicy([origin]),
  "cache-control": "no-cache"
})
const immutable = { "cache-control": "public, max-age=31536000, immutable" }
const varying = { vary: "Accept-Encoding" }
const javascript = { "content-type": "text/javascript; charset=utf-8" }
const error = (tag: string, code?: string) =>
  code === undefined ? `"_tag":"${tag}"` : `"_tag":"${tag}","code":"${code}"`

describe("the edge", () => {
  it("gives the page and its files, compressed and to be kept as their names allow", async () => {
    const page = ofPage(nginx.url)
    const html = { ...page, ...varying, "content-type": "text/html; charset=utf-8" }
    for (const screen of screens)
      for (const path of screen === ""
        ? ["/", "/?x=1"]
        : [`/${screen}`, `/${screen}/`, `/${screen}/x/y`, `/${screen}/%E3%81%82?x`]) {
        const reply = await ask(nginx.port, "GET", path)
        assert.deepStrictEqual([reply.status, reply.body], [200, index], path)
        assert.deepStrictEqual(steady(reply, path), html, path)
      }
    const head = await ask(nginx.port, "HEAD", "/c/x")
    assert.deepStrictEqual([head.status, head.body, steady(head, "HEAD")], [200, "", html])
    const etag = head.headers.find(([name]) => name === "etag")?.[1] ?? ""
    const known = await ask(nginx.port, "GET", "/", { headers: { "if-none-match": etag } })
    const { "content-type": _, vary: __, ...ofKnown } = html
    assert.deepStrictEqual([known.status, known.body, steady(known, "304")], [304, "", ofKnown])

    const hashed = "/assets/index-AbC_1-9z.js"
    const encodings: ReadonlyArray<readonly [accepted: string, given: string | undefined]> = [
      ["br, gzip", "br"],
      ["gzip, deflate, br;q=0.5", "br"],
      ["gzip, br;q=0", "gzip"],
      ["gzip", "gzip"],
      ["brotli", undefined],
      ["identity", undefined]
    ]
    for (const [accepted, given] of encodings) {
      const reply = await ask(nginx.port, "GET", hashed, { headers: { "accept-encoding": accepted } })
      const encoded = given === undefined ? {} : { "content-encoding": given }
      assert.deepStrictEqual(
        steady(reply, accepted),
        { ...page, ...javascript, ...immutable, ...varying, ...encoded },
        accepted
      )
      const bytes = Buffer.from(reply.body, "latin1")
      assert.strictEqual(
        `${given === "br" ? brotliDecompressSync(bytes) : given === "gzip" ? gunzipSync(bytes) : bytes}`,
        script
      )
    }
    const style = await ask(nginx.port, "GET", "/assets/index-AbC_1-9z.css", {
      headers: { "accept-encoding": "br, gzip" }
    })
    assert.deepStrictEqual([style.status, style.body], [200, "a{}"])
    assert.include(steady(style, "css"), { ...immutable, "content-type": "text/css; charset=utf-8" })
    const worker = await ask(nginx.port, "GET", "/worker.js", { headers: { "accept-encoding": "br, gzip" } })
    assert.deepStrictEqual(steady(worker, "worker"), { ...page, ...javascript, ...varying, "content-encoding": "gzip" })
    const icon = await ask(nginx.port, "GET", "/favicon.svg")
    assert.include(steady(icon, "icon"), { "content-type": "image/svg+xml", "cache-control": "no-cache" })
  })

  it("names sockets of its own host in the page's policy, of a host that can be one alone", async () => {
    const policyFor = async (host: string) =>
      (await ask(nginx.port, "GET", "/", { headers: { host } })).headers.find(
        ([name]) => name === "content-security-policy"
      )?.[1]
    assert.strictEqual(await policyFor("chat.example.org"), pagePolicy(["http://chat.example.org"]))
    assert.strictEqual(await policyFor("localhost:8080"), pagePolicy(["http://localhost:8080"]))
    for (const host of ["[::1]:8080", "a,b", "a'b", "-a", "a;script-src*", "a b", "a".repeat(300)])
      assert.notInclude(String(await policyFor(host)), "ws:", host)
  })

  it("says what is missing, refused or away in the words of the processes, with the headers of all answers", async () => {
    const asked: ReadonlyArray<
      readonly [what: string, reply: () => Promise<Reply>, status: number, says: string, further?: object]
    > = [
      ...[
        "/assets/index-00000000.js",
        "/assets/index-AbC_1-9z.js.br",
        "/index.html",
        "/.vite/manifest.json",
        "/notes.xyz",
        "/nothing",
        "//c/x"
      ].map((path) => [path, () => ask(nginx.port, "GET", path), 404, error("NotFound")] as const),
      ...[
        "/metrics",
        "/health/live",
        "/health/ready",
        "/edge/error",
        "/edge/missing",
        "/api",
        "/rpc/x",
        "/wsx",
        "/healthy"
      ].map((path) => [path, () => ask(nginx.port, "GET", path), 404, error("NotFound")] as const),
      [
        "for people",
        () => ask(nginx.port, "GET", "/nothing?x", { headers: { accept: "text/html,*/*" } }),
        404,
        "There is nothing here",
        { "content-type": "text/html; charset=utf-8" }
      ],
      [
        "an asset for people",
        () => ask(nginx.port, "GET", "/assets/x", { headers: { accept: "text/html" } }),
        404,
        error("NotFound")
      ],
      ["a method", () => ask(nginx.port, "POST", "/"), 405, error("BadRequest", "method"), { allow: "GET, HEAD" }],
      [
        "a path upwards",
        () => exchange(nginx.port, "GET /c/../../x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").then(parsed),
        400,
        error("BadRequest", "not_http")
      ],
      ["no HTTP", () => exchange(nginx.port, "garbage\r\n\r\n").then(parsed), 400, error("BadRequest", "not_http")],
      [
        "no host",
        () => exchange(nginx.port, "GET / HTTP/1.1\r\n\r\n").then(parsed),
        400,
        error("BadRequest", "not_http")
      ],
      [
        "too large",
        () => ask(alone.port, "POST", "/rpc", { body: "x".repeat(65_537) }),
        413,
        error("BadRequest", "too_large")
      ],
      [
        "large headers",
        () => ask(nginx.port, "GET", "/", { headers: { x: "x".repeat(9_000) } }),
        431,
        error("BadRequest", "headers_too_large")
      ],
      [
        "too many",
        () =>
          volley(alone.port, "/api/v1/x", 1_000, "127.0.0.11").then(
            (all) => all.find(({ status }) => status === 429) ?? parsed("")
          ),
        429,
        error("RateLimited"),
        { "retry-after": "1" }
      ],
      ["health", () => ask(nginx.port, "GET", "/edge/health"), 200, '{"live":true}'],
      // Those of the process are passed on as they are.
      [
        "a call",
        () =>
          ask(nginx.port, "POST", "/api/v1/user.me", {
            headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
            body: "{}"
          }),
        200,
        '"value"'
      ],
      [
        "a call of nobody",
        () =>
          ask(nginx.port, "POST", "/api/v1/user.me", { headers: { "content-type": "application/json" }, body: "{}" }),
        401,
        error("Unauthenticated")
      ],
      [
        "no call",
        () => ask(nginx.port, "GET", "/api/v1/x?y", { headers: { accept: "text/html" } }),
        400,
        error("BadRequest", "unknown_tag")
      ],
      ["a wrong method", () => ask(nginx.port, "GET", "/rpc"), 405, error("BadRequest", "method"), { allow: "POST" }],
      ["no upgrade", () => ask(nginx.port, "GET", "/ws"), 404, error("NotFound")],
      [
        "a foreign page's socket",
        () => upgrade(nginx.port, "/ws", { headers: { origin: "https://evil.example" } }),
        403,
        error("BadRequest", "foreign_origin")
      ],
      [
        "an upgrade elsewhere",
        () => upgrade(nginx.port, "/rpc"),
        405,
        error("BadRequest", "method"),
        { allow: "POST" }
      ],
      [
        "a process that is away",
        () => ask(alone.port, "POST", "/rpc"),
        503,
        error("Unavailable"),
        { "retry-after": "1" }
      ],
      ["gateways that are away", () => upgrade(alone.port, "/ws"), 503, error("Unavailable"), { "retry-after": "1" }]
    ]
    for (const [what, promised, status, says, further] of asked) {
      const reply = await promised()
      assert.strictEqual(reply.status, status, what)
      assert.include(reply.body, says, what)
      assert.deepStrictEqual(steady(reply, what), { ...ofData, ...further }, what)
    }
    const { headers, socket, status } = await upgrade(nginx.port, "/ws")
    socket?.destroy()
    assert.strictEqual(status, 101)
    assert.lengthOf(new Set(headers.map(([name]) => name)), headers.length)
  })

  it("says that https is to be kept to where it is, once", async () => {
    const origin = `https://127.0.0.1:${behindTls.port}`
    const secured = { ...ofData, ...securityHeaders(true) }
    const page = await ask(behindTls.port, "GET", "/")
    assert.deepStrictEqual(steady(page, "page"), {
      ...ofPage(origin, true),
      ...varying,
      "content-type": "text/html; charset=utf-8"
    })
    for (const path of ["/nothing", "/edge/health", "/api/v1/x", "/api/v1/auth.policy"])
      assert.deepInclude(
        steady(await ask(behindTls.port, "GET", path), path),
        { ...secured, "content-type": "application/json" },
        path
      )
    // Without TLS the process, whose public address is https, refuses: nginx told it so, whatever the client says.
    const inTheClear = await startNginx({ api: [secure.url], gateways: [secure.url] }, { page: folder })
    try {
      for (const headers of [{}, { "x-forwarded-proto": "https" }, { forwarded: "proto=https" }]) {
        const { body, status } = await ask(inTheClear.port, "GET", "/api/v1/auth.policy", { headers })
        assert.deepStrictEqual(
          [status, body],
          [
            403,
            '{"error":{"_tag":"BadRequest","code":"tls_required","field":"scheme","openAt":"https://chat.example.org"}}'
          ]
        )
      }
    } finally {
      await inTheClear.stop()
    }
  })
})
