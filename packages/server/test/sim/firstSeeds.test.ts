import { describe, it } from "vitest"
import { keepPromises } from "./simCommand.ts"

// In one process: each begins with some five seconds of CPU in which its code is not yet compiled.
describe("simulated runs", () => {
  it("break no promise in the first 1,000 seeds, though nearly all had a hole to heal and a duplicate to suppress", async () => {
    await keepPromises(0, 1_000)
  }, 600_000)
})
