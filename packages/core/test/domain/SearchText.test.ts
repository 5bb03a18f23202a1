import { assert, describe, it } from "@effect/vitest"
import { matches, matchRanges, searchProblem, searchWords } from "@hibiki/core/domain/SearchText"
import { FastCheck } from "effect"

const find = (query: string, text: string): boolean => matches(searchWords(query), text)
const marked = (query: string, text: string): ReadonlyArray<string> =>
  matchRanges(searchWords(query), text).map(({ from, to }) => text.slice(from, to))

/**
 * Characters whose folding changes how many there are, that join with what stands before them, or that belong together
 * for a reader.
 */
const odd = [
  ..."aAbB éÉßİıΣσς０ａＡ㍿ﬁ①½´¨ﷺ",
  ..."かがカガｶﾞﾊﾟ゛ﾞ\u3099\u309a",
  ..."ㄱㅏㄴﾡￂ\u1100\u1161\u11a8가각",
  ..."\u0301\u0323\u0345\u00ad\u200d\ufe0f\n\r\u0001\u09c7\u09be\u0bc6\u0bbe",
  ..."🍵👩👨🏽🇯🇵",
  "👩\u200d👩\u200d👧",
  "\u0345\u0334".repeat(16),
  "ﾞ\u0334".repeat(20),
  "\u09c7\u09be".repeat(16)
]
const oddText = FastCheck.array(
  FastCheck.oneof(FastCheck.constantFrom(...odd), FastCheck.string({ unit: "binary", maxLength: 2 })),
  {
    maxLength: 14
  }
)
  .map((parts) => parts.join(""))
  .filter((text) => text.isWellFormed())
/** A text and a query that is made of parts of it, so that most are found, or that has nothing to do with it. */
const searched = FastCheck.tuple(
  oddText,
  oddText,
  FastCheck.nat(14),
  FastCheck.nat(4),
  FastCheck.nat(14),
  FastCheck.nat(4),
  FastCheck.boolean()
)
  .map(([text, other, from, length, second, rest, isOther]) => {
    const characters = [...text]
    const part = (at: number, count: number) => characters.slice(at, at + count + 1).join("")
    return { text, query: isOther ? other : `${part(from, length)} ${part(second, rest)}` }
  })
  .filter(({ query }) => searchProblem(query) === undefined)

describe("the words of a search", () => {
  it("are split at white space of any kind, folded, and looked for once each", () => {
    assert.deepStrictEqual(searchWords("  Tea　ＴＥＡ\u00a0カップ\tｶｯﾌﾟ\u2028x "), ["tea", "かっぷ", "x"])
    assert.deepStrictEqual(searchWords("tea \u200b \u2800 cup"), ["tea", "cup"])
  })

  it("are one to eight, in 64 characters, and show something", () => {
    for (const query of ["a", "お", "a b c d e f g h", "a a a a a a a a a b", "🍵".repeat(64), ` ${"a".repeat(62)} `])
      assert.isUndefined(searchProblem(query), JSON.stringify(query))
    for (const query of ["", " ", "\u3000\n", "\u200b\u200d", "\u2800", "\u0000"])
      assert.strictEqual(searchProblem(query), "blank")
    assert.strictEqual(searchProblem("a b c d e f g h i"), "too_many")
    assert.strictEqual(searchProblem("🍵".repeat(65)), "too_long")
    assert.strictEqual(searchProblem(" ".repeat(65)), "too_long")
    assert.strictEqual(searchProblem("a\ud83c"), "surrogate")
  })
})

describe("a search", () => {
  it("finds all words of a query anywhere in a text, whatever their order, width and case", () => {
    for (const [query, text] of [
      ["tea", "The TEApot"],
      ["ＴＥＡ", "tea"],
      ["red tea", "Tea is ready: redy"],
      ["京都", "東京都に住む"],
      ["ﾊﾟﾝ", "パンを買う"],
      ["パン", "ﾊﾟﾝを買う"],
      ["ぱん", "ﾊﾟﾝを買う"],
      ["ヒラガナ", "ひらがなで"],
      ["ひらがな", "ヒラガナデ"],
      ["ゔ", "ヴ"],
      ["が", "か\u3099"],
      ["会社", "㍿ひびき"],
      ["10", "①⓪⑩"],
      ["ΟΔΟΣ", "οδος"],
      ["οδος", "ΟΔΟΣΑ"],
      ["가", "ㄱㅏ"],
      ["🍵", "tea 🍵🍵"]
    ] as const)
      assert.isTrue(find(query, text), `${query} in ${text}`)
    for (const [query, text] of [
      ["tea coffee", "tea"],
      ["か", "が"],
      ["ハ", "ﾊﾟ"],
      ["e", "\u00e9"],
      ["e", "e\u0301"],
      ["a b", "a"],
      ["ab", "a b"]
    ] as const)
      assert.isFalse(find(query, text), `${query} in ${text}`)
  })

  it("marks whole characters of the text as it was written, each place once", () => {
    assert.deepStrictEqual(marked("tea", "Tea, ＴＥＡ, steam"), ["Tea", "ＴＥＡ", "tea"])
    assert.deepStrictEqual(marked("会", "㍿と会社"), ["㍿", "会"])
    assert.deepStrictEqual(marked("パン", "ﾊﾟﾝ屋"), ["ﾊﾟﾝ"])
    assert.deepStrictEqual(marked("ぱん", "ﾊﾟﾝ屋のパン"), ["ﾊﾟﾝ", "パン"])
    assert.deepStrictEqual(marked("が", "かか\u3099"), ["か\u3099"])
    assert.deepStrictEqual(marked("가", "ㄱㅏㄴ"), ["ㄱㅏ"])
    assert.deepStrictEqual(marked("가", "ㅏㄱㅏ\u11ab가"), ["가"])
    assert.deepStrictEqual(marked("👩", "👩\u200d👩\u200d👧!👩"), ["👩\u200d👩\u200d👧", "👩"])
    assert.deepStrictEqual(marked("x", "x\u0302y"), ["x\u0302"])
    assert.deepStrictEqual(marked("abc bcd x", "abcde"), ["abcd"])
    assert.deepStrictEqual(marked("aa", "aaab"), ["aaa"])
    assert.deepStrictEqual(marked("tea coffee", "Tea"), ["Tea"])
    assert.deepStrictEqual(marked("coffee", "tea"), [])
  })

  it("marks something for each word exactly where it finds all, and nothing that holds none of them", () => {
    FastCheck.assert(
      FastCheck.property(searched, ({ query, text }) => {
        const words = searchWords(query)
        const ranges = matchRanges(words, text)
        const parts = ranges.map(({ from, to }) => text.slice(from, to))
        const holds = (part: string) => words.some((word) => matches([word], part))
        assert.strictEqual(
          matches(words, text),
          words.every((word) => parts.some((part) => matches([word], part)))
        )
        assert.isTrue(parts.every(holds))
        assert.isTrue(parts.every((part) => part.isWellFormed()))
        assert.isTrue(
          ranges.every(({ from, to }, index) => from < to && to <= text.length && from > (ranges[index - 1]?.to ?? -1))
        )
      }),
      { numRuns: 3_000 }
    )
  })
})
