import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { chatCommands, helpLines, parseChatCommand } from "../src/app/chatCommands.ts"
import { sendCommand } from "../src/app/messageCommands.ts"

const nameOf = new Map([
  ...Object.entries(chatCommands).map(([name, command]) => [command, name] as const),
  [sendCommand, "TEXT"]
])
/** Which command a line is, and its arguments. */
const parsed = (input: string) => {
  const typed = Either.getOrThrowWith(parseChatCommand(input), (problem) => new Error(problem))
  return typed === undefined ? undefined : [nameOf.get(typed.is), typed.args]
}
const problem = (input: string) => Either.getOrThrow(Either.flip(parseChatCommand(input)))

describe("parseChatCommand", () => {
  it("takes a line as text to send, unless it begins with a slash", () => {
    assert.deepStrictEqual(parsed("hello /there "), ["TEXT", "hello /there"])
    assert.deepStrictEqual(parsed("//help"), ["TEXT", "/help"])
    assert.strictEqual(parsed("   "), undefined)
  })

  it("reads titles in quotes, Japanese ones too", () => {
    assert.deepStrictEqual(parsed('/group "the kitchen" @bob, carol bob'), [
      "group",
      { title: "the kitchen", handles: ["bob", "carol"] }
    ])
    assert.deepStrictEqual(parsed("/group 「開発 部」 佐藤"), ["group", { title: "開発 部", handles: ["佐藤"] }])
  })

  it("reads numbers with and without #, and texts of several lines", () => {
    assert.deepStrictEqual(parsed("/edit #12 new\ntext"), ["edit", { seq: 12, text: "new\ntext" }])
    assert.deepStrictEqual(parsed("/react 3 👍"), ["react", { seq: 3, text: "👍" }])
    assert.deepStrictEqual(parsed("/retry"), ["retry", { number: undefined }])
    assert.deepStrictEqual(parsed("/search 緑茶  tea"), ["search", { words: "緑茶  tea" }])
    assert.deepStrictEqual(parsed("/search "), ["search", { words: undefined }])
  })

  it("reads for how many people and how long an invite is", () => {
    for (const [typed, invite] of [
      ["/invite", {}],
      ["/invite 30", { people: 30 }],
      ["/invite 30 7d", { people: 30, ttlHours: 168 }],
      ["/invite 12h", { ttlHours: 12 }]
    ] as const)
      assert.deepStrictEqual(parsed(typed), ["invite", invite])
    for (const typed of ["/invite 0", "/invite 1001", "/invite 31d", "/invite 30 0h", "/invite bob", "/invite 307d 7d"])
      assert.strictEqual(problem(typed), "usage: /invite [PEOPLE] [TIME]")
  })

  it("says how a command is used when it was used otherwise", () => {
    assert.strictEqual(problem("/edit twelve x"), "usage: /edit N TEXT")
    for (const [name, { usage }] of Object.entries(chatCommands)) {
      const isOptional = usage.startsWith("[")
      if (usage === "") assert.strictEqual(problem(`/${name} x`), `usage: /${name}`)
      else if (!isOptional) assert.strictEqual(problem(`/${name}`), `usage: /${name} ${usage}`)
      if (usage === "" || isOptional) assert.strictEqual(parsed(`/${name}`)?.[0], name)
    }
  })

  it("says of what is no command how a message begins with a slash", () => {
    const asMessage = "a message that begins with a slash is typed with two"
    assert.strictEqual(problem("/frob"), `/frob is no command: see /help (${asMessage}: //frob…)`)
    assert.strictEqual(problem("/constructor"), `/constructor is no command: see /help (${asMessage}: //constructor…)`)
    assert.strictEqual(problem("/dev/sda is full"), `/dev/sda is no command: see /help (${asMessage}: //dev/sda…)`)
    assert.deepStrictEqual(parsed("//dev/sda is full"), ["TEXT", "/dev/sda is full"])
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
