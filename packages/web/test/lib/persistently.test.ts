import { assert, describe, it } from "@effect/vitest"
import { persistently } from "../../src/lib/persistently.ts"

const scene = (failures: number, online = true) => {
  const waits: Array<number> = []
  let reloads = 0
  let tries = 0
  const load = async () => {
    if (++tries <= failures) throw new TypeError("Failed to fetch dynamically imported module")
    return "code"
  }
  const ports = { wait: async (ms: number) => void waits.push(ms), isOnline: () => online, reload: () => void reloads++ }
  return { waits, reloads: () => reloads, tries: () => tries, run: () => persistently(load, ports) }
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
})
