/**
 * The built page as the built server serves it: nothing that it names is missing, and each encoding holds the same
 * bytes.
 */
import { get, type IncomingHttpHeaders } from "node:http"
import { join } from "node:path"
import { brotliDecompressSync, gunzipSync } from "node:zlib"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { putMigratedPglite } from "../pglite/pgliteTemplate.ts"
import { endServer, freePort, type RunningServer, startServer, temporaryFolder } from "./harness.ts"

const folder = temporaryFolder()
let port = 0
let server: RunningServer | undefined

beforeAll(async () => {
  port = await freePort()
  await putMigratedPglite(join(folder.path, "data"))
  server = await startServer({ HIBIKI_DATA: join(folder.path, "data"), HIBIKI_PORT: String(port) })
})
afterAll(async () => {
  if (server !== undefined) await endServer(server)
  folder.remove()
})

interface Got {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly bytes: Buffer
}

/** The answer as it travels: fetch would take the encoding off. */
const read = (path: string, encoding: string): Promise<Got> =>
  new Promise((resolve, reject) => {
    get({ port, path, headers: { "accept-encoding": encoding } }, (response) => {
      const chunks: Array<Buffer> = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: Buffer.concat(chunks) })
      )
    }).on("error", reject)
  })

const decoded = ({ bytes, headers }: Got): string => {
  const encoding = headers["content-encoding"]
  if (encoding === "br") return brotliDecompressSync(bytes).toString()
  return (encoding === "gzip" ? gunzipSync(bytes) : bytes).toString()
}

/** What a page, a script or a style sheet of the build names. */
const namedIn = (text: string): ReadonlyArray<string> => [
  ...[...text.matchAll(/(?:src|href)="(\/[^"]+\.[a-z]+)"/g)].map(([, path = ""]) => path),
  ...[...text.matchAll(/["'`(](?:\.\/|\/?assets\/)([\w.-]+-[\w-]{8}\.(?:js|css|svg|woff2))["'`)]/g)].map(
    ([, name = ""]) => `/assets/${name}`
  )
]

describe("the built page", () => {
  it("is whole, and the same in every encoding", async () => {
    const found = new Set(["/"])
    for (const path of found) {
      const plain = await read(path, "identity")
      assert.strictEqual(plain.status, 200, path)
      assert.strictEqual(plain.headers["content-encoding"], undefined)
      const text = plain.bytes.toString()
      for (const encoding of ["br", "gzip"])
        assert.isTrue(decoded(await read(path, encoding)) === text, `${path} as ${encoding}`)
      // The development build of Solid, which a build under a test runner takes unless it is told otherwise, says this.
      assert.notInclude(text, "multiple instances of Solid")
      for (const each of namedIn(text)) found.add(each)
    }
    const assets = [...found].filter((path) => path.startsWith("/assets/"))
    // The entry, its styles, and screens that come later: fewer means that the names were not found.
    assert.isAbove(assets.length, 10)
    const [script = ""] = assets.filter((path) => path.endsWith(".js"))
    assert.strictEqual((await read(script, "br")).headers["content-encoding"], "br")
    assert.strictEqual((await read(script, "br")).headers["cache-control"], "public, max-age=31536000, immutable")
  })

  it("keeps for a time without a network just what is served", async () => {
    const worker = await read("/worker.js", "identity")
    assert.strictEqual(worker.headers["cache-control"], "no-cache")
    assert.match(String(worker.headers["content-security-policy"]), /default-src 'none'/)
    const build: { version: string; files: ReadonlyArray<string> } = JSON.parse(
      /^const build = (.*)$/m.exec(worker.bytes.toString())?.[1] ?? "null"
    )
    assert.match(build.version, /^[0-9a-f]{16}$/)
    assert.include(build.files, "/")
    for (const path of build.files) assert.strictEqual((await read(path, "br")).status, 200, path)
  })

  it("runs nothing inline: its own policy would stop it", async () => {
    const page = decoded(await read("/", "br"))
    assert.match(page, /<script [^>]*src="\/assets\//)
    assert.notMatch(page, /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/)
  })
})
