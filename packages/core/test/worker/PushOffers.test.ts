import { assert, describe, it } from "vitest"
import type { LogChange } from "../../src/commands/Decision.ts"
import { ConversationId } from "../../src/domain/Ids.ts"
import { looksAfterMs, offerCoversMs } from "../../src/domain/PushPolicy.ts"
import { PushOffers } from "../../src/worker/PushOffering.ts"

const [tea, own] = [1, 2].map((n) => ConversationId.make(`00000000-0000-7000-8000-00000000000${n}`)) as [
  ConversationId,
  ConversationId
]
const change = (log: ConversationId, ...kinds: ReadonlyArray<string>): LogChange => ({
  log,
  head: 1,
  events: kinds.map((kind) => ({ kind }) as LogChange["events"][number])
})

describe("what is offered to whoever pushes", () => {
  it("is a conversation with a new message, and one of which only the head is told, and nothing else", () => {
    const offers = new PushOffers()
    assert.deepStrictEqual(offers.due([change(tea, "renamed", "posted")], 0), [tea])
    assert.deepStrictEqual(offers.due([change(tea)], 0), [tea])
    assert.deepStrictEqual(offers.due([change(tea, "renamed", "edited")], 0), [])
  })

  it("is a busy conversation once in a while, counted from an offer that was taken", () => {
    const offers = new PushOffers()
    offers.due([change(tea, "posted")], 0)
    assert.deepStrictEqual(offers.due([change(tea, "posted")], 1), [tea])
    offers.taken([tea], 1)
    assert.deepStrictEqual(offers.due([change(tea, "posted")], offerCoversMs), [])
    assert.deepStrictEqual(offers.due([change(tea, "posted")], offerCoversMs + 1), [tea])
    // Its second look is still to come by then.
    assert.isBelow(offerCoversMs, looksAfterMs[1])
  })

  it("is a personal log each time that something was read there, or a conversation was left", () => {
    const offers = new PushOffers()
    offers.taken([own], 0)
    const cells = [{ conversationId: tea, asOf: 1, readUpTo: 1 }]
    assert.deepStrictEqual(offers.due([{ ...change(own, "added"), cells }], 1), [own])
    assert.deepStrictEqual(offers.due([change(own, "removed")], 1), [own])
    assert.deepStrictEqual(offers.due([change(own, "added", "muted")], 1), [])
  })
})
