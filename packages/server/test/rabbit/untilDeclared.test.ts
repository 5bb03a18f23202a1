/**
 * A set-up beside another one, whose queue has a record and no process yet. The broker's own race is too short to be
 * hit at will.
 */
import { assert, describe, it } from "@effect/vitest"
import { BrokerProblem } from "../../src/rabbit/BrokerProblem.ts"
import { untilDeclared } from "../../src/rabbit/untilDeclared.ts"

const closedBy = (code: number, text: string) =>
  Object.assign(new Error(`Channel closed by server: ${code} ${text}`), { code })
const notFound = closedBy(404, 'NOT_FOUND, "its leader may be stopping"')

/** What fails so often before it does what it should. */
const failing = (times: number, error: Error) => {
  let asked = 0
  return {
    declare: async () => {
      asked++
      if (asked <= times) throw error
    },
    asked: () => asked
  }
}
const paused = () => {
  const pauses: Array<number> = []
  return { pauses, pause: async (ms: number) => void pauses.push(ms) }
}
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => assert.fail("should have failed"),
    (error: unknown) => error
  )

describe("declaring what another declares as well", () => {
  it("goes on once the other has made it", async () => {
    const { asked, declare } = failing(3, notFound)
    const { pause, pauses } = paused()
    await untilDeclared(declare, pause)
    assert.strictEqual(asked(), 4)
    assert.deepStrictEqual(pauses, [200, 200, 200])
  })

  it("says after four seconds what the broker says", async () => {
    const { asked, declare } = failing(Number.POSITIVE_INFINITY, notFound)
    const { pause, pauses } = paused()
    const problem = await failureOf(untilDeclared(declare, pause))
    assert.instanceOf(problem, BrokerProblem)
    assert.include(problem.sentence, "its leader may be stopping")
    assert.strictEqual(asked(), 20)
    assert.strictEqual(
      pauses.reduce((sum, ms) => sum + ms, 0),
      3_800
    )
  })

  it("asks once where the broker says something else", async () => {
    const other = closedBy(406, "PRECONDITION_FAILED")
    const { asked, declare } = failing(1, other)
    assert.strictEqual(await failureOf(untilDeclared(declare, paused().pause)), other)
    assert.strictEqual(asked(), 1)
  })
})
