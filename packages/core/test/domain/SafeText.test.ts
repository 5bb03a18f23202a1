import { assert, describe, it } from "@effect/vitest"
import { Title } from "@hibiki/core/domain/SafeText"
import { codePoints, isBlank, textProblem } from "@hibiki/core/domain/TextRules"
import { decodeClientFrame, isFrameProblem } from "@hibiki/core/protocol/ClientFrame"
import { DisplayName, NewDevice } from "@hibiki/core/protocol/rpc/AuthRpcs"
import { FastCheck, Schema } from "effect"

const anyText = FastCheck.string({ unit: "binary", maxLength: 30 })
/** UTF-16 units in any order, so that lone surrogates are among them. */
const anyUnits = FastCheck.array(
  FastCheck.oneof(FastCheck.integer({ min: 0, max: 0xffff }), FastCheck.integer({ min: 0xd800, max: 0xdfff })),
  { maxLength: 12 }
).map((units) => String.fromCharCode(...units))

const command = { id: "0190b0c0-1111-7abc-8def-000000000001", conversationId: "0190b0c0-2222-7abc-8def-000000000002" }
/** As the gateway takes it, whose codec checks it; undefined: it does not. */
const messageTaken = (text: unknown): string | undefined => {
  const { conversationId, id } = command
  const frame = decodeClientFrame(JSON.stringify({ op: "post", conversationId, posts: [{ id, text }] }))
  return frame.op === "post" ? frame.posts[0]?.text : undefined
}
const takesMessage = (text: unknown): boolean => messageTaken(text) !== undefined
const takesEmoji = (emoji: unknown): boolean =>
  !isFrameProblem(decodeClientFrame(JSON.stringify({ op: "react", ...command, target: 1, emoji, on: false })))

describe("SafeText", () => {
  it("counts code points as iterating does, up to one more than the bound", () => {
    FastCheck.assert(
      FastCheck.property(anyText, FastCheck.nat({ max: 40 }), (text, max) => {
        assert.strictEqual(codePoints(text, max), Math.min([...text].length, max + 1))
      })
    )
  })

  it("tells NUL, lone surrogates and length apart, in this order, and takes everything else", () => {
    FastCheck.assert(
      FastCheck.property(anyUnits, FastCheck.nat({ max: 14 }), (text, max) => {
        const wellFormed =
          new TextDecoder().decode(new TextEncoder().encode(text)) === text || text.startsWith("\ufeff")
        const expected = text.includes("\u0000")
          ? "nul"
          : !wellFormed
            ? "surrogate"
            : [...text].length > max
              ? "too_long"
              : undefined
        assert.strictEqual(textProblem(text, max), expected)
      })
    )
    assert.strictEqual(textProblem("a\u0000", 5), "nul")
    assert.strictEqual(textProblem("\ud83d", 5), "surrogate")
    assert.strictEqual(textProblem("\udf75\ud83c", 5), "surrogate")
    assert.strictEqual(textProblem("🍵".repeat(5), 5), undefined)
    assert.strictEqual(textProblem("🍵".repeat(6), 5), "too_long")
  })

  it("knows texts that show nothing", () => {
    for (const text of [
      "",
      " ",
      "\n\t",
      "\u00a0",
      "\u3000",
      "\u3164",
      "\u115f\u1160",
      "\uffa0",
      "\u2800",
      "\u200b\u200d\ufeff",
      "\u2060 \u202e",
      "\ufe0f",
      "\u034f",
      "\u17b4",
      "\u0007",
      "\u{e0100}",
      "\u180b \u2065"
    ]) {
      assert.strictEqual(isBlank(text), true, JSON.stringify(text))
    }
    for (const text of [
      "a",
      " . ",
      "\u200da",
      "お",
      "🍵",
      "\u0301",
      "\u3164x",
      "❤\ufe0f",
      "👨\u200d👩\u200d👧",
      "1\ufe0f\u20e3"
    ])
      assert.strictEqual(isBlank(text), false, JSON.stringify(text))
  })

  it("takes messages of 4,000 code points, titles of 64, emoji of 16, never blank ones", () => {
    for (const [takes, max] of [
      [takesMessage, 4_000],
      [Schema.is(Title), 64],
      // Those that are set are spelled as one emoji, which is shorter.
      [takesEmoji, 16]
    ] as const) {
      assert.deepStrictEqual(
        ["🍵".repeat(max), "🍵".repeat(max + 1), "", " ", "a\u0000", "a\ud800", 5].map((text) => takes(text)),
        [true, false, false, false, false, false, false]
      )
    }
  })

  it("takes no controls in titles and names, and every one but NUL in messages", () => {
    for (const code of [...Array(32).keys(), ...Array.from({ length: 33 }, (_, index) => 0x7f + index)]) {
      const text = `a${String.fromCharCode(code)}b`
      for (const schema of [Title, DisplayName]) assert.isFalse(Schema.is(schema)(text), JSON.stringify(text))
      assert.isFalse(Schema.is(NewDevice)({ name: text, kind: "browser" }))
      assert.strictEqual(takesMessage(text), code !== 0)
    }
    for (const text of ["Ōkubo 大久保", "the kitchen 🍵", "a\u00a0b", "👨\u200d👩\u200d👧"]) {
      for (const schema of [Title, DisplayName]) assert.isTrue(Schema.is(schema)(text), text)
      assert.isTrue(Schema.is(NewDevice)({ name: text, kind: "terminal" }))
    }
  })

  it("keeps texts as they are: nothing is trimmed, normalised or repaired", () => {
    for (const text of [" a ", "e\u0301", "\u00e9", "a\r\nb", "<script>", "\u202ea"])
      assert.strictEqual(messageTaken(text), text)
  })
})
