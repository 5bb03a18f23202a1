/** How long a broker may take that answers slowly, and one that answers no more. */
import { afterEach, assert, beforeEach, describe, it, vi } from "@effect/vitest"
import { BrokerProblem } from "../../src/rabbit/BrokerProblem.ts"
import { whileAnswering } from "../../src/rabbit/whileAnswering.ts"

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const pause = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms))
/** What became of it so far. */
const watched = (asked: Promise<unknown>) => {
  const seen: { outcome?: unknown } = {}
  asked.then(
    (value) => (seen.outcome = value),
    (error: unknown) => (seen.outcome = error)
  )
  return seen
}
const isLate = (outcome: unknown) =>
  outcome instanceof BrokerProblem && outcome.sentence.includes("does not answer in time")

/** A broker that takes so long for each answer. */
const asking = (answers: number, eachMs: number) =>
  watched(
    whileAnswering(async (answered) => {
      for (let i = 0; i < answers; i++) {
        await pause(eachMs)
        answered()
      }
      return answers
    })
  )

describe("a broker that answers slowly", () => {
  it("is asked for as long as it answers", async () => {
    const seen = asking(60, 9_000)
    await vi.advanceTimersByTimeAsync(60 * 9_000)
    assert.strictEqual(seen.outcome, 60)
  })

  it("is given up ten seconds after its last answer", async () => {
    const seen = watched(
      whileAnswering(async (answered) => {
        await pause(9_000)
        answered()
        await pause(3_600_000)
      })
    )
    await vi.advanceTimersByTimeAsync(18_999)
    assert.isUndefined(seen.outcome)
    await vi.advanceTimersByTimeAsync(1)
    assert.isTrue(isLate(seen.outcome))
  })

  it("is given up sooner where it is expected to answer sooner", async () => {
    const seen = watched(
      whileAnswering(async (answered) => {
        await pause(2_000)
        answered()
        await pause(3_600_000)
      }, 3_000)
    )
    await vi.advanceTimersByTimeAsync(4_999)
    assert.isUndefined(seen.outcome)
    await vi.advanceTimersByTimeAsync(1)
    assert.isTrue(isLate(seen.outcome))
  })

  it("is given up after ten minutes in all", async () => {
    const seen = asking(1_000, 1_000)
    await vi.advanceTimersByTimeAsync(599_999)
    assert.isUndefined(seen.outcome)
    await vi.advanceTimersByTimeAsync(1)
    assert.isTrue(isLate(seen.outcome))
  })
})
