import { describe, it } from "vitest"
import { keepPromises } from "./simCommand.ts"

// In one process: each begins with some five seconds of CPU in which its code is not yet compiled.
describe("simulated runs", () => {
  it("break no promise in the seeds from 50 to 1,000, though nearly all had a gap to heal and a duplicate to suppress", async () => {
    await keepPromises(50, 950)
  }, 1_200_000)
})
