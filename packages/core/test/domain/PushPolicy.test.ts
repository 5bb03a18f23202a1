import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { ConversationId } from "../../src/domain/Ids.ts"
import {
  collapseKeyOf,
  type DuePush,
  looksAfterMs,
  nextLook,
  sendAgainMs,
  verdictOf,
  wakeForMs
} from "../../src/domain/PushPolicy.ts"

/** Sends in the two days for which a push service would keep it. */
const wakes = 103

const anyDue: FastCheck.Arbitrary<DuePush> = FastCheck.record({
  state: FastCheck.constantFrom("due", "cancel"),
  tries: FastCheck.oneof(FastCheck.integer({ min: 1, max: 12 }), FastCheck.integer({ min: 90, max: 120 })),
  isSignedIn: FastCheck.boolean(),
  isMember: FastCheck.boolean(),
  isRead: FastCheck.boolean(),
  isMuted: FastCheck.boolean(),
  isBlocked: FastCheck.boolean(),
  isActive: FastCheck.boolean()
})

const isUnwanted = ({ isActive, isBlocked, isMuted, isRead }: DuePush) => isRead || isMuted || isBlocked || isActive
const wanted = {
  ...({ state: "due", isSignedIn: true, isMember: true } as const),
  ...{ isRead: false, isMuted: false, isBlocked: false, isActive: false }
}

describe("a push that is due", () => {
  it("goes out to those alone who are signed in, are members, have not read nor muted, do not block its author and have no device in use", () => {
    FastCheck.assert(
      FastCheck.property(anyDue, (due) => {
        const mayGo = due.state === "due" && due.isSignedIn && due.isMember && !isUnwanted(due) && due.tries <= wakes
        assert.strictEqual(verdictOf(due) === "send", mayGo)
      })
    )
  })
  it("is never taken back from a device that is signed out, and tried so often only", () => {
    FastCheck.assert(
      FastCheck.property(anyDue, (due) => {
        const verdict = verdictOf(due)
        if (!due.isSignedIn) assert.strictEqual(verdict, "revoked")
        else if (due.state === "cancel") assert.strictEqual(verdict, due.tries > 8 ? "failed" : "cancel")
        // What may have been sent is not just forgotten.
        else if (isUnwanted(due) || !due.isMember)
          assert.strictEqual(verdict === "cancel", due.tries > 1 && due.tries <= 8)
        else assert.strictEqual(verdict === "failed", due.tries > wakes)
      })
    )
  })
  it("is as unwanted after many tries as after one: what is read has not failed", () => {
    for (const tries of [1, 9, wakes + 1]) {
      assert.strictEqual(verdictOf({ ...wanted, tries, isRead: true }), "read")
      assert.strictEqual(verdictOf({ ...wanted, tries, isMuted: true }), "muted")
      assert.strictEqual(verdictOf({ ...wanted, tries, isBlocked: true }), "blocked")
    }
  })
})

describe("looks at a conversation", () => {
  it("come to an end when nothing new comes, after whoever left has been idle for long enough", () => {
    const after: Array<number> = []
    for (
      let look = nextLook({ looks: 0, isNew: true });
      look !== undefined;
      look = nextLook({ looks: look.looks, isNew: false })
    )
      after.push(look.afterMs)
    assert.deepStrictEqual(after, [looksAfterMs[1], looksAfterMs[2]])
    assert.isAbove(looksAfterMs[2], 300_000)
  })
  it("begin again with what is new", () => {
    assert.deepStrictEqual(nextLook({ looks: 2, isNew: true }), { looks: 1, afterMs: looksAfterMs[1] })
  })
})

describe("tries", () => {
  it("come later and later, half an hour at most, and until then not before the provider wants", () => {
    assert.deepStrictEqual(
      [1, 2, 3, 7, 8, 9, 30].map((tries) => sendAgainMs(tries)),
      [10_000, 20_000, 40_000, 640_000, 1_280_000, 1_800_000, 1_800_000]
    )
    assert.strictEqual(sendAgainMs(1, 1_200_000), 1_200_000)
  })
  it("of a wake end about when it would have ended at a push service, also where that asks for much later tries", () => {
    let atMs = 0
    for (let tries = 1; tries <= wakes; tries++) atMs += sendAgainMs(tries, 86_400_000)
    assert.isAtMost(atMs, wakeForMs + 4 * 3_600_000)
  })
  it("of a wake end when it would have ended at a push service", () => {
    let atMs = 0
    let tries = 1
    for (; verdictOf({ ...wanted, tries }) === "send"; tries++) atMs += sendAgainMs(tries)
    assert.strictEqual(verdictOf({ ...wanted, tries }), "failed")
    assert.isAbove(atMs, wakeForMs)
    assert.isAtMost(atMs, wakeForMs + 1_800_000)
  })
})

describe("a collapse key", () => {
  it("is one of its conversation, and short enough for a topic", () => {
    assert.strictEqual(
      collapseKeyOf(ConversationId.make("0190a6b4-0000-7000-8000-00000000000d")),
      "0190a6b40000700080000000000000" + "0d"
    )
  })
})
