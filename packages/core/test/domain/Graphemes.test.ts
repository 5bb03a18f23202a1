import { assert, describe, it } from "@effect/vitest"
import { graphemesOf } from "@hibiki/core/domain/Graphemes"
import { FastCheck } from "effect"

const whole = (text: string) =>
  [...new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)].map(({ index, segment }) => ({
    index,
    segment
  }))

describe("the characters of a text", () => {
  it("are those of the engine, wherever the text is parted", () => {
    const character = FastCheck.constantFrom(
      "a",
      "漢",
      "e\u0301\u0323",
      "👩🏽\u200d👧",
      "🇯🇵",
      "🇯",
      "\r\n",
      "각",
      "\u1100",
      "น้ำ",
      "\u200d",
      "हिन्दी",
      "🏴\u{e0067}\u{e007f}"
    )
    FastCheck.assert(
      FastCheck.property(FastCheck.array(character, { minLength: 80, maxLength: 200 }), (characters) => {
        const text = characters.join("")
        assert.deepStrictEqual(graphemesOf(text), whole(text))
      })
    )
    assert.deepStrictEqual(graphemesOf(""), [])
  })

  it("are cut where one is longer than any language has", () => {
    const text = `a${"\u0301".repeat(1_000)}b`
    const found = graphemesOf(text)
    assert.strictEqual(found.map(({ segment }) => segment).join(""), text)
    assert.isTrue(found.every(({ segment }) => segment.length <= 256))
  })

  it("are handed to the segmenter in parts of bounded length", (context) => {
    const asked: Array<number> = []
    const segment = Intl.Segmenter.prototype.segment
    context.onTestFinished(() => {
      Intl.Segmenter.prototype.segment = segment
    })
    Intl.Segmenter.prototype.segment = function (text) {
      asked.push(text.length)
      return segment.call(this, text)
    }
    graphemesOf("漢".repeat(4_000))
    assert.isAtMost(Math.max(...asked), 256)
    assert.isAtMost(
      asked.reduce((sum, length) => sum + length, 0),
      5_000
    )
  })
})
