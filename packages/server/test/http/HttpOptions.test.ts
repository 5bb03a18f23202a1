/** Where the server may listen, and whose pages it lets in. */
import { assert, describe, it } from "@effect/vitest"
import { allowedOrigins, bindProblem, type HttpOptions, httpBounds, isInsecure } from "../../src/http/HttpOptions.ts"

const options = (over: Partial<HttpOptions["Type"]>): HttpOptions["Type"] => ({
  host: "127.0.0.1",
  port: 8080,
  publicUrl: undefined,
  insecureHttp: false,
  origins: [],
  trustedProxies: [],
  bounds: httpBounds,
  ...over
})
const https = new URL("https://chat.example.org")
const http = new URL("http://192.168.1.5:8080")

describe("HttpOptions", () => {
  it("listens on loopback without further conditions", () => {
    for (const host of ["127.0.0.1", "127.5.5.5", "localhost", "::1", "[::1]", "::ffff:127.0.0.1"])
      assert.isUndefined(bindProblem(options({ host })), host)
  })
  it("listens beyond only behind https, or when told that plain http is meant", () => {
    for (const host of ["0.0.0.0", "::", "192.168.1.5", "chat.example.org", "127.0.0.1.evil.com", "128.0.0.1"]) {
      assert.strictEqual(bindProblem(options({ host }))?._tag, "BindRefused", host)
      assert.isDefined(bindProblem(options({ host, publicUrl: http })))
      assert.isUndefined(bindProblem(options({ host, publicUrl: https })))
      assert.isUndefined(bindProblem(options({ host, insecureHttp: true })))
    }
  })
  it("warns of exactly that", () => {
    assert.isFalse(isInsecure(options({})))
    assert.isFalse(isInsecure(options({ host: "0.0.0.0", publicUrl: https })))
    assert.isTrue(isInsecure(options({ host: "0.0.0.0", insecureHttp: true, publicUrl: http })))
  })
  it("lets in the pages of the public address, and those of loopback only when there is none", () => {
    assert.deepStrictEqual(
      [...allowedOrigins(options({ publicUrl: https, origins: ["http://localhost:5173"] }), 8080)],
      ["https://chat.example.org", "http://localhost:5173"]
    )
    assert.deepStrictEqual([...allowedOrigins(options({}), 81)], ["http://localhost:81", "http://127.0.0.1:81", "http://[::1]:81"])
  })
})
