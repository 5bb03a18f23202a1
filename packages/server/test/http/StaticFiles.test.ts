import { brotliDecompressSync, gunzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { answerFile, encodingFor, type StaticFile, staticFiles } from "../../src/http/StaticFiles.ts"

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const text = (body: string | Uint8Array): string => (typeof body === "string" ? body : new TextDecoder().decode(body))
const long = "abc ".repeat(500)
const hashed = "assets/index-AbC_1-9z.js"
const files = new Map([
  ["index.html", bytes(long)],
  ["favicon.svg", bytes("<svg/>")],
  ["assets/notes.js", bytes(long)],
  [hashed, bytes(long)],
  [`${hashed}.br`, bytes("as brotli")],
  [`${hashed}.gz`, bytes("as gzip")],
  ["assets/photo-12345678.webp", bytes("RIFF")],
  ["assets/index-AbC_1-9z.js.map", bytes("{}")],
  ["README.md", bytes("# not served")],
  ["assets/other-12345678.JS", bytes("not served")]
])
const served = staticFiles(files)
const fileOf = (name: string): StaticFile => {
  const file = served.get(name)
  if (file === undefined) throw new Error(`${name} is not served`)
  return file
}

describe("staticFiles", () => {
  it("serves what has a known type, and nothing else", () => {
    assert.deepStrictEqual(
      [...served.keys()],
      ["index.html", "favicon.svg", "assets/notes.js", hashed, "assets/photo-12345678.webp"]
    )
    assert.deepStrictEqual(
      [...served.values()].map(({ contentType }) => contentType),
      [
        "text/html; charset=utf-8",
        "image/svg+xml",
        "text/javascript; charset=utf-8",
        "text/javascript; charset=utf-8",
        "image/webp"
      ]
    )
  })

  it("lets browsers keep for good only what has a hash in its name", () => {
    const immutable = [...served].filter(
      ([, { cacheControl }]) => cacheControl === "public, max-age=31536000, immutable"
    )
    assert.deepStrictEqual(
      immutable.map(([name]) => name),
      [hashed, "assets/photo-12345678.webp"]
    )
    for (const name of ["index.html", "favicon.svg", "assets/notes.js"])
      assert.strictEqual(fileOf(name).cacheControl, "no-cache")
  })

  it("takes compressed files from the build by a hashed name only, and compresses the rest itself where that helps", () => {
    const index = fileOf("index.html")
    assert.strictEqual(brotliDecompressSync(index.br ?? "").toString(), long)
    assert.strictEqual(gunzipSync(index.gzip ?? "").toString(), long)
    assert.deepStrictEqual([text(fileOf(hashed).br ?? ""), text(fileOf(hashed).gzip ?? "")], ["as brotli", "as gzip"])
    assert.deepStrictEqual([fileOf("favicon.svg").br, fileOf("favicon.svg").gzip], [undefined, undefined])
    const stale = staticFiles(
      new Map([
        ["index.html", bytes("<p>")],
        ["index.html.br", bytes("of another build")]
      ])
    )
    assert.strictEqual(stale.get("index.html")?.br, undefined)
  })

  it("names the content by its tag", () => {
    assert.strictEqual(fileOf("index.html").etag, fileOf(hashed).etag)
    assert.notStrictEqual(fileOf("index.html").etag, fileOf("favicon.svg").etag)
    assert.match(fileOf("index.html").etag, /^W\/"[\w-]{27}"$/)
  })
})

describe("answerFile", () => {
  const answer = (headers: Record<string, string>) => answerFile(fileOf(hashed), headers, "policy")

  it("sends the variant that the browser reads, and says so", () => {
    const plain = {
      "cache-control": "public, max-age=31536000, immutable",
      "content-security-policy": "policy",
      vary: "accept-encoding"
    }
    const etag = fileOf(hashed).etag
    assert.deepStrictEqual(answer({}), {
      status: 200,
      contentType: "text/javascript; charset=utf-8",
      body: bytes(long),
      headers: { ...plain, etag }
    })
    const br = answer({ "accept-encoding": "gzip, deflate, br" })
    assert.deepStrictEqual([text(br.body), br.headers], ["as brotli", { ...plain, etag, "content-encoding": "br" }])
    assert.strictEqual(answer({ "accept-encoding": "gzip" }).headers?.["content-encoding"], "gzip")
  })

  it("is not modified for who has it, whatever the encoding was", () => {
    const { etag } = fileOf(hashed)
    for (const tags of [etag, etag.slice(2), `"x", ${etag}`, "*", ` ${etag} ,"y"`]) {
      const { body, headers, status } = answer({ "if-none-match": tags, "accept-encoding": "br" })
      assert.deepStrictEqual(
        [status, body, headers?.["etag"], headers?.["content-encoding"]],
        [304, "", etag, undefined],
        tags
      )
    }
    for (const tags of ["", '"x"', etag.slice(0, -2), 'W/""'])
      assert.strictEqual(answer({ "if-none-match": tags }).status, 200, tags)
  })
})

describe("encodingFor", () => {
  const all = () => true
  const rows: ReadonlyArray<readonly [string | undefined, string]> = [
    [undefined, "identity"],
    ["", "identity"],
    ["br", "br"],
    ["gzip", "gzip"],
    ["x-gzip", "gzip"],
    ["deflate, zstd", "identity"],
    ["gzip, deflate, br, zstd", "br"],
    ["GZIP, BR", "br"],
    ["br;q=0.5, gzip;q=0.8", "gzip"],
    ["br;q=0, gzip", "gzip"],
    ["br;q=0.000", "identity"],
    ["br; q=0.9 , gzip ;q=0.9", "br"],
    ["*", "br"],
    ["*;q=0", "identity"],
    ["*;q=0.1, br;q=0", "gzip"],
    ["identity, br;q=0.5", "identity"],
    ["identity;q=0", "identity"],
    ["identity;q=0.5, *;q=0", "identity"],
    ["br;q=2", "identity"],
    ["br;q=-1", "identity"],
    ["br;q=nonsense, gzip", "gzip"],
    ["br;level=3", "br"],
    [";;,,=", "identity"]
  ]
  it.each(rows)("for %j is %s", (accepted, expected) => assert.strictEqual(encodingFor(accepted, all), expected))

  it("never chooses what is not there", () => {
    assert.strictEqual(
      encodingFor("br, gzip", (encoding) => encoding !== "br"),
      "gzip"
    )
    assert.strictEqual(
      encodingFor("br, gzip;q=0.1", (encoding) => encoding === "identity"),
      "identity"
    )
  })

  it("chooses one of what is there, whatever is sent", () =>
    FastCheck.assert(
      FastCheck.property(
        FastCheck.string({ unit: FastCheck.constantFrom(..."brgzip*identity;=q01., -") }),
        FastCheck.boolean(),
        (accepted, hasBr) => {
          const chosen = encodingFor(accepted, (encoding) => encoding !== "br" || hasBr)
          assert.include(hasBr ? ["br", "gzip", "identity"] : ["gzip", "identity"], chosen)
        }
      ),
      { numRuns: 2_000 }
    ))
})
