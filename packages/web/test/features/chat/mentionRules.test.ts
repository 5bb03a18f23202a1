/**
 * The rules of offering whom to mention: where a sign asks for it, whom what follows fits, and what is put in its
 * place.
 */
import { assert, describe, it } from "@effect/vitest"
import { isMentioned, mayMention, mentionsOf } from "@hibiki/core/domain/Mentions"
import { FastCheck as fc } from "effect"
import type { KeyPress } from "../../../src/features/chat/composer/composerKeys.ts"
import {
  chosenPart,
  isWhole,
  linesAtMost,
  mentionAct,
  mentionable,
  mentionLines,
  mentionQuery,
  recentWriters,
  withMention
} from "../../../src/features/chat/composer/mentionRules.ts"
import { conversationId, epoch, postedRow, shownRow, userId } from "../../fixtureApp.tsx"

const person = (n: number, handle: string, displayName: string) => ({ userId: userId(n), handle, displayName })
/** Whom a text asks for with the caret at `|`. */
const asked = (marked: string) => mentionQuery(marked.replace("|", ""), marked.indexOf("|"))

describe("what is asked for", () => {
  it("is what follows a sign up to the caret, where the sign begins a mention", () => {
    for (const [marked, from, typed] of [
      ["@|", 0, ""],
      ["@be|", 0, "be"],
      ["hi ＠さとう|", 3, "さとう"],
      ["これは@sa|to", 3, "sa"],
      ["(@be|)", 1, "be"],
      ["@aki @be|", 5, "be"],
      ["line\n@be|\nline", 5, "be"],
      ["@a.b-c_|", 0, "a.b-c_"]
    ] as const)
      assert.deepStrictEqual(asked(marked), { from, typed }, marked)
  })

  it("is nothing elsewhere", () => {
    for (const marked of [
      "|",
      "hi|",
      "|@be",
      "@be |",
      "@be\u3000|",
      "@be\n|",
      "me@be|",
      "é@be|",
      "x/@be|",
      "@@|",
      "@＠be|"
    ])
      assert.isUndefined(asked(marked), marked)
    assert.isUndefined(mentionQuery(`@${"a".repeat(200)}`, 201), "no name is so long")
  })

  it("stands in the text as it says, holds no space, and is found from any place in it", () => {
    const text = fc
      .array(fc.constantFrom(..."@＠/.-_aZ9é鈴さ🍵 　\n"), { maxLength: 12 })
      .map((parts) => parts.join(""))
    fc.assert(
      fc.property(text, fc.nat(16), (written, place) => {
        const caret = Math.min(place, written.length)
        const query = mentionQuery(written, caret)
        if (query === undefined) return
        assert.match(written.slice(query.from, caret), /^[@＠][^\s@＠]*$/u)
        assert.strictEqual(written.slice(query.from + 1, caret), query.typed)
        assert.isTrue(mayMention(written, query.from))
        for (let at = query.from + 1; at <= caret; at++) assert.strictEqual(mentionQuery(written, at)?.from, query.from)
      })
    )
  })

  it("while it is composed is what was chosen so far: letters after kana are on their way to be kana", () => {
    for (const [typed, chosen] of [
      ["さt", "さ"],
      ["さｔ", "さ"],
      ["サky", "サ"],
      ["ｓ", "ｓ"],
      ["be", "be"],
      ["佐藤k", "佐藤k"],
      ["さとう", "さとう"]
    ])
      assert.strictEqual(chosenPart(typed ?? ""), chosen)
  })
})

