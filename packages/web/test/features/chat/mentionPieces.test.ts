/**
 * Whom a text mentions, as it is shown: by the one rule for texts, of the people who are known, and in time that grows
 * with the text alone.
 */
import { assert, describe, it } from "@effect/vitest"
import { UserId } from "@hibiki/core/domain/Ids"
import { isMentioned, mentionsOf } from "@hibiki/core/domain/Mentions"
import { FastCheck as fc } from "effect"
import { mentionedIn, mentionPieces } from "../../../src/features/chat/text/mentionPieces.ts"

const person = (handle: string, n: number) => ({
  userId: UserId.make(`01890000-0000-7000-8000-${String(n).padStart(12, "0")}`),
  handle,
  displayName: `Name of ${handle}`
})
const bookOf = (...handles: ReadonlyArray<string>) =>
  new Map(handles.map((handle, n) => [handle, person(handle, n + 2)]))
const me = person("aki", 1)
/** In short: `[handle|text]` is a mention. */
const shown = (text: string, handles: ReadonlyArray<string>, self = me) =>
  mentionPieces(text, mentionedIn(text, bookOf(...handles), self), self.handle)
    .map((piece) => (piece.person === undefined ? piece.text : `[${piece.person.handle}|${piece.text}]`))
    .join("")

describe("a text", () => {
  it("is in pieces by whom it mentions: oneself, and others who are known", () => {
    assert.strictEqual(shown("@aki and @ben, @eve", ["ben"]), "[aki|@aki] and [ben|@ben], @eve")
    assert.strictEqual(shown("は＠Akiさん @Ben!", ["ben"]), "は[aki|＠Aki]さん [ben|@Ben]!")
    assert.strictEqual(shown("", ["ben"]), "")
    assert.strictEqual(shown("nobody", ["ben"]), "nobody")
  })

  it("is of the longest handle where one begins as another does, and of oneself wherever that is counted", () => {
    assert.strictEqual(shown("@鈴木一郎さん", ["鈴木", "鈴木一郎"]), "[鈴木一郎|@鈴木一郎]さん")
    assert.strictEqual(shown("@鈴木一郎さん", ["鈴木一郎"], person("鈴木", 1)), "[鈴木|@鈴木]一郎さん")
    assert.strictEqual(shown("@ben.k @ben.", ["ben", "ben.k"]), "[ben.k|@ben.k] [ben|@ben].")
  })

  it("mentions nobody within an address or another's handle", () => {
    for (const text of ["me@aki", "x/@aki", "@@aki", "@akiko", "@aki.k", "é@aki"])
      assert.strictEqual(shown(text, []), text)
  })
})

describe("for any text", () => {
  const handle = fc.stringMatching(/^[a-zж鈴][a-z0-9ж鈴_.-]{0,5}$/)
  const text = (...names: ReadonlyArray<string>) =>
    fc
      .array(
        fc.oneof(
          fc.constantFrom(..."@＠/.-_aZ9éİΣж鈴さ🍵 \n"),
          fc.constantFrom(...names.flatMap((name) => [`@${name}`, name]))
        ),
        {
          maxLength: 12
        }
      )
      .map((parts) => parts.join(""))
  const scene = fc
    .tuple(handle, handle)
    .chain(([mine, other]) => text(mine, other).map((said) => ({ mine, other, said })))

  it("the pieces are the text, and those of one person are where the rule has them", () => {
    fc.assert(
      fc.property(scene, ({ other, said }) => {
        const pieces = mentionPieces(said, bookOf(other), "nobody-here")
        assert.strictEqual(pieces.map((piece) => piece.text).join(""), said)
        let at = 0
        const found = pieces.flatMap(({ person: who, text: piece }) => {
          const from = at
          at += piece.length
          return who === undefined ? [] : [{ from, to: at }]
        })
        assert.deepStrictEqual(found, [...mentionsOf(said, other)])
      }),
      { numRuns: 3_000 }
    )
  })

  it("one is among the mentioned where it is counted, whoever else is known", () => {
    fc.assert(
      fc.property(scene, ({ mine, other, said }) => {
        const self = person(mine, 1)
        assert.strictEqual(
          mentionedIn(said, bookOf(other), self).get(mine)?.userId === self.userId,
          isMentioned(said, mine)
        )
      }),
      { numRuns: 3_000 }
    )
  })
})
