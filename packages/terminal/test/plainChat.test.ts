import { assert, describe, it } from "@effect/vitest"
import { UserId } from "@hibiki/core/domain/Ids"
import { NotFound, Refused, Unavailable } from "@hibiki/core/protocol/rpc/RpcErrors"
import { Effect, Fiber, Option, Redacted, TestClock } from "effect"
import type { ChatEnd } from "../src/app/whatIsLeft.ts"
import { conversation, direct, FakeChat, group } from "./fakeChat.ts"

const twoNews = [1, 2].map((n) => ({ conversationId: conversation(n), title: "news", members: 3, joined: false }))
const newsAndOld = ["news of today", "news of yesterday"].map((title, n) => ({
  conversationId: conversation(n),
  title,
  members: 3,
  joined: false
}))

describe("somebody one wants nothing of", () => {
  it.effect("is blocked and let go by handle, and nobody is by one that nobody has", () =>
    Effect.gen(function* () {
      const bob = { userId: UserId.make("00000000-0000-7000-8000-000000000801"), handle: "bob", displayName: "Bob" }
      const chat = new FakeChat([], (tag) => Effect.succeed(tag === "user.find" ? [bob] : {}))
      assert.strictEqual(yield* chat.run("/block @bob", "/unblock bob"), "quit")
      assert.deepStrictEqual(
        chat.called.filter(({ tag }) => tag === "user.block").map(({ payload }) => payload),
        [true, false].map((on) => ({ userId: bob.userId, on }))
      )
      assert.strictEqual(yield* chat.run("/block robert"), "refused")
      assert.lengthOf(
        chat.called.filter(({ tag }) => tag === "user.block"),
        2
      )
    })
  )

  const bob = { userId: UserId.make("00000000-0000-7000-8000-000000000801"), handle: "bob", displayName: "Bob" }
  for (const [line, code, why] of [
    ["/dm bob", "forbidden", "! You blocked @bob: /unblock bob ends that."],
    [
      "/add bob",
      "not_found",
      "! Nobody was added: one of them can't be, or you are not in this conversation any more."
    ],
    ['/group "g" bob', "not_found", "! Nothing was made: one of these people can't be added."],
    ["/rename g", "forbidden", "! you may not do this here"]
  ] as const)
    it.effect(`stands in the way of ${line}, or another refusal does, which is said`, () =>
      Effect.gen(function* () {
        const chat = new FakeChat([group(1, "a")], (tag) =>
          tag === "user.find" ? Effect.succeed([bob]) : Effect.fail(new Refused({ code }))
        )
        assert.strictEqual(yield* chat.run("/open a", line), "refused")
        assert.include(chat.said, why)
      })
    )
})

