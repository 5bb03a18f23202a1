/** What happened in a conversation, in one sentence, whatever those are called of whom it tells. */
import { assert, describe, it } from "@effect/vitest"
import { CommandId, UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { systemText } from "../../../src/features/chat/row/systemText.ts"
import { en } from "../../../src/i18n/en.ts"

const user = (n: number) => UserId.make(`01900001-0000-7000-8000-${n.toString(16).padStart(12, "0")}`)
const names = new Map([
  [user(1), "علي"],
  [user(2), "Bob\u202e"],
  [user(3), "田中 千恵"]
])
const of = (by: number, more: Pick<MessageRow, "kind" | "userIds" | "title">) =>
  systemText(
    { seq: 5, rev: 5, id: CommandId.make("01900002-0000-7000-8000-000000000005"), by: user(by), at: 1_000, ...more },
    (id) => names.get(id) ?? "?",
    en.chat
  )

describe("a sentence of what happened", () => {
  it("is not turned by a name that runs from right to left, nor by controls in one", () => {
    assert.strictEqual(of(1, { kind: "joined", userIds: [user(2), user(3)] }), "\u2068علي\u2069 added Bob and 田中 千恵")
    assert.strictEqual(of(2, { kind: "left", userIds: [user(1)] }), "Bob removed \u2068علي\u2069")
  })

  it("is not turned by a title", () => {
    assert.strictEqual(of(3, { kind: "renamed", title: "\u2067שלום\u2069\u202e 1" }), "田中 千恵 renamed it to “\u2068שלום 1\u2069”")
    assert.strictEqual(of(3, { kind: "renamed", title: "Tea 2" }), "田中 千恵 renamed it to “Tea 2”")
  })

  it("shows an older title without what a new one may not hold", () => {
    const title = `Z${"\u0323".repeat(30)}\u200b oo\u2028m`
    assert.strictEqual(of(3, { kind: "renamed", title }), `田中 千恵 renamed it to “${"Z\u0323\u0323\u0323\u0323".normalize("NFC")} oo m”`)
  })
})
