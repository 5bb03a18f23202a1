import { assert, describe, it } from "vitest"
import { compare, type LogRow } from "./kill/compare.ts"

const conversationId = "c"
const conversations = [{ conversationId, members: ["u"] }]
const created: LogRow = { seq: 1, id: "g", device: null, kind: "created" }
const post = (seq: number, id: string): LogRow => ({ seq, id, device: "d", kind: "posted" })
const sent = (...ids: ReadonlyArray<string>) => ids.map((id) => ({ id, deviceId: "d", conversationId }))

const violations = (log: ReadonlyArray<LogRow>, wrote: ReadonlyArray<string>, read: ReadonlyArray<readonly [number, string]>) =>
  compare(
    new Map([[conversationId, log]]),
    { sent: sent(...wrote), feeds: [], violations: [] },
    { logs: [{ [conversationId]: read }], violations: [], connects: 1 },
    conversations
  )

describe("the comparison after a kill run", () => {
  it("finds nothing where everything is there once and in order", () => {
    assert.deepStrictEqual(
      violations(
        [created, post(2, "a"), post(3, "b")],
        ["a", "b"],
        [
          [2, "a"],
          [3, "b"]
        ]
      ),
      []
    )
  })

  it("finds what was lost, doubled, overtaken, invented, or read in another order", () => {
    const found = (log: ReadonlyArray<LogRow>, wrote: ReadonlyArray<string>, read: ReadonlyArray<readonly [number, string]>) =>
      violations(log, wrote, read).join("; ")
    assert.include(found([created, post(2, "a")], ["a", "b"], [[2, "a"]]), "b was accepted and is not in the log")
    assert.include(
      found(
        [created, post(2, "a"), post(3, "a")],
        ["a"],
        [
          [2, "a"],
          [3, "a"]
        ]
      ),
      "a is stored twice"
    )
    assert.include(
      found(
        [created, post(2, "b"), post(3, "a")],
        ["a", "b"],
        [
          [2, "b"],
          [3, "a"]
        ]
      ),
      "overtook"
    )
    assert.include(found([created, post(2, "x")], [], [[2, "x"]]), "nobody wrote it")
    assert.include(
      found(
        [created, post(2, "a"), post(3, "b")],
        ["a", "b"],
        [
          [3, "b"],
          [2, "a"]
        ]
      ),
      "another order"
    )
    assert.include(found([created, post(3, "a")], ["a"], [[3, "a"]]), "at place 2")
  })
})
