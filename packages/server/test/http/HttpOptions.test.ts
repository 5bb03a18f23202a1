/** Where the server may listen, and whose pages it lets in. */
import { assert, describe, it } from "@effect/vitest"
import { bindProblem, type HttpOptions, httpBounds, isInsecure, ownOrigins } from "../../src/http/HttpOptions.ts"

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
  const loopback = (port: string) => [`http://localhost${port}`, `http://127.0.0.1${port}`, `http://[::1]${port}`]
  const addresses = ["127.0.0.1", "192.168.1.5", "::1", "fd00::5", "fe80::1%eth0"]

  it("is at its public address alone, or by loopback where there is none", () => {
    assert.deepStrictEqual(ownOrigins(options({ host: "0.0.0.0", publicUrl: https }), 8080, addresses), [
      "https://chat.example.org"
    ])
    assert.deepStrictEqual(ownOrigins(options({ publicUrl: http }), 8080, addresses), ["http://192.168.1.5:8080"])
    assert.deepStrictEqual(ownOrigins(options({}), 81, addresses), loopback(":81"))
  })
  it("is at the address listened on, too, and at all of this machine's when it listens on all", () => {
    assert.deepStrictEqual(ownOrigins(options({ host: "192.168.1.5" }), 81, []), [
      ...loopback(":81"),
      "http://192.168.1.5:81"
    ])
    assert.deepStrictEqual(ownOrigins(options({ host: "[fd00::5]" }), 81, []), [
      ...loopback(":81"),
      "http://[fd00::5]:81"
    ])
    for (const host of ["0.0.0.0", "::", "[::]"]) {
      const all = [...loopback(":81"), "http://192.168.1.5:81", "http://[fd00::5]:81"]
      assert.deepStrictEqual(ownOrigins(options({ host }), 81, addresses), all, host)
    }
  })
  it("is named as browsers name it", () => {
    assert.deepStrictEqual(ownOrigins(options({ host: "Chat.Local" }), 80, []), [...loopback(""), "http://chat.local"])
  })
})
