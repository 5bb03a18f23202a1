import { execFileSync } from "node:child_process"
import { shortestStory } from "@hibiki/testing/checker/shortestStory"
import { assert, describe, it } from "vitest"
import { nodeArgs } from "./kill/Child.ts"
import { killRun } from "./kill/killRun.ts"
import { everyPoint } from "./kill/points.ts"
import { mergeEntries } from "./kill/recording/mergeEntries.ts"
import { now } from "./kill/recording/Recorder.ts"
import { resentPosts } from "./kill/resentPosts.ts"

const options = { loadMs: 700, openAtLeast: 20, hurry: true, log: () => undefined }

describe("the embedded server, killed while ten devices write", () => {
  it("keeps what it promised at every point", async () => {
    const { complaints, history, kills, loadSeconds, violations } = await killRun({ ...options, points: everyPoint })
    assert.deepStrictEqual(
      violations.map((violation) => shortestStory(history, violation)),
      []
    )
    assert.deepStrictEqual(complaints, [])
    assert.deepStrictEqual(
      kills.map(({ point }) => point),
      everyPoint
    )
    assert.isAbove(resentPosts(history.entries), 0)
    const posts = history.entries.filter((entry) => entry._tag === "submitted" && entry.body.kind === "post").length
    assert.isAbove(posts, 500)
    assert.isAbove(posts / loadSeconds, 100)
  })

  it("is seen to lose what it answered before its commit", async () => {
    const { violations } = await killRun({ ...options, points: ["answeredFirst"], settleWithinMs: 3_000 })
    assert.include(
      violations.map(({ rule }) => rule),
      "acked-lost"
    )
  })
})

describe("what several processes wrote down", () => {
  it("has times of one clock, and stands in their order", () => {
    const recorder = new URL("kill/recording/Recorder.ts", import.meta.url).href
    const program = `import("${recorder}").then(({ now }) => process.stdout.write(String(now())))`
    const before = now()
    const between = Number(execFileSync(process.execPath, [...nodeArgs, "--eval", program], { encoding: "utf8" }))
    const after = now()
    const entry = (at: number, text: string) => ({ _tag: "fault", at, text }) as const
    const merged = mergeEntries([[entry(before, "first"), entry(after, "third")], [entry(between, "second")]])
    assert.deepStrictEqual(
      merged.map((one) => one._tag === "fault" && one.text),
      ["first", "second", "third"]
    )
    assert.strictEqual(merged[0]?.at, 0)
  })
})
