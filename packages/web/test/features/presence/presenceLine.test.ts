/** Presence in words, in both languages. */
import { assert, describe, it } from "@effect/vitest"
import { UserId } from "@hibiki/core/domain/Ids"
import type { UserPresence } from "@hibiki/core/domain/Presence"
import { presenceLine } from "../../../src/features/presence/PresenceLine.tsx"
import { presenceWordsEn } from "../../../src/i18n/presenceWords.en.ts"
import { presenceWordsJa } from "../../../src/i18n/presenceWords.ja.ts"

const userId = UserId.make("01900001-0000-7000-8000-000000000001")
const of = (more: Partial<UserPresence>): UserPresence => ({ userId, state: "active", kinds: [], ...more })

describe("presence in words", () => {
  for (const { en, ja, presence } of [
    { presence: of({}), en: "Online", ja: "オンライン" },
    {
      presence: of({ kinds: ["browser", "terminal"] }),
      en: "Online on browser and terminal",
      ja: "オンライン（ブラウザー・ターミナル）"
    },
    { presence: of({ state: "idle" }), en: "Away", ja: "離席中" },
    {
      presence: of({ state: "idle", kinds: ["browser"], since: 1 }),
      en: "Went away 5 minutes ago",
      ja: "5分前から離席中"
    },
    { presence: of({ state: "offline" }), en: "Offline", ja: "オフライン" },
    { presence: of({ state: "offline", since: 1 }), en: "Last seen 5 minutes ago", ja: "5分前までオンライン" }
  ])
    it(`says "${en}"`, () => {
      assert.strictEqual(
        presenceLine(presence, () => "5 minutes ago", presenceWordsEn),
        en
      )
      assert.strictEqual(
        presenceLine(presence, () => "5分前", presenceWordsJa),
        ja
      )
    })
})
