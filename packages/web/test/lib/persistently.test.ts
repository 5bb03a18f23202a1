// @vitest-environment jsdom
import { assert, describe, it, vi } from "@effect/vitest"
import { retryForever } from "../../src/lib/lazy.ts"

const scene = (failures: number, online = true) => {
  const waits: Array<number> = []
  let reloads = 0
  let tries = 0
  const load = async () => {
    if (++tries <= failures) throw new TypeError("Failed to fetch dynamically imported module")
    return "code"
  }
  const ports = {
    wait: async (ms: number) => void waits.push(ms),
    isOnline: () => online,
    reload: () => void reloads++
  }
  return { waits, reloads: () => reloads, tries: () => tries, run: () => retryForever(load, ports) }
}

describe("persistently", () => {
  it("loads at once what is there", async () => {
    const { run, waits } = scene(0)
    assert.strictEqual(await run(), "code")
    assert.deepStrictEqual(waits, [])
  })

  it("tries again after longer and longer waits", async () => {
    const { reloads, run, waits } = scene(3)
    assert.strictEqual(await run(), "code")
    assert.deepStrictEqual(waits, [1_000, 2_000, 4_000])
    assert.strictEqual(reloads(), 0)
  })

  it("gets a new page when the server does not have it any more, and waits while there is no network", async () => {
    const gone = scene(9)
    await gone.run()
    assert.strictEqual(gone.reloads(), 2)
    const away = scene(9, false)
    await away.run()
    assert.strictEqual(away.reloads(), 0)
    assert.strictEqual(away.tries(), 10)
  })

  it("leaves the page as it is while no server answers", async () => {
    const asked: Array<unknown> = []
    vi.stubGlobal("fetch", (url: unknown) => {
      asked.push(url)
      return Promise.reject(new TypeError("Failed to fetch"))
    })
    try {
      let tries = 0
      const loading = retryForever(() =>
        ++tries <= 5 ? Promise.reject(new TypeError("Failed to fetch")) : Promise.resolve("code")
      )
      while (tries <= 5) {
        await new Promise((resolve) => setTimeout(resolve, 0))
        dispatchEvent(new Event("online"))
      }
      assert.strictEqual(await loading, "code")
      assert.deepStrictEqual(asked, ["/health/live"])
      assert.isNull(sessionStorage.getItem("hibiki.reloaded"))
    } finally {
      vi.unstubAllGlobals()
    }
  })
})
