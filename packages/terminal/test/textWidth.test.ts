import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { fill, fitEnd, fitStart, textWidth, wrap } from "../src/tty/textWidth.ts"

describe("textWidth", () => {
  it("counts two columns for Japanese and emoji, none for marks", () => {
    assert.deepStrictEqual(
      ["abc", "日本", "ｶﾅ", "ア", "e\u0301", "👍", "👩‍👩‍👧", "🇯🇵", "❤️", "…"].map(textWidth),
      [3, 4, 2, 2, 1, 2, 2, 2, 2, 1]
    )
  })

  it("fits and fills to exact columns, cutting no character in half", () => {
    assert.strictEqual(fitStart("日本語", 5), "日本…")
    assert.strictEqual(fitStart("日本語", 4), "日…")
    assert.strictEqual(fill("日本", 5), "日本 ")
    assert.strictEqual(fitEnd("日本語", 5), "本語")
  })

  it("wraps after spaces where there are some, and anywhere in Japanese", () => {
    assert.deepStrictEqual(wrap("the quick brown fox", 10), ["the quick", "brown fox"])
    assert.deepStrictEqual(wrap("日本語の文章", 5), ["日本", "語の", "文章"])
    assert.deepStrictEqual(wrap("aaaaaaaaaaaa", 5), ["aaaaa", "aaaaa", "aa"])
    assert.deepStrictEqual(wrap("", 5), [""])
  })

  it("no line of any text is wider than asked, and only spaces are lost", () => {
    const unit = fc.constantFrom("a", " ", "日", "👍", "e\u0301", "b")
    fc.assert(
      fc.property(fc.string({ unit }), fc.integer({ min: 2, max: 20 }), (text, columns) => {
        const lines = wrap(text, columns)
        for (const line of lines) assert.isAtMost(textWidth(line), columns)
        assert.strictEqual(lines.join("").replaceAll(" ", ""), text.replaceAll(" ", ""))
        assert.isAtMost(textWidth(fitStart(text, columns)), columns)
      }),
      { numRuns: 3_000 }
    )
  })
})