describe("a message that can't be taken back any more", () => {
  it.effect("is said to stay", () =>
    Effect.gen(function* () {
      const chat = new FakeChat([group(1, "a")])
      const row = chat.outbox.accepted(conversation(1), chat.pend(7, conversation(1)))
      if (row === undefined) return assert.fail("nothing waits")
      chat.stayed.push(row)
      yield* chat.run("/quit")
      assert.include(chat.said, "! too late to take back, it stays in the conversation: post 7")
    })
  )
})

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

  for (const refused of [
    "/open nosuch",
    "/open",
    "/dm nobody",
    "/dm two words",
    '/group "g" nobody',
    "/channel news",
    "/join nothing"
  ]) {
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

/** How it ended, if it has. */
const endOfRun = (run: Fiber.RuntimeFiber<ChatEnd>) =>
  Effect.flatMap(Fiber.poll(run), (exit) => (Option.isSome(exit) ? exit.value : Effect.succeed("runs" as const)))

describe("how a script ends", () => {
  it.effect("with a refusal when something of it was refused for good, and says what to do", () =>
    Effect.gen(function* () {
      const chat = new FakeChat([group(1, "a")])
      chat.onPost = (id, conversationId) => chat.outbox.refused(conversationId, id, "forbidden")
      const run = yield* Effect.fork(chat.run("/open a", "x"))
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* endOfRun(run), "refused")
      assert.strictEqual(chat.said.at(-1), "! 1 refused for good: /unsent, /retry or /withdraw")
    })
  )

  it.effect("well and at once although something was refused for good before", () =>
    Effect.gen(function* () {
      const chat = new FakeChat([group(1, "a")])
      chat.outbox.refused(conversation(1), chat.pend(1, conversation(1)), "forbidden")
      const run = yield* Effect.fork(chat.run("/open a", "x"))
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* endOfRun(run), "quit")
      assert.strictEqual(chat.said.at(-1), "-- 1 refused for good before: /unsent, /retry or /withdraw")
    })
  )

  it.effect("unsent when what waits does not go out in twenty seconds", () =>
    Effect.gen(function* () {
      const chat = new FakeChat([group(1, "a")])
      chat.outbox.refused(conversation(1), chat.pend(1, conversation(1)), "forbidden")
      chat.onPost = () => {}
      const run = yield* Effect.fork(chat.run("/open a", "x"))
      yield* TestClock.adjust("19 seconds")
      assert.strictEqual(yield* endOfRun(run), "runs")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* endOfRun(run), "unsent")
      assert.include(chat.said, "-- 1 unsent, kept for the next time")
    })
  )

  it.effect("with what was refused, though its last line is /quit", () =>
    Effect.gen(function* () {
      const chat = new FakeChat([group(1, "a")])
      assert.strictEqual(yield* chat.run("/open nosuch", "x", "/quit", "never read"), "refused")
      assert.deepStrictEqual(chat.posted, [])
    })
  )

  for (const last of ["/quit", "/signout"]) {
    it.effect(`after ${last}, too, when what waits is out, and before that it is not obeyed`, () =>
      Effect.gen(function* () {
        const chat = new FakeChat([group(1, "a")], () => Effect.void)
        let settle = () => {}
        chat.onPost = (id, conversationId) => (settle = () => chat.outbox.accepted(conversationId, id))
        const run = yield* Effect.fork(chat.run("/open a", "x", last))
        yield* TestClock.adjust("1 second")
        assert.strictEqual(yield* endOfRun(run), "runs")
        assert.deepStrictEqual(chat.called, [])
        settle()
        yield* TestClock.adjust("1 second")
        assert.strictEqual(yield* endOfRun(run), "quit")
        assert.deepStrictEqual(
          chat.called.map(({ tag }) => tag),
          last === "/signout" ? ["auth.signOut"] : []
        )
      })
    )

    for (const [isLive, seconds] of [
      [true, 20],
      [false, 10]
    ] as const) {
      it.effect(
        `unsent when what waits does not go out in ${seconds} s after ${last}, ${isLive ? "live" : "away"}`,
        () =>
          Effect.gen(function* () {
            const chat = new FakeChat([group(1, "a")], () => Effect.void)
            chat.onPost = () => {
              chat.isLive = isLive
            }
            const run = yield* Effect.fork(chat.run("/open a", "x", last))
            yield* TestClock.adjust(`${seconds - 1} seconds`)
            assert.strictEqual(yield* endOfRun(run), "runs")
            yield* TestClock.adjust("1 second")
            assert.strictEqual(yield* endOfRun(run), "unsent")
            assert.strictEqual(chat.said.at(-1), "-- 1 unsent, kept for the next time")
            assert.strictEqual(chat.forgotten, last === "/signout")
          })
      )
    }
  }

  it.effect("signed out with what was refused, although there is no connection any more", () =>
    Effect.gen(function* () {
      const signOut = Effect.sync(() => {
        chat.isLive = false
      })
      const chat: FakeChat = new FakeChat([group(1, "a")], () => signOut)
      assert.strictEqual(yield* chat.run("/open nosuch", "/signout"), "refused")
      assert.isTrue(chat.forgotten)
    })
  )

  it.effect("signed in still when the sign-out could not be done", () =>
    Effect.gen(function* () {
      const chat = new FakeChat([group(1, "a")], () => Effect.fail(new Unavailable({ retryAfterMs: 1_000 })))
      assert.strictEqual(yield* chat.run("/signout"), "refused")
      assert.isFalse(chat.forgotten)
    })
  )

  it.effect("with a refusal when what waited from before is refused now", () =>
    Effect.gen(function* () {
      const chat = new FakeChat([])
      const id = chat.pend(1, conversation(1))
      const run = yield* Effect.fork(chat.run())
      yield* TestClock.adjust("1 second")
      chat.outbox.refused(conversation(1), id, "not_found")
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* endOfRun(run), "refused")
    })
  )
})

