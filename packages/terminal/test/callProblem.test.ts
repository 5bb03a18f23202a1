import { assert, describe, it } from "@effect/vitest"
import { SourceUnavailable } from "@hibiki/core/client/feed/SnapshotSource"
import { RateLimited, Refused, Unavailable } from "@hibiki/core/protocol/rpc/RpcErrors"
import { callText } from "../src/session/callProblem.ts"
import { Unreachable } from "../src/session/Session.ts"

describe("what is said of a call that was not done", () => {
  it("tells who asked for too much apart from what is away", () => {
    const tooFast = new RateLimited({ retryAfterMs: 2_500 })
    assert.strictEqual(callText(tooFast), "Too much at once: try again in 3 seconds.")
    const away = new Unavailable({ retryAfterMs: 1_000 })
    assert.strictEqual(callText(away), "The server can't do that now: try again in 1 second.")
    assert.strictEqual(callText(new SourceUnavailable({ cause: "no answer" })), callText(away))
    for (const cause of [tooFast, away, new Unreachable({ cause: "no network" })])
      assert.strictEqual(callText(new SourceUnavailable({ cause })), callText(cause))
  })

  it("calls refused what a newer server refuses for a reason of its own", () => {
    assert.strictEqual(callText(new Refused({ code: "too_old" })), "refused (too_old)")
  })

  it("says to the last owner what can be done, and where", () => {
    assert.match(callText(new Refused({ code: "last_owner" })), /^make somebody else an owner first, in the browser/)
  })
})
