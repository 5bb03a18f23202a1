import { assert, describe, it } from "@effect/vitest"
import { isMentioned, mayMention, mentionLetters, mentionsOf } from "@hibiki/core/domain/Mentions"
import { FastCheck } from "effect"

const found = (handle: string, text: string): ReadonlyArray<string> =>
  mentionsOf(text, handle).map(({ from, to }) => text.slice(from, to))

describe("a mention", () => {
  it("is a sign and the handle, wherever it stands, in either width and case", () => {
    assert.deepStrictEqual(found("sato", "@sato"), ["@sato"])
    assert.deepStrictEqual(found("sato", "hi @Sato, and (＠SATO)!\n@sato"), ["@Sato", "＠SATO", "@sato"])
    assert.deepStrictEqual(found("鈴木", "は@鈴木さん"), ["@鈴木"])
    assert.deepStrictEqual(found("sato", "これは@satoさんへ"), ["@sato"])
    assert.deepStrictEqual(found("иван", "@иван, привет"), ["@иван"])
    assert.deepStrictEqual(found("a.b-c_d", "@a.b-c_d?"), ["@a.b-c_d"])
  })

  it("ends where a sentence does", () => {
    for (const text of [
      "@sato.",
      "@sato...",
      "@sato - so",
      "@sato's",
      "@sato: yes",
      "@sato…",
      "**@sato**",
      "@sato-",
      "@sato。"
    ])
      assert.deepStrictEqual(found("sato", text), ["@sato"], text)
  })

  it("ends where a sentence does in other scripts, and before a word where words follow without a space", () => {
    for (const [handle, text] of [
      ["ali", "@ali، كيف"],
      ["علي", "شكرا @علي، كيف"],
      ["ali", "@ali؟"],
      ["ali", "@ali۔"],
      ["राम", "@राम।"],
      ["շուշան", "@շուշան։"],
      ["νίκη", "@νίκη\u037e"],
      ["somchai", "ครับ@somchaiครับ"],
      ["สมชาย", "@สมชายครับ"]
    ] as const)
      assert.deepStrictEqual(found(handle, text), [`@${handle}`], text)
    for (const [handle, text] of [
      ["ali", "@aliك"],
      ["علي", "@علية"],
      ["राम", "@रामी"],
      ["שרה", "@שרהל"]
    ] as const)
      assert.deepStrictEqual(found(handle, text), [], text)
  })

  it("knows letters, marks and digits of words alone, without what stands between them", () => {
    const isLetter = new RegExp(`^[${mentionLetters}]$`, "u")
    const wrong = Array.from({ length: 0x2100 }, (_, code) => String.fromCharCode(code)).filter((one) => {
      const isWords =
        /[\p{L}\p{M}\p{N}_]/u.test(one) &&
        !/[\p{Script=Thai}\p{Script=Lao}\p{Script=Tibetan}\p{Script=Myanmar}]/u.test(one)
      return isLetter.test(one) ? /\p{P}/u.test(one) && one !== "_" : isWords && one > "\u00bf" && one < "\u1100"
    })
    assert.deepStrictEqual(wrong, [])
  })

  it("is not another's handle, an address of mail, or one of a page", () => {
    for (const text of [
      "@satoko",
      "@sato.k",
      "@sato-k",
      "@sato_k",
      "@sato9",
      "@satoé",
      "me@sato",
      "me@sato.example",
      "é@sato",
      "@@sato",
      "x/@sato"
    ])
      assert.deepStrictEqual(found("sato", text), [], text)
    assert.deepStrictEqual(found("a.b", "@axb @a"), [])
    assert.deepStrictEqual(found("ива", "@иван"), [])
  })

  it("needs a sign and a handle", () => {
    assert.strictEqual(isMentioned("sato", "sato"), false)
    assert.strictEqual(isMentioned("@ @", ""), false)
  })

  it("may begin where one does, told before anything follows the sign", () => {
    const text = FastCheck.array(FastCheck.constantFrom(..."@＠/.-_aZ9éж鈴さ🍵 \n"), { maxLength: 8 }).map((parts) =>
      parts.join("")
    )
    FastCheck.assert(
      FastCheck.property(text, FastCheck.nat(12), FastCheck.constantFrom("@", "＠"), (around, place, sign) => {
        const at = Math.min(place, around.length)
        const written = `${around.slice(0, at)}${sign}sato ${around.slice(at)}`
        const begins = mentionsOf(written, "sato").some(({ from }) => from === at)
        assert.strictEqual(mayMention(around, at), begins, written)
      })
    )
  })

  it("holds the handle as it was typed, and is told by itself among whatever stands around it", () => {
    const handle = FastCheck.stringMatching(/^[a-zж鈴][a-z0-9ж鈴_.-]{0,5}$/)
    const around = FastCheck.array(FastCheck.constantFrom(..."@＠/.-_aZ9éж鈴さ🍵 \n"), { maxLength: 6 }).map((parts) =>
      parts.join("")
    )
    FastCheck.assert(
      FastCheck.property(handle, around, around, (name, start, end) => {
        const text = `${start}@${name}${end}`
        for (const { from, to } of mentionsOf(text, name))
          assert.strictEqual(text.slice(from + 1, to).toLowerCase(), name)
        assert.strictEqual(isMentioned(`${start} @${name} ${end}`, name), true)
      })
    )
  })
})
