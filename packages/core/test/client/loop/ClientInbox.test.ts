import { assert, describe, it } from "@effect/vitest"
import { ClientInbox } from "../../../src/client/loop/ClientInbox.ts"

describe("what is left for a client's loop", () => {
  it("is taken in once, in order, with what is left meanwhile for the next turn", () => {
    const inbox = new ClientInbox()
    const seen: Array<string> = []
    inbox.leave((now, chance) => {
      seen.push(`first at ${now} with ${chance}`)
      inbox.leave(() => seen.push("third"))
    })
    inbox.leave(() => seen.push("second"))
    inbox.takeIn(5, 0.5)
    assert.deepStrictEqual(seen, ["first at 5 with 0.5", "second"])
    assert.strictEqual(inbox.size, 1)
    inbox.takeIn(6, 0.5)
    assert.deepStrictEqual(seen, ["first at 5 with 0.5", "second", "third"])
    assert.strictEqual(inbox.size, 0)
  })

  it("goes on behind one that throws, in the next turn", () => {
    const inbox = new ClientInbox()
    const seen: Array<string> = []
    inbox.leave(() => seen.push("before"))
    inbox.leave(() => {
      inbox.leave(() => seen.push("last"))
      throw new Error("a defect")
    })
    inbox.leave(() => seen.push("behind"))
    assert.throws(() => inbox.takeIn(0, 0), "a defect")
    inbox.takeIn(1, 0)
    assert.deepStrictEqual(seen, ["before", "behind", "last"])
  })
})
