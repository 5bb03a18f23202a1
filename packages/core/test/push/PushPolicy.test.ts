import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { ConversationId } from "../../src/domain/Ids.ts"
import { collapseKeyOf, type DuePush, looksAfterMs, nextLook, sendAgainMs, verdictOf } from "../../src/push/PushPolicy.ts"

const anyDue: FastCheck.Arbitrary<DuePush> = FastCheck.record({
  state: FastCheck.constantFrom("due", "cancel"),
  tries: FastCheck.integer({ min: 1, max: 12 }),
  isSignedIn: FastCheck.boolean(),
  isMember: FastCheck.boolean(),
  isRead: FastCheck.boolean(),
  isMuted: FastCheck.boolean(),
  isActive: FastCheck.boolean()
})

describe("a push that is due", () => {
  it("goes out to those alone who are signed in, are members, have not read nor muted and have no device in use", () => {
    FastCheck.assert(
      FastCheck.property(anyDue, (due) => {
        const mayGo =
          due.state === "due" && due.isSignedIn && due.isMember && !due.isRead && !due.isMuted && !due.isActive && due.tries <= 8
        assert.strictEqual(verdictOf(due) === "send", mayGo)
      })
    )
  })
  it("is never taken back from a device that is signed out, and always tried so often only", () => {
    FastCheck.assert(
      FastCheck.property(anyDue, (due) => {
        const verdict = verdictOf(due)
        if (!due.isSignedIn) assert.strictEqual(verdict, "revoked")
        else if (due.tries > 8) assert.strictEqual(verdict, "failed")
        else if (due.state === "cancel") assert.strictEqual(verdict, "cancel")
        // What may have been sent is not just forgotten.
        else assert.strictEqual(verdict === "cancel", due.tries > 1 && (due.isRead || due.isMuted || due.isActive || !due.isMember))
      })
    )
  })
})

describe("looks at a conversation", () => {
  it("come to an end when nothing new comes, after whoever left has been idle for long enough", () => {
    const after: Array<number> = []
    for (let look = nextLook({ looks: 0, isNew: true }); look !== undefined; look = nextLook({ looks: look.looks, isNew: false }))
      after.push(look.afterMs)
    assert.deepStrictEqual(after, [looksAfterMs[1], looksAfterMs[2]])
    assert.isAbove(looksAfterMs[2], 300_000)
  })
  it("begin again with what is new", () => {
    assert.deepStrictEqual(nextLook({ looks: 2, isNew: true }), { looks: 1, afterMs: looksAfterMs[1] })
  })
})

describe("tries", () => {
  it("come later and later, ten minutes at most, and not before the provider wants", () => {
    assert.deepStrictEqual(
      [1, 2, 3, 7, 8, 30].map((tries) => sendAgainMs(tries)),
      [10_000, 20_000, 40_000, 600_000, 600_000, 600_000]
    )
    assert.strictEqual(sendAgainMs(1, 3_600_000), 3_600_000)
  })
})

describe("a collapse key", () => {
  it("is one of its conversation, and short enough for a topic", () => {
    assert.strictEqual(collapseKeyOf(ConversationId.make("0190a6b4-0000-7000-8000-00000000000d")), "0190a6b40000700080000000000000" + "0d")
  })
})
