import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { chatCommands, helpLines, parseChatCommand } from "../../../src/cli/chat/view/ChatCommand.ts"

const parsed = (input: string) => Either.getOrThrowWith(parseChatCommand(input), (problem) => new Error(problem))
const problem = (input: string) => Either.getOrThrow(Either.flip(parseChatCommand(input)))

describe("parseChatCommand", () => {
  it("takes a line as text to send, unless it begins with a slash", () => {
    assert.deepStrictEqual(parsed("hello /there "), { _tag: "Send", text: "hello /there" })
    assert.deepStrictEqual(parsed("//help"), { _tag: "Send", text: "/help" })
    assert.strictEqual(parsed("   "), undefined)
  })

  it("reads titles in quotes, Japanese ones too", () => {
    assert.deepStrictEqual(parsed('/group "the kitchen" @bob, carol bob'), {
      _tag: "Group",
      title: "the kitchen",
      handles: ["bob", "carol"]
    })
    assert.deepStrictEqual(parsed("/group 「開発 部」 佐藤"), { _tag: "Group", title: "開発 部", handles: ["佐藤"] })
  })

  it("reads numbers with and without #, and texts of several lines", () => {
    assert.deepStrictEqual(parsed("/edit #12 new\ntext"), { _tag: "Edit", seq: 12, text: "new\ntext" })
    assert.deepStrictEqual(parsed("/react 3 👍"), { _tag: "React", seq: 3, emoji: "👍", on: true })
    assert.deepStrictEqual(parsed("/retry"), { _tag: "Retry", number: undefined })
    assert.deepStrictEqual(parsed("/search 緑茶  tea"), { _tag: "Search", words: "緑茶  tea" })
    assert.deepStrictEqual(parsed("/search "), { _tag: "Search", words: undefined })
  })

  it("reads for how many people and how long an invite is", () => {
    for (const [typed, people, ttlHours] of [
      ["/invite", undefined, undefined],
      ["/invite 30", 30, undefined],
      ["/invite 30 7d", 30, 168],
      ["/invite 12h", undefined, 12]
    ] as const)
      assert.deepStrictEqual(parsed(typed), { _tag: "Invite", people, ttlHours })
    for (const typed of ["/invite 0", "/invite 1001", "/invite 31d", "/invite 30 0h", "/invite bob", "/invite 307d 7d"])
      assert.strictEqual(problem(typed), "usage: /invite [PEOPLE] [TIME]")
  })

  it("says how a command is used when it was used otherwise", () => {
    assert.strictEqual(problem("/edit twelve x"), "usage: /edit N TEXT")
    assert.strictEqual(problem("/dm"), "usage: /dm HANDLE")
  })

  it("says of what is no command how a message begins with a slash", () => {
    const asMessage = "a message that begins with a slash is typed with two"
    assert.strictEqual(problem("/frob"), `/frob is no command: see /help (${asMessage}: //frob…)`)
    assert.strictEqual(problem("/constructor"), `/constructor is no command: see /help (${asMessage}: //constructor…)`)
    assert.strictEqual(problem("/dev/sda is full"), `/dev/sda is no command: see /help (${asMessage}: //dev/sda…)`)
    assert.deepStrictEqual(parsed("//dev/sda is full"), { _tag: "Send", text: "/dev/sda is full" })
    assert.match(helpLines().at(-1) ?? "", /^\/\/TEXT +send a message that begins with a slash$/)
  })

  it("lists every command in the help", () => {
    const help = helpLines()
    for (const name of Object.keys(chatCommands))
      assert.isTrue(
        help.some((line) => line.startsWith(`/${name} `)),
        name
      )
  })
})
