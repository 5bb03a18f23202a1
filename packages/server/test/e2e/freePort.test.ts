import { assert, describe, it } from "@effect/vitest"
import { run, waitFor } from "./harness.ts"

const harness = new URL("harness.ts", import.meta.url).href

/** A process that begins where the others do, asks for ports, and lives until its input ends. */
const asking = `
  Object.defineProperty(process, "pid", { value: 7 })
  const { freePort } = await import(${JSON.stringify(harness)})
  const ports = []
  for (let n = 0; n < 20; n++) ports.push(await freePort())
  console.log(JSON.stringify(ports))
  process.stdin.resume()
`

describe("free ports", () => {
  it("are given to one process each, though several begin at the same", async () => {
    const all = [1, 2, 3].map(() =>
      run(["--conditions=source", "--import", "tsx", "--input-type=module", "-e", asking], {})
    )
    await waitFor("their ports", () => all.every(({ stdout }) => stdout().includes("]")))
    for (const { process } of all) process.stdin?.end()
    const given = all.flatMap(({ stdout }): ReadonlyArray<number> => JSON.parse(stdout()))
    assert.deepStrictEqual([given.length, new Set(given).size], [60, 60])
    assert.deepStrictEqual(await Promise.all(all.map(({ exited }) => exited)), [0, 0, 0])
  })
})
