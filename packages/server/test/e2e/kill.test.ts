import { shortestStory } from "@hibiki/core/testing/checker/shortestStory"
import { assert, describe, it } from "vitest"
import { killRun } from "./kill/killRun.ts"
import { everyPoint } from "./kill/points.ts"

const options = { loadMs: 700, openAtLeast: 20, hurry: true, log: () => undefined }

describe("the embedded server, killed while ten devices write", () => {
  it("keeps what it promised at every point", async () => {
    const { complaints, history, kills, violations } = await killRun({ ...options, points: everyPoint })
    assert.deepStrictEqual(
      violations.map((violation) => shortestStory(history, violation)),
      []
    )
    assert.deepStrictEqual(complaints, [])
    assert.deepStrictEqual(
      kills.map(({ point }) => point),
      everyPoint
    )
    assert.isAbove(history.entries.filter(({ _tag }) => _tag === "submitted").length, 500)
  }, 240_000)

  it("is seen to lose what it answered before its commit", async () => {
    const { violations } = await killRun({ ...options, points: ["answeredFirst"], settleWithinMs: 3_000 })
    assert.include(
      violations.map(({ rule }) => rule),
      "acked-lost"
    )
  }, 240_000)
})
