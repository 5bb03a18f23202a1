import { assert, describe, it } from "@effect/vitest"
import { Limits } from "@hibiki/core/domain/Limits"
import { folded, hasLongMarkRun, markCuts, shownTextProblem, toNfkc } from "@hibiki/core/domain/TextRules"
import { FastCheck } from "effect"

const most = Limits.marksMax
/** Two marks that normalization must put into the other order, which makes a run of them as dear as can be. */
const swapped = "\u0345\u0334"

const legitimate = [
  "שָׁלוֹם עֲלֵיכֶם בְּרֵאשִׁית",
  "น้ำใจที่ยิ่งใหญ่ กตัญญู",
  "Tiếng Việt: nghiêng ngả, e\u0302\u0323\u0301",
  "हिन्दी में नमस्ते",
  // Vowel signs of class 0 are repeated to draw a word out.
  `नही${"ी".repeat(60)}ं`,
  "བསྒྲུབས་བརྒྱུད་",
  "👩🏽‍❤️‍💋‍👨🏿 👨‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇯🇵 3️⃣",
  `Z${"\u0301".repeat(most)}a${"\u0323".repeat(most)}l`,
  `あ${"ﾞ".repeat(most)}`
]

describe("a text's combining marks", () => {
  it("may be as many in a row as Unicode's stream-safe format has, in any language", () => {
    for (const text of legitimate) assert.isUndefined(shownTextProblem(text, Limits.textMax), text)
    for (const mark of ["\u0301", "\u0323", "\u3099", "ﾞ", "\u0334", "\ud834\udd65"]) {
      assert.isFalse(hasLongMarkRun(`a${mark.repeat(most)}b${mark.repeat(most)}`), mark)
      assert.strictEqual(shownTextProblem(`a${mark.repeat(most + 1)}`, Limits.textMax), "too_many_marks", mark)
    }
    assert.strictEqual(shownTextProblem(`x ${swapped.repeat(1_999)}`, Limits.textMax), "too_many_marks")
    // A mark of class 0 between them ends a run.
    assert.isFalse(hasLongMarkRun(`a${"\u0301".repeat(most)}ी${"\u0301".repeat(most)}`))
  })

  it("are normalized in pieces of bounded length, whatever a text holds", () => {
    for (const run of [swapped, "ﾞ\u0334", "\u0344\u0334", "\u0345", "ी", "\ud834\udd65\u0334"]) {
      const text = `か${run.repeat(1_000)}b${run.repeat(40)}`
      const cuts = [0, ...markCuts(text), text.length]
      const pieces = cuts.slice(1).map((to, index) => text.slice(cuts[index], to))
      assert.strictEqual(pieces.join(""), text)
      const runs = pieces.flatMap((piece) =>
        [...piece.matchAll(/[\p{M}\uff9e\uff9f]+/gu)].map(([found]) => [...found].length)
      )
      assert.strictEqual(Math.max(...runs), most, JSON.stringify(run))
      assert.strictEqual(toNfkc(text), pieces.map((piece) => piece.normalize("NFKC")).join(""))
      assert.isTrue(pieces.every((piece) => piece.isWellFormed()))
    }
  })

  it("change nothing about the normalization of texts within the bound", () => {
    const text = FastCheck.string({ unit: "binary", maxLength: 40 }).filter((any) => any.isWellFormed())
    FastCheck.assert(
      FastCheck.property(text, (any) => {
        if (markCuts(any).length === 0) assert.strictEqual(toNfkc(any), any.normalize("NFKC"))
      })
    )
    for (const any of legitimate.filter((_, index) => index !== 4))
      assert.strictEqual(toNfkc(any), any.normalize("NFKC"))
  })
})

describe("a folded text", () => {
  it("has one spelling for width, case, and hiragana and katakana", () => {
    for (const spellings of [
      ["がっこう", "ガッコウ", "ｶﾞｯｺｳ", "か\u3099っこう"],
      ["ゔぁいおりん", "ヴァイオリン", "ｳﾞｧｲｵﾘﾝ"],
      ["いすゞ", "イスヾ"],
      ["コーヒー", "こーひー", "ｺｰﾋｰ"],
      ["tea", "ＴＥＡ", "Tea"],
      ["οδοσ", "ΟΔΟΣ", "οδος"]
    ])
      assert.deepStrictEqual([...new Set(spellings.map(folded))].length, 1, spellings.join())
    assert.notStrictEqual(folded("か"), folded("が"))
    assert.notStrictEqual(folded("つ"), folded("っ"))
  })
})
