/** The built page over real sockets: its files, the addresses that it shows, and the headers of each. */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger } from "effect"
import { HttpServer } from "../../src/http/HttpServer.ts"
import { builtPage, readStaticFiles } from "../../src/http/StaticFiles.ts"
import { type EdgeOptions, edgeLayer, exchange, type Response, send } from "./edgeUnderTest.ts"

const index = `<!doctype html><title>Hibiki</title>${"<!-- long -->".repeat(50)}`
const script = "assets/index-AbC_1-9z.js"
const content: Readonly<Record<string, string>> = {
  "index.html": index,
  "favicon.svg": "<svg/>",
  [script]: "console.log(1)",
  [`${script}.br`]: "brotli bytes",
  [`${script}.gz`]: "gzip bytes",
  ".stamp": "secret",
  "assets/.hidden.js": "hidden",
  ".vite/manifest.json": "{}"
}

const folderWith = (files: Readonly<Record<string, string>>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(join(tmpdir(), "hibiki-page-"))
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(join(folder, name, ".."), { recursive: true })
        writeFileSync(join(folder, name), text)
      }
      return folder
    }),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

const withPage = <A>(test: (port: number) => Effect.Effect<A, unknown>, options?: EdgeOptions) =>
  Effect.scoped(
    Effect.flatMap(folderWith(content), (pageFolder) =>
      Effect.flatMap(HttpServer, ({ port }) => test(port)).pipe(Effect.provide(edgeLayer({ pageFolder, ...options })))
    )
  )

/** What differs from answer to answer. */
const steady = ({
  date: _,
  "x-request-id": __,
  "keep-alive": ___,
  "content-length": ____,
  ...headers
}: Response["headers"]) => headers
const policyFor = (sockets: string) =>
  `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self' ${sockets}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; manifest-src 'self'; worker-src 'self'; media-src 'self' blob:`
const always = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy":
    "camera=(), display-capture=(), geolocation=(), hid=(), microphone=(), midi=(), payment=(), screen-wake-lock=(), serial=(), usb=(), browsing-topics=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  vary: "accept-encoding",
  connection: "close"
}
const immutable = "public, max-age=31536000, immutable"

