import { describe, it } from "vitest"
import { keepPromises } from "./simCommand.ts"

// Two files for the 1,000 seeds, so that they run side by side.
describe("simulated runs", () => {
  it("break no promise in the first 500 seeds, though nearly all had a hole to heal and a duplicate to suppress", async () => {
    await keepPromises(0, 500)
  }, 600_000)
})
