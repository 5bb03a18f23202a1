import { assert, describe, it } from "@effect/vitest"
import { withHonestHosts } from "@hibiki/core/domain/Addresses"
import { isOneEmoji } from "@hibiki/core/domain/Emoji"
import { Title } from "@hibiki/core/domain/SafeText"
import { looksLatin } from "@hibiki/core/domain/Scripts"
import { parseHandle } from "@hibiki/core/users/Handle"
import { Either, Schema } from "effect"

describe("a reaction", () => {
  it("is one emoji: with variation, skin tone, tags, joined, a flag or a keycap", () => {
    const emoji = "👍 ❤️ ❤ ❤︎ 👍🏽 👨‍👩‍👧‍👦 👩🏽‍❤️‍💋‍👨🏿 🧑🏿‍🦰 🏳️‍🌈 🏴‍☠️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇯🇵 1️⃣ #⃣ ⛹🏽‍♀️ 🕵🏻‍♂️ ©️ ㊗️ 🏽 🫱🏻‍🫲🏿"
    for (const each of emoji.split(" ")) assert.isTrue(isOneEmoji(each), each)
    // A picture that Unicode has reserved and not drawn yet.
    assert.isTrue(isOneEmoji("\u{1faff}"))
    for (const text of [
      "",
      "a",
      "1",
      "#",
      "👍👍",
      "あ",
      "<b>",
      "👍a",
      "👍 ",
      "🇯",
      "👍\u200d",
      "👍\u0301",
      "\u202e👍",
      "👍\u{e0041}",
      "\ufe0f",
      "👍".repeat(9)
    ])
      assert.isFalse(isOneEmoji(text), JSON.stringify(text))
  })

  it("is every emoji that the engine knows", () => {
    const known = /^\p{Emoji}$/u
    const plain = /^[\p{ASCII}\p{Regional_Indicator}]$/u
    for (let code = 0; code < 0x20000; code++) {
      const char = String.fromCodePoint(code)
      if (known.test(char) && !plain.test(char)) assert.isTrue(isOneEmoji(char), code.toString(16))
    }
  })
})

describe("a name", () => {
  const takes = (name: string): boolean => Either.isRight(Schema.decodeUnknownEither(Title)(name))

  it("holds no tags but those of a flag, and nothing that turns the direction of what follows", () => {
    for (const name of ["山田 Ann", "🏴󠁧󠁢󠁥󠁮󠁧󠁿 England", "محمد \u200f(ann)", "علی\u200cرضا", "👩‍👧 club", "क्\u200dष"])
      assert.isTrue(takes(name), JSON.stringify(name))
    for (const name of ["Ann\u{e0041}\u{e006e}", "\u{e0001}Ann", "Ann\u202egnp.exe", "\u2066Ann", "Ann\u2069", "\u202bAnn", "🏴\u{e0067}"])
      assert.isFalse(takes(name), JSON.stringify(name))
  })

  it("as a handle is not written in letters that all look like Latin ones", () => {
    for (const handle of ["аррӏе", "соса", "ѕсоре", "ανα", "аррӏе-1", "օոս"]) {
      assert.isTrue(looksLatin(handle), handle)
      assert.deepStrictEqual(parseHandle(handle), Either.left("look_alike"), handle)
    }
    for (const handle of ["apple", "иван", "москва", "γιώργος", "σοφία", "արամ", "山田", "カナ", "user-1"])
      assert.isTrue(Either.isRight(parseHandle(handle)), handle)
  })
})

describe("an address in a text", () => {
  it("shows the ASCII form of a host that passes for another one", () => {
    for (const [typed, shown] of [
      ["https://аррӏе.com", "https://xn--80ak6aa92e.com"],
      [
        "see https://аррӏе.com/a?b=ф and http://gοogle.com:8080/",
        "see https://xn--80ak6aa92e.com/a?b=ф and http://xn--gogle-rce.com:8080/"
      ],
      ["https://аррӏе.comです", "https://xn--80ak6aa92e.comです"],
      ["https://login.аррӏе.com", "https://login.xn--80ak6aa92e.com"],
      ["https://аррӏе。com", "https://xn--80ak6aa92e.com"],
      ["HTTPS://АРРӀЕ.COM", "HTTPS://xn--80ak6aa92e.com"]
    ])
      assert.strictEqual(withHonestHosts(typed ?? ""), shown)
  })

  it("stays as it was written where its host shows what it is", () => {
    for (const text of [
      "https://example.com/аррӏе",
      "https://例え.jp/パス",
      "https://日本語ドメイン.com",
      "https://bücher.de https://москва.com https://сочи.рф https://ελλάδα.gr",
      "https://xn--80ak6aa92e.com",
      "аррӏе.com",
      "https://",
      "https://-.com"
    ])
      assert.strictEqual(withHonestHosts(text), text)
  })
})
