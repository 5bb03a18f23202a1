/** Which pages may change things, as a table. */
import { assert, describe, it } from "@effect/vitest"
import { isForeign } from "../../src/http/Edge.ts"

const allowed = new Set(["https://chat.example.org"])

const origins: ReadonlyArray<readonly [origin: string, foreign: boolean]> = [
  ["https://chat.example.org", false],
  ["null", true],
  ["", true],
  ["https://app.evil", true],
  ["https://chat.example.org.evil.com", true],
  ["https://evil-chat.example.org", true],
  ["https://sub.chat.example.org", true],
  ["https://example.org", true],
  ["http://chat.example.org", true],
  ["https://chat.example.org:8443", true],
  ["https://chat.example.org/", true],
  ["https://CHAT.example.org", true],
  ["https://chat.example.org, https://chat.example.org", true],
  ["https://chat.example.org https://app.evil", true],
  ["https://user@chat.example.org", true]
]

describe("isForeign", () => {
  for (const [origin, foreign] of origins) {
    it(`${foreign ? "refuses" : "takes"} the origin "${origin}"`, () =>
      assert.strictEqual(isForeign({ origin }, allowed), foreign))
  }
  it("takes a native client, which sends no origin and has no authority of its own accord", () => {
    assert.isFalse(isForeign({}, allowed))
    assert.isFalse(isForeign({ authorization: "Bearer x" }, allowed))
  })
  it("refuses a browser without origin: another site's, or one with a cookie", () => {
    assert.isTrue(isForeign({ "sec-fetch-site": "cross-site" }, allowed))
    assert.isTrue(isForeign({ "sec-fetch-site": "same-site" }, allowed))
    assert.isFalse(isForeign({ "sec-fetch-site": "same-origin" }, allowed))
    assert.isFalse(isForeign({ "sec-fetch-site": "none" }, allowed))
    assert.isTrue(isForeign({ cookie: "__Host-refresh=x" }, allowed))
  })
})
