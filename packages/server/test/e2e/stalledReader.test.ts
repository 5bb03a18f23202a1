import { outboxBytes } from "@hibiki/core/gateway/device/DeviceSession"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { loadUntil } from "../../bench/stalled/costRun.ts"
import { StalledStage } from "../../bench/stalled/StalledStage.ts"

const filling = { perSecond: 200, textLength: 4_000 } as const
/** One write may go over the bound, and a ping or two follow it. */
const slackBytes = 131_072

let stage: StalledStage

beforeAll(async () => {
  stage = await StalledStage.open({ readers: 4, writers: 3 })
})
afterAll(async () => {
  if (stage !== undefined) await stage.close()
})

describe("a reader that takes nothing from the network", () => {
  it("is held a bounded part of what it misses, and reads all of it in order and once when it goes on", async () => {
    await stage.renewReader()
    await stage.clients.ask("stall", undefined)
    await loadUntil(stage, filling, async () => (await stage.held())?.behind === true)
    const enough = await stage.held()
    assert.isAtMost(enough?.heldBytes ?? Number.NaN, outboxBytes.most + slackBytes)
    const { head } = await stage.clients.ask("load", { ...filling, seconds: 1 })
    const later = await stage.held()
    assert.isTrue(later?.behind)
    assert.isAtMost(later?.heldBytes ?? Number.NaN, (enough?.heldBytes ?? 0) + 4_096)
    await stage.clients.ask("readOn", undefined)
    const { cursors, wrong } = await stage.clients.ask("check", undefined)
    assert.deepStrictEqual(wrong, [])
    assert.deepStrictEqual(cursors, [head, head, head, head])
    assert.strictEqual(stage.server.complaints(), "")
  })
})
