/**
 * The bot that is made to be copied keeps the rules of the protocol, where a server cuts answers short, is busy, or has
 * somebody write meanwhile.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { alice, bot, type ScriptedChat, withBot } from "./ScriptedChat.ts"

const missed = 2_500
/** An answer's bound, and what is left of it where texts are long. */
const [most, fewer] = [1_000, 300]
const replies = (count: number) => Array.from({ length: count }, (_, i) => `echo: m${i + 1}`)

const missMuch = (chat: ScriptedChat): void => {
  for (let i = 1; i <= missed; i++) chat.write(`m${i}`)
  chat.welcome()
  chat.say({ op: "behind", head: missed })
}
const answer = (chat: ScriptedChat, from: number, to: number, bound = most): void =>
  chat.tell(from, Math.min(to, from + bound - 1))

describe("the echo bot", () => {
  it("asks for everything that it missed, however much it is, and answers it in order", () =>
    withBot({ onHello: missMuch, onRange: (chat, from, to) => answer(chat, from, to) }, async (chat) => {
      await chat.until(() => chat.replies.length >= missed)
      assert.deepStrictEqual(chat.replies, replies(missed))
    }))

  it("leaves nothing out when somebody writes meanwhile, an answer is cut short, or the server is busy", () => {
    const onRange = (chat: ScriptedChat, from: number, to: number, n: number): void => {
      if (n === 1) return chat.say({ op: "busy", code: "busy", retryAfterMs: 100, of: "range" })
      if (n === 2) {
        chat.write(`m${missed + 1}`)
        chat.tell(chat.head, chat.head)
      }
      answer(chat, from, to, n === 3 ? fewer : most)
    }
    return withBot({ onHello: missMuch, onRange }, async (chat) => {
      await chat.until(() => chat.replies.length > missed)
      // What it has written itself lies before this one, and was told by answers only.
      chat.write(`m${missed + 2}`)
      chat.tell(chat.head, chat.head)
      await chat.until(() => chat.replies.length > missed + 1)
      assert.deepStrictEqual(chat.replies, replies(missed + 2))
    })
  })

  it("answers nothing that was written in a group before it was added, or while it was not in it", () => {
    const onHello = (chat: ScriptedChat): void => {
      chat.happen({ kind: "created", conversationKind: "group", title: "t", history: "all", members: [alice] })
      for (let i = 1; i <= 1_200; i++) chat.write(`m${i}`)
      chat.happen({ kind: "joined", userIds: [bot] })
      chat.write("in")
      chat.happen({ kind: "left", userId: bot })
      chat.write("out")
      chat.happen({ kind: "joined", userIds: [bot] })
      chat.write("in again")
      chat.welcome()
      chat.say({ op: "behind", head: chat.head })
    }
    return withBot({ onHello, onRange: (chat, from, to) => answer(chat, from, to) }, async (chat) => {
      await chat.until(() => chat.replies.includes("echo: in again"))
      assert.deepStrictEqual(chat.replies, ["echo: in", "echo: in again"])
    })
  })

  it("answers the first message of a group that was made with it", () => {
    const onHello = (chat: ScriptedChat): void => {
      chat.happen({ kind: "created", conversationKind: "group", title: "t", history: "all", members: [alice, bot] })
      chat.write("m1")
      chat.welcome()
      chat.tell(1, 2)
    }
    return withBot({ onHello }, async (chat) => {
      await chat.until(() => chat.replies.length > 0)
      assert.deepStrictEqual(chat.replies, replies(1))
    })
  })

  it("passes over what is withheld from it", () => {
    const onRange = (chat: ScriptedChat, from: number, to: number): void => {
      if (from === 1) chat.say({ op: "withheld", from, to: 2_000 })
      answer(chat, Math.max(from, 2_001), to)
    }
    return withBot({ onHello: missMuch, onRange }, async (chat) => {
      await chat.until(() => chat.replies.length >= 500)
      assert.deepStrictEqual(chat.replies, replies(missed).slice(2_000))
    })
  })

  it("repeats no post because a range was not answered", () => {
    const onRange = (chat: ScriptedChat, from: number, to: number, n: number): void => {
      if (n === 1) return chat.say({ op: "busy", code: "busy", retryAfterMs: 100, of: "range" })
      answer(chat, from, to)
      chat.take()
    }
    const onHello = (chat: ScriptedChat): void => {
      for (let i = 1; i <= 3; i++) chat.write(`m${i}`)
      chat.welcome()
      chat.tell(1, 1)
      // The second is missing.
      chat.tell(3, 3)
    }
    return withBot({ onHello, onRange, takes: (_, n) => n > 1 }, async (chat) => {
      await chat.until(() => chat.replies.length >= 3)
      assert.deepStrictEqual(chat.replies, replies(3))
      assert.strictEqual(chat.counts.post, 3)
    })
  })

  it("comes back once when another socket took its place, and leaves it to the other the second time", () =>
    withBot({ onHello: (chat) => chat.close(4409) }, async (chat, started) => {
      assert.strictEqual(await started.exited, 1)
      assert.include(started.stderr(), "for good (4409)")
      assert.strictEqual(chat.counts.hello, 2)
    }))

  for (const signal of ["SIGTERM", "SIGKILL"] as const)
    it(`answers all that was written while it was stopped by ${signal}, and nothing twice`, () => {
      const onHello = (chat: ScriptedChat, n: number): void => {
        if (n === 1) chat.write("m1")
        chat.welcome()
        chat.tell((chat.stated ?? 0) + 1, chat.head)
      }
      // What it says second is taken without its hearing of it: it is stopped before.
      return withBot({ onHello, takes: (_, n) => n !== 2 }, async (chat, first, again) => {
        await chat.until(() => chat.replies.length === 1)
        chat.write("m2")
        chat.tell(chat.head, chat.head)
        await chat.until(() => chat.counts.post === 2)
        first.process.kill(signal)
        assert.strictEqual(await first.exited, signal === "SIGTERM" ? 0 : null)
        chat.take()
        chat.write("m3")
        again()
        await chat.until(() => chat.replies.length === 3)
        // After SIGKILL it may read again what it did last, under the ids of before; it never begins with what comes
        // first.
        assert.isAtLeast(chat.stated ?? -1, signal === "SIGTERM" ? 3 : 0)
        chat.write("m4")
        chat.tell(chat.head, chat.head)
        await chat.until(() => chat.replies.length === 4)
        assert.deepStrictEqual(chat.replies, replies(4))
      })
    })

  it("does not take another account's place for its own", () => {
    const onHello = (chat: ScriptedChat): void => {
      chat.write("m1")
      chat.welcome()
      chat.tell(1, chat.head)
    }
    return withBot({ onHello }, async (chat, first, again) => {
      await chat.until(() => chat.replies.length === 1)
      first.process.kill("SIGTERM")
      await first.exited
      const kept = JSON.parse(readFileSync(chat.place, "utf8"))
      writeFileSync(chat.place, JSON.stringify({ ...kept, userId: alice }))
      again()
      await chat.until(() => chat.counts.hello === 2)
      assert.isUndefined(chat.stated)
    })
  })
})
