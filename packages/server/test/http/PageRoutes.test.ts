import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { pageRoutes } from "../../src/http/PageRoutes.ts"

const page = pageRoutes(new Map([["index.html", new Uint8Array(3)]]), "http://localhost", "policy")

describe("pageRoutes", () => {
  it("leads every address that the page's router knows to the page, so that a reload finds it", () => {
    const router = readFileSync(new URL("../../../web/src/shell/Root.tsx", import.meta.url), "utf8")
    const routes = [...router.matchAll(/<Route path=\S.*? component/g)].join(" ")
    const paths = [...routes.matchAll(/"(\/[^"]*)"/g)].map(([, path = ""]) => path.replaceAll(/:\w+/g, "some-id"))
    assert.includeMembers(paths, ["/", "/c/some-id", "/settings", "/register"])
    for (const path of paths) assert.strictEqual(page.routeOf(path)?.name, "page", path)
  })

  it("takes no address from the calls, the sockets and the probes", () => {
    for (const path of ["/api/v1/user.me", "/rpc", "/rpc/ws", "/ws", "/health/live", "", "*", "x", "c/x"])
      assert.isUndefined(page.routeOf(path), path)
  })
})