describe("the page", () => {
  it.live("stands at every address of its own, and its files at their names, each under all headers", () =>
    withPage((port) =>
      Effect.gen(function* () {
        const policy = policyFor(`ws://localhost:${port} ws://127.0.0.1:${port}`)
        const expected = (contentType: string, cacheControl: string) => ({
          ...always,
          "content-security-policy": policy,
          "content-type": contentType,
          "cache-control": cacheControl
        })
        const pages = [
          "/",
          "/?x=1",
          "/c/01890a5d-ac96-774b-bcce-b302099a8057",
          "/c/x/details",
          "/people",
          "/new",
          "/settings"
        ]
        const others = [
          "/settings/devices",
          "/board",
          "/board/x",
          "/operate",
          "/operate/nodes",
          "/sign-in",
          "/register",
          "/join",
          "/join/x",
          "/c/%E3%81%82",
          "/c/../../../etc/passwd"
        ]
        for (const path of [...pages, ...others]) {
          for (const method of ["GET", "HEAD"]) {
            const { body, headers, status } = yield* send(port, method, path)
            const { etag, ...rest } = steady(headers)
            assert.strictEqual(status, 200, path)
            assert.match(String(etag), /^W\/"/)
            assert.deepStrictEqual(rest, expected("text/html; charset=utf-8", "no-cache"), path)
            assert.strictEqual(body, method === "HEAD" ? "" : index)
            assert.strictEqual(Number(headers["content-length"]), index.length)
          }
        }
        const files = [
          [`/${script}`, "text/javascript; charset=utf-8", immutable],
          ["/favicon.svg", "image/svg+xml", "no-cache"]
        ] as const
        for (const [path, contentType, cacheControl] of files) {
          const { body, headers, status } = yield* send(port, "GET", path)
          const { etag: _, ...rest } = steady(headers)
          assert.deepStrictEqual(
            [status, body, rest],
            [200, content[path.slice(1)] ?? "", expected(contentType, cacheControl)]
          )
        }
      })
    )
  )

  it.live("comes compressed, or not at all to who has it", () =>
    withPage((port) =>
      Effect.gen(function* () {
        const plain = yield* send(port, "GET", "/")
        const known = yield* send(port, "GET", "/new", { headers: { "if-none-match": String(plain.headers.etag) } })
        const { "content-type": _, ...headersOfPlain } = steady(plain.headers)
        assert.deepStrictEqual([known.status, known.body, steady(known.headers)], [304, "", headersOfPlain])
        assert.isUndefined(known.headers["content-length"])
        const raw = yield* exchange(
          port,
          "GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: br\r\nConnection: close\r\n\r\n"
        )
        assert.match(raw, /content-encoding: br\r\n/)
        for (const [accepted, encoding, body] of [
          ["br, gzip", "br", "brotli bytes"],
          ["gzip", "gzip", "gzip bytes"],
          ["deflate", undefined, content[script] ?? ""]
        ] as const) {
          const answer = yield* send(port, "GET", `/${script}`, { headers: { "accept-encoding": accepted } })
          assert.deepStrictEqual([answer.headers["content-encoding"], answer.body], [encoding, body])
          assert.strictEqual(Number(answer.headers["content-length"]), body.length)
        }
      })
    )
  )

  it.live("lets nobody at what is not its own: a look-up by name, never a path", () =>
    withPage((port) =>
      Effect.gen(function* () {
        const paths = [
          ...[
            "/.stamp",
            "/.vite/manifest.json",
            "/assets/.hidden.js",
            "/index.html.br",
            `/${script}.br`,
            "/assets",
            "/assets/",
            "/assets/../index.html",
            "//",
            "//new"
          ],
          ...[
            "/%2e%2e/%2e%2e/etc/passwd",
            "/..%2f..%2fetc%2fpasswd",
            "/assets/..%5c..%5cetc",
            "/favicon.svg/",
            "/FAVICON.SVG",
            "/favicon.svg%00.js"
          ],
          ...["/%00", "/cc", "/settingsx", "/constructor", "/__proto__", "/c%2fx", `/${"a".repeat(8_000)}`]
        ]
        for (const path of paths) {
          const { body, headers, status } = yield* send(port, "GET", path)
          assert.deepStrictEqual([status, body], [404, '{"error":{"_tag":"NotFound"}}'], path)
          assert.strictEqual(headers["cache-control"], "no-store")
        }
        assert.match(yield* exchange(port, "GET /\u0000 HTTP/1.1\r\nHost: x\r\n\r\n"), /^HTTP\/1.1 400/)
      })
    )
  )

  it.live("tells people kindly that nothing is there, and programs in their own words", () =>
    withPage((port) =>
      Effect.gen(function* () {
        const accept = "text/html,application/xhtml+xml,*/*;q=0.8"
        const missing = yield* send(port, "GET", "/nowhere", { headers: { accept } })
        assert.deepStrictEqual(
          [missing.status, missing.headers["content-type"], missing.headers["cache-control"]],
          [404, "text/html; charset=utf-8", "no-store"]
        )
        assert.include(missing.body, '<a href="/">')
        assert.include(missing.body, "何もありません")
        assert.match(
          String(missing.headers["content-security-policy"]),
          /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'/
        )
        assert.include(
          (yield* send(port, "GET", "/api/v1/nowhere", { headers: { accept } })).body,
          '"code":"unknown_tag"'
        )
        for (const path of ["/rpc/x", "/ws", "/health", "/assets/old-12345678.js"]) {
          const { body, status } = yield* send(port, "GET", path, { headers: { accept } })
          assert.deepStrictEqual([status, body], [404, '{"error":{"_tag":"NotFound"}}'], path)
        }
        assert.strictEqual(
          (yield* send(port, "POST", "/nowhere", { headers: { accept } })).headers["content-type"],
          "application/json"
        )
        const posted = yield* send(port, "POST", "/c/x")
        assert.deepStrictEqual([posted.status, posted.headers.allow], [405, "GET, HEAD"])
      })
    )
  )

  it.live("may open sockets to its own public address", () =>
    withPage(
      (port) =>
        Effect.map(send(port, "GET", "/"), ({ headers }) =>
          assert.strictEqual(headers["content-security-policy"], policyFor("wss://chat.example.org:8443"))
        ),
      { publicUrl: new URL("https://chat.example.org:8443/") }
    )
  )
})

describe("readStaticFiles", () => {
  it("looks where the build puts the page", () => assert.match(builtPage, /packages[/\\]web[/\\]dist[/\\]$/))

  it.effect("is empty where nothing was built", () =>
    Effect.map(readStaticFiles("/nonexistent/page"), (files) => assert.strictEqual(files.size, 0))
  )

  it.scopedLive("keeps the newest within its bound, and says what it leaves out", () => {
    const logged: Array<string> = []
    const logger = Logger.make(({ message }) => void logged.push(String(message)))
    const megabytes = (n: number) => "x".repeat(n * 1024 * 1024)
    return Effect.gen(function* () {
      const folder = yield* folderWith({
        "assets/old-12345678.js": megabytes(2),
        "assets/new-12345678.js": megabytes(31),
        "index.html": "<p>"
      })
      const hourAgo = Date.now() / 1000 - 3600
      utimesSync(join(folder, "assets/old-12345678.js"), hourAgo, hourAgo)
      const files = yield* readStaticFiles(folder)
      assert.deepStrictEqual([...files.keys()].sort(), ["assets/new-12345678.js", "index.html"])
      assert.deepStrictEqual(logged, ["The built page is larger than 32 MB: 1 of its files are not served."])
    }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
  })
})
