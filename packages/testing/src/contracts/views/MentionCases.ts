/** Cases: how many of the unread messages mention the reader. */

import { type ConversationId, personalLog, type UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import type { ViewScene } from "./ViewScene.ts"

/** How many, or "absent". */
const counted = ({ line }: ViewScene, userId: UserId, log: ConversationId) =>
  Effect.map(line(userId, log), (shown) => ("mentions" in shown ? shown.mentions : "absent"))

const handleOf = ({ person }: ViewScene, userId: UserId) => Effect.map(person(userId), ({ handle }) => handle)

/** Posts of one text, in batches. */
const fill = ({ append, command }: ViewScene, by: UserId, log: ConversationId, count: number, text: string) =>
  Effect.gen(function* () {
    for (let left = count; left > 0; left -= 100) {
      const posts = Array.from({ length: Math.min(100, left) }, () => command(by, log, { kind: "post", text }))
      yield* append(...(yield* Effect.all(posts)))
    }
  })

const oneByOne: ReadonlyArray<ContractCase<ViewScene>> = [
  {
    name: "a group and a channel say how many mention the reader, if any does, and a direct conversation never",
    run: (scene) =>
      Effect.gen(function* () {
        const { assert, converse, direct, line, post, users, whole } = scene
        const [ann, bob, cat] = yield* users(3)
        const handle = yield* handleOf(scene, bob)
        const group = yield* converse(ann, [bob, cat])
        const channel = yield* converse(ann, [bob, cat], { kind: "channel" })
        for (const log of [group, channel]) {
          yield* post(ann, log, "nobody")
          assert.strictEqual(yield* counted(scene, bob, log), "absent")
          yield* post(ann, log, `@${handle} and @${handle}`)
          yield* post(cat, log, `so, ＠${handle}!`)
          assert.deepStrictEqual([yield* counted(scene, bob, log), (yield* line(bob, log)).unread], [2, 3])
          assert.strictEqual(yield* counted(scene, cat, log), "absent")
        }
        const pair = yield* direct(ann, bob)
        yield* post(ann, pair, `@${handle}`)
        assert.strictEqual(yield* counted(scene, bob, pair), "absent")
        const told = (yield* whole(bob)).conversations.map(
          ({ conversationId, mentions }) => [conversationId, mentions] as const
        )
        assert.deepStrictEqual(
          new Map(told),
          new Map([
            [group, 2],
            [channel, 2],
            [pair, undefined]
          ])
        )
      })
  },
  {
    name: "a mention is a sign and the handle in either width and case, and no longer handle, address or path",
    run: (scene) =>
      Effect.gen(function* () {
        const { assert, converse, makeUser, post, users } = scene
        const [ann, bob] = yield* users(2)
        const handle = yield* handleOf(scene, bob)
        // In a script without spaces between words, the following character is no part of the handle.
        const tree = `${handle}木`
        const cat = yield* makeUser(tree)
        const log = yield* converse(ann, [bob, cat])
        const none = [
          handle,
          `@${handle}9`,
          `@${handle}.k`,
          `@${handle}-k`,
          `me@${handle}`,
          `@@${handle}`,
          `x/@${handle}`,
          `@${handle}é`
        ]
        for (const text of none) yield* post(ann, log, text)
        assert.deepStrictEqual([yield* counted(scene, bob, log), yield* counted(scene, cat, log)], ["absent", "absent"])
        const some = [
          `@${handle.toUpperCase()}.`,
          `これは＠${handle}さん`,
          `(@${handle})`,
          `@x @${handle}`,
          `@\n@${handle}\n`
        ]
        for (const [before, text] of some.entries()) {
          yield* post(ann, log, text)
          assert.strictEqual(yield* counted(scene, bob, log), before + 1, text)
        }
        yield* post(ann, log, `@${tree}x`)
        // The tree's handle goes on where the other's ends, with a character that may follow any word.
        assert.deepStrictEqual([yield* counted(scene, bob, log), yield* counted(scene, cat, log)], [some.length + 1, 1])
      })
  },
  {
    name: "mentions go by the texts as they are now: edits and deletes make and end them",
    run: (scene) =>
      Effect.gen(function* () {
        const { assert, converse, post, stores, users } = scene
        const [ann, bob] = yield* users(2)
        const handle = yield* handleOf(scene, bob)
        const log = yield* converse(ann, [bob])
        const [plain, mention] = [yield* post(ann, log, "hello"), yield* post(ann, log, `@${handle}`)]
        const edit = (target: number, text: string) => stores(ann, log, { kind: "edit", target, text })
        assert.strictEqual(yield* counted(scene, bob, log), 1)
        yield* edit(plain, `hello, @${handle}`)
        assert.strictEqual(yield* counted(scene, bob, log), 2)
        yield* edit(mention, "@nobody")
        assert.strictEqual(yield* counted(scene, bob, log), 1)
        yield* edit(mention, "nobody")
        assert.strictEqual(yield* counted(scene, bob, log), 1)
        yield* edit(mention, `again @${handle}`)
        yield* stores(bob, log, { kind: "react", target: mention, emoji: "👍" })
        assert.strictEqual(yield* counted(scene, bob, log), 2)
        yield* stores(ann, log, { kind: "delete", target: plain })
        assert.strictEqual(yield* counted(scene, bob, log), 1)
        yield* stores(ann, log, { kind: "delete", target: mention })
        assert.strictEqual(yield* counted(scene, bob, log), "absent")
      })
  },
  {
    name: "one's own messages and what is read mention nobody; a mark by hand and a muted conversation change nothing of it",
    run: (scene) =>
      Effect.gen(function* () {
        const { assert, converse, post, stores, users } = scene
        const [ann, bob] = yield* users(2)
        const handle = yield* handleOf(scene, bob)
        const log = yield* converse(ann, [bob])
        const own = (body: { readonly kind: "read" | "markUnread"; readonly upTo: number }) =>
          stores(bob, personalLog(bob), { ...body, conversationId: log })
        yield* post(bob, log, `I am @${handle}`)
        assert.strictEqual(yield* counted(scene, bob, log), "absent")
        const first = yield* post(ann, log, `@${handle}`)
        yield* post(ann, log, `@${handle}`)
        yield* stores(bob, personalLog(bob), { kind: "mute", conversationId: log, on: true })
        assert.strictEqual(yield* counted(scene, bob, log), 2)
        yield* own({ kind: "read", upTo: first })
        assert.strictEqual(yield* counted(scene, bob, log), 1)
        yield* own({ kind: "read", upTo: first + 1 })
        yield* own({ kind: "markUnread", upTo: first })
        assert.strictEqual(yield* counted(scene, bob, log), "absent")
        yield* post(ann, log, `@${handle}`)
        assert.strictEqual(yield* counted(scene, bob, log), 1)
      })
  },
  {
    name: "what mentioned somebody before joining does not, also where it may be read, and coming back is a new beginning",
    run: (scene) =>
      Effect.gen(function* () {
        const { assert, converse, post, stores, users } = scene
        const [ann, bob] = yield* users(2)
        const handle = yield* handleOf(scene, bob)
        for (const history of ["all", "joined"] as const) {
          const log = yield* converse(ann, [], { history })
          const before = yield* post(ann, log, `soon here: @${handle}`)
          yield* stores(ann, log, { kind: "add", userIds: [bob] })
          yield* stores(ann, log, { kind: "edit", target: before, text: `now here: @${handle}` })
          assert.strictEqual(yield* counted(scene, bob, log), "absent")
          yield* post(ann, log, `hello @${handle}`)
          assert.strictEqual(yield* counted(scene, bob, log), 1)
          yield* stores(bob, log, { kind: "leave" })
          yield* post(ann, log, `bye @${handle}`)
          yield* stores(ann, log, { kind: "add", userIds: [bob] })
          assert.strictEqual(yield* counted(scene, bob, log), "absent")
        }
      })
  }
]

const bounds: ReadonlyArray<ContractCase<ViewScene>> = [
  {
    name: `mentions stop at ${Limits.unreadCap}`,
    run: (scene) =>
      Effect.gen(function* () {
        const { assert, converse, stores, users } = scene
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        yield* fill(scene, ann, log, Limits.unreadCap + 1, `@${yield* handleOf(scene, bob)}`)
        assert.strictEqual(yield* counted(scene, bob, log), Limits.unreadCap)
        yield* stores(bob, personalLog(bob), { kind: "read", conversationId: log, upTo: 3 })
        assert.strictEqual(yield* counted(scene, bob, log), Limits.unreadCap - 1)
      })
  },
  {
    name: `they are looked for among the newest ${Limits.mentionsWithin} of others that hold a sign`,
    run: (scene) =>
      Effect.gen(function* () {
        const { assert, converse, post, users } = scene
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        yield* post(ann, log, `@${yield* handleOf(scene, bob)}`)
        yield* fill(scene, ann, log, Limits.mentionsWithin - 1, "＠somebody")
        // Neither of these takes a place.
        yield* fill(scene, bob, log, 10, "@somebody")
        yield* fill(scene, ann, log, 10, "somebody")
        assert.strictEqual(yield* counted(scene, bob, log), 1)
        yield* post(ann, log, "me@mail.example")
        assert.strictEqual(yield* counted(scene, bob, log), "absent")
      })
  }
]

export const mentionCases: ReadonlyArray<ContractCase<ViewScene>> = [...oneByOne, ...bounds]
