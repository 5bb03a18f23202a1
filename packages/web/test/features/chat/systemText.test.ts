/** What happened in a conversation, in one sentence, whatever those are called of whom it tells. */
import { assert, describe, it } from "@effect/vitest"
import { UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow } from "@hibiki/core/domain/MessageRow"
import { rowKinds } from "@hibiki/core/domain/RowKinds"
import { systemText } from "../../../src/features/chat/text/systemText.ts"
import { en } from "../../../src/i18n/en.ts"
import { ja } from "../../../src/i18n/ja.ts"

const user = (n: number) => UserId.make(`01900001-0000-7000-8000-${n.toString(16).padStart(12, "0")}`)
const names = new Map([
  [user(1), "علي"],
  [user(2), "Bob\u202e"],
  [user(3), "田中 千恵"],
  [user(4), "Chi"],
  [user(5), "Dan"],
  [user(6), "Eve"]
])
const of = (
  by: number,
  more: Pick<MessageRow, "kind" | "userIds" | "title" | "role">,
  words = en,
  namedMost?: number
) => systemText({ by: user(by), ...more }, (id) => names.get(id) ?? "?", words.chat, namedMost)

describe("a sentence of what happened", () => {
  it("is another one for each kind of row, in each language", () => {
    for (const words of [en, ja]) {
      const told = rowKinds.map((kind) => of(3, { kind, userIds: [user(4)] }, words))
      assert.lengthOf(new Set(told), rowKinds.length, told.join())
      for (const text of told) assert.notInclude(text, "undefined")
    }
  })

  it("names whom it is about, and counts those beyond", () => {
    const joined = { kind: "joined", userIds: [3, 4, 5, 6].map(user) } as const
    assert.strictEqual(of(3, joined), "田中 千恵 added Chi, Dan and Eve")
    assert.strictEqual(of(3, joined, ja), "田中 千恵さんがChiさん、Danさん、Eveさんを追加しました")
    assert.strictEqual(of(3, joined, en, 1), "田中 千恵 added Chi and 2 others")
    assert.strictEqual(of(3, joined, ja, 1), "田中 千恵さんがChiさんほか2人を追加しました")
    const created = { kind: "created", title: "Tea", userIds: [user(4)] } as const
    assert.strictEqual(of(3, created), "田中 千恵 created the group “Tea” with Chi")
    assert.strictEqual(of(3, created, ja), "田中 千恵さんがグループ「Tea」を作成しました（Chiさん）")
  })

  it("says which role somebody has from now on", () => {
    const of4 = (role: MessageRow["role"], words = en) =>
      of(3, { kind: "roleChanged", userIds: [user(4)], role }, words)
    assert.strictEqual(of4("owner"), "田中 千恵 made Chi an owner")
    assert.strictEqual(of4("member"), "田中 千恵 made Chi a member")
    assert.strictEqual(of4("admin", ja), "田中 千恵さんがChiさんを管理者にしました")
  })

  it("is not turned by a name that runs from right to left, nor by controls in one", () => {
    assert.strictEqual(
      of(1, { kind: "joined", userIds: [user(2), user(3)] }),
      "\u2068علي\u2069 added Bob and 田中 千恵"
    )
    assert.strictEqual(of(2, { kind: "left", userIds: [user(1)] }), "Bob removed \u2068علي\u2069")
  })

  it("is not turned by a title", () => {
    assert.strictEqual(
      of(3, { kind: "renamed", title: "\u2067שלום\u2069\u202e 1" }),
      "田中 千恵 changed the name to “\u2068שלום 1\u2069”"
    )
    assert.strictEqual(of(3, { kind: "renamed", title: "Tea 2" }), "田中 千恵 changed the name to “Tea 2”")
  })

  it("shows an older title without what a new one may not hold", () => {
    const title = `Z${"\u0323".repeat(30)}\u200b oo\u2028m`
    assert.strictEqual(
      of(3, { kind: "renamed", title }),
      `田中 千恵 changed the name to “${"Z\u0323\u0323\u0323\u0323".normalize("NFC")} oo m”`
    )
  })
})
