import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { makeKeyDecoder } from "../src/tty/Keys.ts"
import { editLine, emptyLine, lineText } from "../src/tty/LineEditor.ts"

const press = (...chunks: ReadonlyArray<string>) => {
  const decoder = makeKeyDecoder()
  let line = emptyLine
  const entered: Array<string> = []
  for (const key of chunks.flatMap((chunk) => decoder.feed(chunk))) {
    const edited = editLine(line, key)
    line = edited.state
    if (edited.entered !== undefined) entered.push(edited.entered)
  }
  return { text: lineText(line), entered }
}

describe("typing a line", () => {
  it("Enter gives the text, and several lines at once are several", () => {
    assert.deepStrictEqual(press("one\rtwo\rthr").entered, ["one", "two"])
  })

  it("Backspace takes a whole character, however many code points it has", () => {
    assert.strictEqual(press("a👩‍👩‍👧\u007f").text, "a")
    assert.strictEqual(press("が\u007f\u007f").text, "")
  })

  it("arrows, Home, End and Delete move and cut", () => {
    assert.strictEqual(press("bc\u001b[Ha\u001b[F!\u001b[D\u001b[3~").text, "abc")
  })

  it("an escape sequence cut in two is still one key", () => {
    assert.strictEqual(press("b\u001b", "[", "Da").text, "ab")
  })

  it("unknown sequences leave no trace", () => {
    assert.strictEqual(press("a\u001b[1;5Q\u001b[15~\u001bxb").text, "ab")
  })

  it("a paste sends nothing by itself and keeps its line ends", () => {
    const { entered, text } = press("\u001b[200~one\r\ntwo\u001b[20", "1~!")
    assert.deepStrictEqual(entered, [])
    assert.strictEqual(text, "one\ntwo!")
  })

  it("Up brings earlier lines back, Down the one that was being typed", () => {
    assert.strictEqual(press("one\rtwo\rhalf\u001b[A\u001b[A").text, "one")
    assert.strictEqual(press("one\rtwo\rhalf\u001b[A\u001b[A\u001b[B\u001b[B").text, "half")
  })

  it("however the bytes are cut, the keys are the same", () => {
    const input = "あ\u001b[Dx\u001b[200~p\rq\u001b[201~\u007f\u001bOCz\r"
    const whole = press(input)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 5 })), (cuts) => {
        const chunks: Array<string> = []
        let rest = input
        for (const cut of cuts) {
          chunks.push(rest.slice(0, cut))
          rest = rest.slice(cut)
        }
        assert.deepStrictEqual(press(...chunks, rest), whole)
      })
    )
  })
})
