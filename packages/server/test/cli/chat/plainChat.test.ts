import { assert, describe, it } from "@effect/vitest"
import { NotFound } from "@hibiki/core/protocol/rpc/RpcErrors"
import { Effect } from "effect"
import { conversation, direct, FakeChat, group } from "./fakeChat.ts"

const twoNews = [1, 2].map((n) => ({ conversationId: conversation(n), title: "news", members: 3, joined: false }))
const newsAndOld = ["news of today", "news of yesterday"].map((title, n) => ({
  conversationId: conversation(n),
  title,
  members: 3,
  joined: false
}))

describe("where a script's lines go", () => {
  it.effect("to the conversation that was opened last", () =>
    Effect.gen(function* () {
      const chat = new FakeChat([group(1, "a"), group(2, "b")])
      assert.strictEqual(yield* chat.run("/open a", "one", "/open b", "two"), "quit")
      assert.deepStrictEqual(chat.posted, [
        { conversationId: conversation(1), text: "one" },
        { conversationId: conversation(2), text: "two" }
      ])
    })
  )

  for (const refused of ["/open nosuch", "/open", "/dm nobody", "/dm two words", '/group "g" nobody', "/channel news", "/join nothing"]) {
    it.effect(`to none after a refused ${refused}`, () =>
      Effect.gen(function* () {
        const chat = new FakeChat([group(1, "a")], (tag) =>
          tag === "user.find" || tag === "conversation.channels" ? Effect.succeed([]) : Effect.fail(new NotFound())
        )
        assert.strictEqual(yield* chat.run("/open a", refused, "x"), "refused")
        assert.deepStrictEqual(chat.posted, [])
        assert.strictEqual(chat.said.filter((line) => line.startsWith("! ")).length, 2, chat.said.join("\n"))
      })
    )
  }

  it.effect("to the open one after a mistake that opens nothing", () =>
    Effect.gen(function* () {
      const chat = new FakeChat([group(1, "a")])
      assert.strictEqual(yield* chat.run("/open a", "/edit", "x"), "refused")
      assert.strictEqual(chat.posted.length, 1)
    })
  )

  it.effect("to none where two conversations have the title", () =>
    Effect.gen(function* () {
      const chat = new FakeChat([group(1, "news"), group(2, "News")])
      assert.strictEqual(yield* chat.run("/open news", "x"), "refused")
      assert.include(chat.said, "! Two conversations are called so: /list, then /open N.")
      assert.deepStrictEqual(chat.posted, [])
    })
  )

  it.effect("to the person whose sign was typed, though a group has the name", () =>
    Effect.gen(function* () {
      const chat = new FakeChat([group(1, "bob"), direct(2, "bob")])
      yield* chat.run("/open @bob", "x")
      assert.deepStrictEqual(chat.posted, [{ conversationId: conversation(2), text: "x" }])
    })
  )

  for (const [channels, why] of [
    [[], "! There is no channel of this name."],
    [newsAndOld, "! Several channels begin so: /join with the whole title of one."],
    [twoNews, "! Two channels are called so: /list, then /open N, or join one of them in the browser."]
  ] as const) {
    it.effect(`to none where ${channels.length} channels are found: ${why}`, () =>
      Effect.gen(function* () {
        const chat = new FakeChat([], () => Effect.succeed(channels))
        assert.strictEqual(yield* chat.run("/join news", "x"), "refused")
        assert.include(chat.said, why)
        assert.deepStrictEqual(
          chat.called.map(({ tag }) => tag),
          ["conversation.channels"]
        )
      })
    )
  }
})
