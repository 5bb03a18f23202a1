import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { inertFields, inertLine, inertLines } from "../src/inertText.ts"

describe("inertLine", () => {
  it("shows an escape sequence instead of obeying it", () => {
    assert.strictEqual(inertLine("\u001b[2J\u001b]0;owned\u0007"), "␛[2J␛]0;owned␇")
  })

  it("shows what would turn the line around, and the one-byte form of an escape", () => {
    assert.strictEqual(inertLine("a\u202eb\u2066c\u009bd"), "a\ufffdb\ufffdc\ufffdd")
    // Tags show nothing, but those of a flag.
    assert.strictEqual(inertLine("a\u{e0062}\u{e0001}c"), "a\ufffd\ufffdc")
    assert.strictEqual(inertLine("🏴\u{e0067}\u{e0062}\u{e007f}\u{e0062}"), "🏴\u{e0067}\u{e0062}\u{e007f}\ufffd")
  })

  it("keeps letters, emoji and their joiners as they are", () => {
    const text = "日本語 e\u0301 👩‍👩‍👧 🇯🇵 ❤️"
    assert.strictEqual(inertLine(text), text)
  })

  it("lets no control character through, whatever came in", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        assert.notMatch(inertLine(text), /[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u)
        for (const line of inertLines(text)) assert.notMatch(line, /[\p{Cc}\p{Cs}]/u)
        const fields = inertFields(["eve", text, "2024-01-01"]).split("\t")
        assert.lengthOf(fields, 3)
        for (const field of fields) assert.notMatch(field, /[\p{Cc}\p{Cs}]/u)
      }),
      { numRuns: 5_000 }
    )
  })
})
