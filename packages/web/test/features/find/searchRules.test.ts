/** What a search asks, where it goes on, and what is shown of a message. */
import { assert, describe, it } from "@effect/vitest"
import { ConversationId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import {
  excerptOf,
  groupsOf,
  placeAfter,
  questionAt,
  type SearchPlace
} from "../../../src/features/find/createSearch.ts"

const id = (n: number) => ConversationId.make(`01900003-0000-7000-8000-${n.toString(16).padStart(12, "0")}`)
const ids = Array.from({ length: 250 }, (_, n) => id(n))

describe("a search in all conversations", () => {
  it("names as many at a time as one call takes, and ends after the last", () => {
    const asked: Array<number> = []
    for (
      let place: SearchPlace | undefined = { at: 0 };
      place !== undefined;
      place = placeAfter(ids, place, undefined)
    ) {
      const question: ReturnType<typeof questionAt> = questionAt(ids, place)
      assert.notProperty(question, "before")
      asked.push(question.conversationIds.length)
    }
    assert.deepStrictEqual(asked, [Limits.searchConversations, Limits.searchConversations, 50])
  })

  it("goes on in the conversation that an answer names, below its seq, and then with those after it", () => {
    const place = placeAfter(ids, { at: 100 }, { conversationId: id(170), before: 31 })
    assert.deepStrictEqual(place, { at: 170, before: 31 })
    assert.deepStrictEqual(questionAt(ids, place ?? { at: 0 }), { conversationIds: ids.slice(170, 250), before: 31 })
  })

  it("ends where an answer names what was not asked for", () => {
    assert.isUndefined(placeAfter(ids.slice(0, 3), { at: 0 }, { conversationId: id(7), before: 3 }))
  })

  it("shows what was found by conversation, in the order of the answers", () => {
    const hits = [1, 1, 2, 1].map((n, at) => ({ conversationId: id(n), at }))
    assert.deepStrictEqual(
      groupsOf(hits).map(({ conversationId, hits: own }) => [conversationId, own.map(({ at }) => at)]),
      [
        [id(1), [0, 1, 3]],
        [id(2), [2]]
      ]
    )
  })
})

describe("what is shown of a message", () => {
  const shown = (text: string, query: string) =>
    excerptOf(text, query)
      .map((piece) => (piece.marked ? `[${piece.text}]` : piece.text))
      .join("")

  it("has all found words marked, in one line", () => {
    assert.strictEqual(shown("The agenda\nof our  meeting", "AGENDA meeting"), "The [agenda] of our [meeting]")
    assert.strictEqual(shown("秋の編集会議です", "会議 秋"), "[秋]の編集[会議]です")
    assert.strictEqual(shown("ＡＢＣとｶﾞｷﾞ", "abc ガ"), "[ＡＢＣ]と[ｶﾞ]ｷﾞ")
    assert.strictEqual(shown("nothing of it", "zzz"), "nothing of it")
  })

  it("is what people read: no marks of its formatting, and nothing that is covered", () => {
    assert.strictEqual(shown("a **bold** word", "bold"), "a [bold] word")
    assert.notInclude(shown("they say ||the butler|| did", "butler"), "butler")
    assert.strictEqual(shown("<b>hi</b>", "b"), "<[b]>hi</[b]>")
  })

  it("is around the first word that was found, and cut between characters", () => {
    const long = shown(`${"あ".repeat(300)}目印${"い".repeat(300)}`, "目印")
    assert.match(long, /^…あ{40}\[目印\]い{198}…$/u)
    assert.match(shown(`${"😀".repeat(300)}x`, "x"), /^…(😀){40}\[x\]$/u)
    assert.match(shown(`x${"😀".repeat(300)}`, "x"), /^\[x\](😀){239}…$/u)
    // What would be cut off is no more than what says so.
    assert.match(shown(`${"a ".repeat(35)}x`, "x"), /^a .*\[x\]$/u)
  })
})