describe("who is offered", () => {
  const people = [
    person(1, "aki", "佐藤 あき"),
    person(2, "ben", "Ben Carter"),
    person(3, "carterk", "K"),
    person(4, "satoko", "里子"),
    person(5, "sato", "Ｓａｔｏ　Ken"),
    person(6, "ミキ", "カレー部"),
    person(7, "o.brien", "Sean von O’Brien")
  ]
  const lines = (typed: string, recent: ReadonlyArray<number> = []) =>
    mentionLines(people.map(mentionable), typed, recent.map(userId)).map(({ handle }) => handle)

  it("is found by handle and name, in any case, width and kana, with or without the space in a name", () => {
    for (const [typed, wanted] of [
      ["BEN", ["ben"]],
      ["ｂｅｎ", ["ben"]],
      ["bencar", ["ben"]],
      ["佐藤", ["aki"]],
      ["佐藤あき", ["aki"]],
      ["アキ", ["aki"]],
      ["みき", ["ミキ"]],
      ["かれー", ["ミキ"]],
      ["ｶﾚｰ", ["ミキ"]],
      ["o’b", ["o.brien"]],
      ["brien", ["o.brien"]],
      ["vono’b", ["o.brien"]],
      // Its parts are in two words, and neither is one's beginning.
      ["anvon", []],
      ["o.b", ["o.brien"]],
      [".", ["o.brien"]],
      ["nobody", []],
      ["(", []]
    ] as const)
      assert.deepStrictEqual(lines(typed), [...wanted], typed)
  })

  it("comes by how well it fits: the handle itself, then what begins so, then what holds it inside", () => {
    assert.deepStrictEqual(lines("sato", [4]), ["sato", "satoko"])
    assert.deepStrictEqual(lines("carter"), ["ben", "carterk"])
    assert.deepStrictEqual(lines("k"), ["carterk", "sato", "aki", "satoko"])
    assert.deepStrictEqual(lines("e", [7]), ["o.brien", "ben", "carterk", "sato"])
  })

  it("wrote lately, among equals", () => {
    assert.deepStrictEqual(lines("", [7, 2]), ["o.brien", "ben", "aki", "carterk", "satoko", "sato", "ミキ"])
    assert.deepStrictEqual(lines("carter", [3]), ["carterk", "ben"])
    // Not among those whom it fits less.
    assert.deepStrictEqual(lines("sa", [1, 7]), ["satoko", "sato"])
  })

  it("is no more than one looks through, also of as many people as a conversation has", () => {
    const many = Array.from({ length: 5_000 }, (_, n) => mentionable(person(n, `user${n}`, `佐藤 User ${n}`)))
    assert.strictEqual(mentionLines(many, "", []).length, linesAtMost)
    assert.strictEqual(mentionLines(many, "user4999", [])[0]?.handle, "user4999")
  })

  it("keeps a name once, however many words its folding makes of it", () => {
    const { name, starts } = mentionable(person(1, "ann", "ﷺ".repeat(64)))
    // Each of the 64 becomes four words, of which the last joins the next one's first.
    assert.strictEqual(name.length, 64 * 15)
    assert.isAtMost(starts.length, name.length)
  })

  it("is whole where what was typed mentions the only one", () => {
    const [aki, ben] = people
    if (aki === undefined || ben === undefined) return assert.fail("nobody")
    assert.deepStrictEqual([isWhole([ben], "ben"), isWhole([ben], "Ben"), isWhole([ben], "be")], [true, true, false])
    // It would mention nobody as it stands.
    assert.isFalse(isWhole([ben], "ｂｅｎ"))
    assert.deepStrictEqual([isWhole([ben, aki], "ben"), isWhole([], "ben")], [false, false])
  })
})

describe("what is taken", () => {
  const take = (marked: string, handle: string) => {
    const text = marked.replace("|", "")
    const { from, put, to } = withMention(
      text,
      asked(marked) ?? assert.fail(`nothing is asked for in ${marked}`),
      handle
    )
    return `${text.slice(0, from)}${put}|${text.slice(to)}`
  }

  it("stands in place of what was typed, with one space after it, and the caret there", () => {
    assert.strictEqual(take("@be|", "ben"), "@ben |")
    assert.strictEqual(take("hi ＠さとう|、いますか", "sato"), "hi @sato |、いますか")
    assert.strictEqual(take("@be| there", "ben"), "@ben |there")
    assert.strictEqual(take("@be|\nthere", "ben"), "@ben |\nthere")
  })

  it("mentions who was chosen, whatever stands around, and leaves that as it was", () => {
    const around = fc.array(fc.constantFrom(..."@＠/.-_aZ9é鈴さ🍵 \n"), { maxLength: 8 }).map((parts) => parts.join(""))
    const handle = fc.constantFrom("ben", "a.b-c", "иван", "鈴木", "o_9")
    fc.assert(
      fc.property(around, fc.stringMatching(/^[a-z鈴さ.]{0,4}$/), around, handle, (start, typed, end, name) => {
        const text = `${start} @${typed}${end}`
        const from = start.length + 1
        const put = withMention(text, { from, typed }, name)
        const taken = text.slice(0, put.from) + put.put + text.slice(put.to)
        assert.isTrue(isMentioned(taken, name))
        assert.isTrue(mentionsOf(taken, name).some((range) => range.from === from))
        assert.strictEqual(taken, `${start} @${name} ${end.startsWith(" ") ? end.slice(1) : end}`)
      })
    )
  })
})

it("the list takes its own keys, and none of a composition or with another key", () => {
  const press = (key: string, more: Partial<KeyPress> = {}) =>
    mentionAct({
      key,
      ctrlKey: false,
      metaKey: false,
      altKey: false,
      shiftKey: false,
      isComposing: false,
      keyCode: 0,
      ...more
    })
  assert.deepStrictEqual(
    ["ArrowDown", "ArrowUp", "Enter", "Tab", "Escape"].map((key) => press(key)),
    ["next", "previous", "enter", "tab", "close"]
  )
  for (const key of ["ArrowLeft", "Home", "End", "PageDown", "a", " ", "Backspace"]) assert.isUndefined(press(key), key)
  for (const key of ["ArrowDown", "Enter", "Tab", "Escape"])
    for (const more of [
      { isComposing: true },
      { keyCode: 229 },
      { ctrlKey: true },
      { metaKey: true },
      { altKey: true },
      { shiftKey: true }
    ])
      assert.isUndefined(press(key, more), key)
})

it("who wrote lately is told by what is loaded, the last first, each once", () => {
  const rows = [1, 2, 3, 2].map((by, n) => shownRow(postedRow(n + 1, userId(by), "hi", n)))
  const joined = shownRow(postedRow(5, userId(4), "", 5, { kind: "joined" }))
  const view = {
    conversationId,
    version: 1,
    epoch,
    cursor: 5,
    entries: [{ _tag: "gap" as const, from: 1, to: 1 }, ...rows, joined],
    pending: [],
    failed: []
  }
  assert.deepStrictEqual(recentWriters(view), [userId(2), userId(3), userId(1)])
  assert.deepStrictEqual(recentWriters(undefined), [])
})