describe("a search in messages", () => {
  const bob = { userId: "bob", handle: "bob", displayName: "Bob", role: "member" }
  const hit = (seq: number, text: string) => ({
    conversationId: conversation(1),
    row: { seq, rev: seq, id: "i", by: "bob", at: Date.UTC(2026, 4, 7, 12), kind: "posted", text }
  })
  const answering = (answers: Array<object>) =>
    new FakeChat([group(1, "a"), group(2, "b")], (tag) =>
      Effect.succeed(tag === "history.search" ? answers.shift() : [bob])
    )
  const searches = ({ called }: FakeChat) =>
    called.filter(({ tag }) => tag === "history.search").map(({ payload }) => payload)

  it.effect(
    "shows number, time, author and text of each in one line, with nothing in it that a terminal would obey",
    () =>
      Effect.gen(function* () {
        const chat = answering([{ hits: [hit(7, "more\n\u001b[31mtea"), hit(2, "tea")] }])
        assert.strictEqual(yield* chat.run("/open a", "/search tea"), "quit")
        const [title, ...lines] = chat.said.slice(-3)
        assert.strictEqual(title, '-- Messages with "tea"')
        assert.match(lines[0] ?? "", /^ {3}#7 {2}7 May 2026, \d\d:\d\d {2}bob: more↵␛\[31mtea$/)
        assert.match(lines[1] ?? "", /^ {3}#2 .* bob: tea$/)
        assert.deepStrictEqual(searches(chat), [{ text: "tea", conversationIds: [conversation(1)] }])
      })
  )

  it.effect("shows no more of somebody who is blocked than the timeline does", () =>
    Effect.gen(function* () {
      const chat = answering([{ hits: [hit(7, "tea")] }])
      chat.blocked = new Set([bob.userId as UserId])
      yield* chat.run("/open a", "/search tea")
      assert.match(chat.said.at(-1) ?? "", /^ {3}#7 .* bob: \(a message of somebody you blocked\)$/)
    })
  )

  it.effect("goes on where it ended, in the conversation in which it was", () =>
    Effect.gen(function* () {
      const chat = answering([{ hits: [], next: { conversationId: conversation(1), before: 9 } }, { hits: [] }])
      assert.strictEqual(
        yield* chat.run("/open a", "/search red tea", "/open b", "/search", "/open a", "/search", "/search"),
        "refused"
      )
      assert.deepStrictEqual(searches(chat), [
        { text: "red tea", conversationIds: [conversation(1)] },
        { text: "red tea", conversationIds: [conversation(1)], before: 9 }
      ])
      assert.include(chat.said, "   There are older messages to look through: /search goes on.")
      assert.include(chat.said, "   None.")
      const refused = chat.said.filter(
        (line) => line === "! There is nothing to go on with: /search WORDS looks for messages."
      )
      assert.strictEqual(refused.length, 2)
    })
  )

  it.effect("is refused with what it takes, before anybody is asked", () =>
    Effect.gen(function* () {
      const chat = answering([])
      assert.strictEqual(yield* chat.run("/search tea", "/open a", "/search a b c d e f g h i"), "refused")
      assert.include(chat.said, "! No conversation is open: /open N opens one, /dm HANDLE or /group starts one.")
      assert.include(chat.said, "! Look for 1 to 8 words, in at most 64 characters.")
      assert.deepStrictEqual(searches(chat), [])
    })
  )
})

describe("bans", () => {
  it.effect("are made and lifted by handle, and listed", () =>
    Effect.gen(function* () {
      const bob = { userId: UserId.make("00000000-0000-7000-8000-000000000801"), handle: "bob", displayName: "Bob" }
      const chat = new FakeChat([group(1, "a")], (tag) =>
        Effect.succeed(tag === "user.find" || tag === "conversation.bans" ? [{ ...bob, by: bob.userId, at: 0 }] : [])
      )
      assert.strictEqual(yield* chat.run("/open a", "/ban @bob", "/bans", "/unban bob"), "quit")
      const changes = chat.called.flatMap(({ payload, tag }) =>
        tag.endsWith("ban") ? [[tag, { ...(payload as object), id: undefined }]] : []
      )
      const asked = { conversationId: conversation(1), userId: bob.userId, id: undefined }
      assert.deepStrictEqual(changes, [
        ["conversation.ban", asked],
        ["conversation.unban", asked]
      ])
      const at = chat.said.indexOf("-- Banned here")
      assert.include(chat.said[at + 1], "bob")
    })
  )
})

describe("rules", () => {
  it.effect("are changed one at a time, the others as they were, and shown", () =>
    Effect.gen(function* () {
      const rules = { post: "all", add: "admins", slowSeconds: 0 } as const
      const chat = new FakeChat([{ ...group(1, "a"), rules }], () => Effect.succeed({}))
      assert.strictEqual(
        yield* chat.run("/open a", "/rules", "/whoposts admins", "/slow 30", "/shut", "/reopen"),
        "quit"
      )
      const changes = chat.called.map(({ payload, tag }): unknown => [tag, { ...(payload as object), id: undefined }])
      const asked = { conversationId: conversation(1), id: undefined }
      assert.deepStrictEqual(changes, [
        ["conversation.setRules", { ...asked, ...rules, post: "admins" }],
        ["conversation.setRules", { ...asked, ...rules, slowSeconds: 30 }],
        ["conversation.close", asked],
        ["conversation.reopen", asked]
      ])
      assert.include(chat.said, "   Only owners and admins add people.")
    })
  )
})

describe("pinned messages", () => {
  it.effect("are pinned and unpinned by their numbers, and listed", () =>
    Effect.gen(function* () {
      const row = { seq: 2, rev: 3, id: "i", by: "bob", at: 0, kind: "posted", text: "tea at\nfour", pinned: true }
      const pages = [
        { rows: [], moreBefore: false },
        { rows: [row], moreBefore: true }
      ]
      const chat = new FakeChat([group(1, "a")], (tag) => Effect.succeed(tag === "history.page" ? pages.shift() : []))
      assert.strictEqual(yield* chat.run("/open a", "/pins", "/pin 2", "/pins", "/unpin #2"), "quit")
      const changes = chat.called.flatMap(({ payload, tag }) =>
        tag.endsWith("pin") ? [[tag, { ...(payload as object), id: undefined }]] : []
      )
      const asked = { conversationId: conversation(1), target: 2, id: undefined }
      assert.deepStrictEqual(changes, [
        ["conversation.pin", asked],
        ["conversation.unpin", asked]
      ])
      const said = chat.said.filter((line) => /^(--| {3}) ?(Pinned|None|There are older|#2)/.test(line))
      assert.deepStrictEqual(said.slice(0, 4), [
        "-- Pinned messages",
        "   None: /pin N pins one.",
        "-- Pinned messages",
        "   There are older ones: long texts leave no room for them here."
      ])
      assert.match(said[4] ?? "", /^ {3}#2 .*: tea at↵four$/)
    })
  )
})

describe("what was refused for good", () => {
  it.effect("is listed and taken back also where its conversation was left", () =>
    Effect.gen(function* () {
      const chat = new FakeChat([])
      chat.outbox.refused(conversation(1), chat.pend(1, conversation(1)), "not_found")
      assert.strictEqual(yield* chat.run("/unsent", "/withdraw 1", "/unsent"), "quit")
      const failed = "failed: no such conversation, or you are not in it any more · /retry or /withdraw"
      assert.deepStrictEqual(chat.said.slice(-4), [
        "-- Not sent yet",
        `   1  (not in the list)  post 1  (${failed})`,
        "-- Not sent yet",
        "   Everything is sent."
      ])
      assert.strictEqual(chat.outbox.size, 0)
    })
  )

  it.effect("is not taken back by a number that the list does not have", () =>
    Effect.gen(function* () {
      const chat = new FakeChat([])
      assert.strictEqual(yield* chat.run("/withdraw 1"), "refused")
      assert.include(chat.said, "! there is no such unsent message: /unsent lists them")
    })
  )
})

describe("names from before a rule", () => {
  const answers: Readonly<Record<string, unknown>> = {
    "device.list": [
      { deviceId: "d", name: "old\u200b\u202e", kind: "terminal", createdAt: 0, lastUsedAt: 0, current: false }
    ],
    "user.find": [{ userId: "u", handle: "bob", displayName: "Bo\u200bb\u202e" }],
    "conversation.channels": ["news\u200b\u202e", "newsy"].map((title, index) => ({
      ...newsAndOld[0],
      conversationId: `${index}`,
      title
    }))
  }

  it.effect("are shown without what a new one may not hold", () =>
    Effect.gen(function* () {
      const chat = new FakeChat([], (tag) => Effect.succeed(answers[tag]))
      for (const [typed, shown] of [
        ["/devices", "1  old  terminal"],
        ["/find bo", "bob  Bob"],
        ["/join new", "#news  "]
      ] as const) {
        yield* chat.run(typed)
        assert.isTrue(
          chat.said.some((line) => line.includes(shown)),
          `${typed}: ${chat.said.join("; ")}`
        )
      }
    })
  )
})

describe("a hidden answer", () => {
  const devices = [{ deviceId: "d", name: "old", kind: "terminal", createdAt: 0, lastUsedAt: 0, current: false }]
  const passwordOf = ({ called }: FakeChat) => {
    const payload = called.find(({ tag }) => tag === "device.revoke")?.payload as {
      readonly password: Redacted.Redacted
    }
    return Redacted.value(payload.password)
  }
  const chatWithDevices = () =>
    new FakeChat([group(1, "a")], (tag) => Effect.succeed(tag === "device.list" ? devices : undefined))

  it.effect("is asked for by whoever can hide it, and no line is taken for it", () =>
    Effect.gen(function* () {
      const chat = chatWithDevices()
      const asked: Array<string> = []
      chat.ask = (prompt) =>
        Effect.sync(() => {
          asked.push(prompt)
          return "secret"
        })
      yield* chat.run("/open a", "/devices", "/revoke 1", "a message")
      assert.deepStrictEqual(asked, ["Your password: "])
      assert.deepStrictEqual(
        chat.posted.map(({ text }) => text),
        ["a message"]
      )
      assert.strictEqual(passwordOf(chat), "secret")
    })
  )

  it.effect("is the next line of a script", () =>
    Effect.gen(function* () {
      const chat = chatWithDevices()
      yield* chat.run("/devices", "/revoke 1", "secret")
      assert.strictEqual(passwordOf(chat), "secret")
    })
  )
})
