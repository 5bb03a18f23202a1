/** Cases: the texts of one step of a search, and the rows at places. */

import { textsBytes } from "@hibiki/core/domain/HistorySize"
import { type ConversationId, personalLog, type UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import type { Texts } from "@hibiki/core/ports/Conversations"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import type { ViewScene } from "./ViewScene.ts"

const top = Number.MAX_SAFE_INTEGER
const nothing: Texts = { texts: [], looked: 0, bytes: 0, below: undefined }

/** Posts of one text, in batches. */
const fill = ({ append, command }: ViewScene, by: UserId, log: ConversationId, count: number, text: string) =>
  Effect.gen(function* () {
    for (let left = count; left > 0; left -= 100) {
      const posts = Array.from({ length: Math.min(100, left) }, () => command(by, log, { kind: "post", text }))
      yield* append(...(yield* Effect.all(posts)))
    }
  })

export const textCases: ReadonlyArray<ContractCase<ViewScene>> = [
  {
    name: "texts are those of undeleted posts as they are now, the newest first, step by step down to the first row",
    run: ({ assert, conversations, converse, post, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [bob])
        for (const text of ["two", "three", "四つ"]) yield* post(ann, log, text)
        yield* stores(ann, log, { kind: "edit", target: 3, text: "drei" })
        yield* stores(ann, log, { kind: "rename", title: "Coffee" })
        yield* post(bob, log, "eight", 2)
        yield* stores(ann, log, { kind: "edit", target: 2, text: "deux" })
        yield* stores(ann, log, { kind: "delete", target: 2 })
        const texts = (below: number, limit: number) => conversations.texts(bob, log, below, limit)
        const all = [
          [7, "eight"],
          [4, "四つ"],
          [3, "drei"]
        ]
        assert.deepStrictEqual(yield* texts(top, 9), { texts: all, looked: 6, bytes: 15, below: undefined })
        assert.deepStrictEqual(yield* texts(top, 6), { texts: all, looked: 6, bytes: 15, below: undefined })
        assert.deepStrictEqual(yield* texts(top, 2), { texts: [[7, "eight"]], looked: 2, bytes: 5, below: 6 })
        assert.deepStrictEqual(yield* texts(6, 1), { texts: [[4, "四つ"]], looked: 1, bytes: 6, below: 4 })
        assert.deepStrictEqual(yield* texts(4, 2), { texts: [[3, "drei"]], looked: 2, bytes: 4, below: 2 })
        assert.deepStrictEqual(yield* texts(2, 2), { ...nothing, looked: 1 })
        assert.deepStrictEqual(yield* texts(1, 2), nothing)
        assert.deepStrictEqual(yield* texts(0, 2), nothing)
      })
  },
  {
    name: "texts and rows below what the reader may see are not there",
    run: ({ assert, conversations, converse, post, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const log = yield* converse(ann, [], { history: "joined" })
        yield* post(ann, log, "before")
        yield* stores(ann, log, { kind: "add", userIds: [bob] })
        yield* post(ann, log, "after")
        yield* stores(ann, log, { kind: "edit", target: 2, text: "still before" })
        const places = [2, 3, 4].map((seq) => ({ conversationId: log, seq }))
        const seqs = (userId: UserId) =>
          Effect.map(conversations.rowsAt(userId, places), (rows) => rows.map(({ row }) => row.seq))
        assert.deepStrictEqual(yield* conversations.texts(bob, log, top, 9), {
          texts: [[4, "after"]],
          looked: 2,
          bytes: 5,
          below: undefined
        })
        assert.deepStrictEqual(yield* conversations.texts(bob, log, 3, 9), nothing)
        assert.deepStrictEqual(yield* seqs(bob), [3, 4])
        assert.deepStrictEqual(yield* seqs(ann), [2, 3, 4])
      })
  },
  {
    name: "there are no texts and rows for strangers, former members, of no conversation and of a personal log",
    run: ({ assert, conversationId, conversations, converse, direct, post, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, eve] = yield* users(3)
        const log = yield* converse(ann, [bob], { kind: "channel" })
        const pair = yield* direct(ann, bob)
        yield* post(bob, log, "secret")
        yield* post(bob, pair, "secret")
        yield* stores(bob, log, { kind: "leave" })
        for (const [userId, where] of [
          [eve, log],
          [bob, log],
          [eve, pair],
          [ann, yield* conversationId],
          [ann, personalLog(ann)],
          [eve, personalLog(ann)]
        ] as const) {
          assert.strictEqual(yield* conversations.texts(userId, where, top, 10), undefined)
          const places = [1, 2, 3].map((seq) => ({ conversationId: where, seq }))
          assert.deepStrictEqual(yield* conversations.rowsAt(userId, places), [])
        }
        assert.deepStrictEqual((yield* conversations.texts(bob, pair, top, 10))?.texts, [[1, "secret"]])
      })
  },
  {
    name: `one step looks at no more than ${Limits.textsMax} rows`,
    run: (scene) =>
      Effect.gen(function* () {
        const { assert, conversations, converse, user } = scene
        const ann = yield* user
        const log = yield* converse(ann, [])
        yield* fill(scene, ann, log, Limits.textsMax + 1, "a")
        const first = yield* conversations.texts(ann, log, top, top)
        assert.deepStrictEqual([first?.looked, first?.texts.length, first?.bytes, first?.below], [500, 500, 500, 3])
        assert.deepStrictEqual(yield* conversations.texts(ann, log, 3, 500), {
          texts: [[2, "a"]],
          looked: 2,
          bytes: 1,
          below: undefined
        })
      })
  },
  {
    name: "a step that would be too large ends where it is, and says where to go on",
    run: (scene) =>
      Effect.gen(function* () {
        const { assert, conversations, converse, user } = scene
        const ann = yield* user
        const log = yield* converse(ann, [])
        // 16,000 bytes each, of which a step takes 4.
        yield* fill(scene, ann, log, 40, "🍵".repeat(Limits.textMax))
        const step = (below: number) =>
          Effect.map(conversations.texts(ann, log, below, 500), (found) => [found?.looked, found?.bytes, found?.below])
        assert.deepStrictEqual(yield* step(top), [4, 64_000, 38])
        assert.deepStrictEqual(yield* step(26), [4, 64_000, 22])
        assert.deepStrictEqual(yield* step(5), [4, 48_000, undefined])
        assert.strictEqual(64_000 <= textsBytes, true)
      })
  },
  {
    name: "rows are given by their places, in the order of these, as they are now and as the reader sees them",
    run: ({ assert, conversations, converse, page, post, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob] = yield* users(2)
        const [log, other] = [yield* converse(ann, [bob]), yield* converse(bob, [ann])]
        for (const where of [log, other]) for (const text of ["two", "three"]) yield* post(ann, where, text)
        yield* stores(ann, log, { kind: "edit", target: 2, text: "deux" })
        yield* stores(bob, log, { kind: "react", target: 2, emoji: "👍" })
        yield* stores(ann, other, { kind: "delete", target: 3 })
        const shown = (where: ConversationId) => Effect.map(page(bob, where, { _tag: "Latest" }), ({ rows }) => rows)
        const at = (conversationId: ConversationId, seq: number) => ({ conversationId, seq })
        // An edit is no row, and nothing stands at 9.
        const asked = [at(other, 3), at(log, 2), at(log, 4), at(other, 1), at(log, 9), at(log, 3)]
        const found = yield* conversations.rowsAt(bob, asked)
        const [ours, theirs] = [yield* shown(log), yield* shown(other)]
        assert.deepStrictEqual(found, [
          { conversationId: other, row: theirs[2] },
          { conversationId: log, row: ours[1] },
          { conversationId: other, row: theirs[0] },
          { conversationId: log, row: ours[2] }
        ])
        assert.deepStrictEqual(yield* conversations.rowsAt(bob, []), [])
      })
  }
]
