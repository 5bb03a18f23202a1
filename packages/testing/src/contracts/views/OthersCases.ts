/** Cases: a member's view of others: all of them, those with a shared conversation, and how far they have read. */

import { personalLog, type UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import type { ViewScene } from "./ViewScene.ts"

const byHandle = (one: { readonly handle: string }, other: { readonly handle: string }): number =>
  one.handle < other.handle ? -1 : 1

export const othersCases: ReadonlyArray<ContractCase<ViewScene>> = [
  {
    name: "the snapshot tells whom one blocks, ordered by id, and nobody by whom one is blocked",
    run: ({ assert, block, users, whole }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        assert.deepStrictEqual((yield* whole(ann)).blocked, [])
        for (const userId of [cat, bob]) yield* block(ann, userId)
        assert.deepStrictEqual((yield* whole(ann)).blocked, [bob, cat].sort())
        assert.deepStrictEqual((yield* whole(bob)).blocked, [])
      })
  },
  {
    name: "every member is named in one answer, by handle, beyond the bound of a page",
    run: ({ assert, conversations, converse, person, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const log = yield* converse(ann, [bob, cat])
        yield* stores(cat, log, { kind: "leave" })
        const expected = [yield* person(ann), yield* person(bob)]
          .sort(byHandle)
          .map((one) => ({ ...one, showsPresence: true }))
        assert.deepStrictEqual(yield* conversations.everyMember(bob, log), expected)
        assert.strictEqual(yield* conversations.everyMember(cat, log), undefined)
        const many = yield* users(Limits.pageMax)
        yield* stores(ann, log, { kind: "add", userIds: many })
        assert.strictEqual((yield* conversations.everyMember(ann, log))?.length, Limits.pageMax + 2)
      })
  },
  {
    name: "members learn who reacted to a message with an emoji, and nothing of messages that they may not read",
    run: ({ assert, conversations, converse, post, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const log = yield* converse(ann, [bob], { history: "joined" })
        const before = yield* post(ann, log, "before cat came")
        yield* stores(ann, log, { kind: "react", target: before, emoji: "🍵" })
        yield* stores(ann, log, { kind: "add", userIds: [cat] })
        const seq = yield* post(ann, log, "tea?")
        const react = (by: UserId, emoji: string, kind: "react" | "unreact" = "react") =>
          stores(by, log, { kind, target: seq, emoji })
        yield* react(cat, "🍵")
        yield* react(ann, "🍵")
        yield* react(ann, "👍")
        yield* react(bob, "👍")
        yield* react(bob, "👍", "unreact")
        const who = (viewer: UserId, at: number, emoji: string) => conversations.reactors(viewer, log, at, emoji)
        assert.deepStrictEqual(yield* who(bob, seq, "🍵"), [ann, cat].sort())
        assert.deepStrictEqual(yield* who(bob, seq, "👍"), [ann])
        assert.deepStrictEqual(yield* who(bob, seq, "❤️"), [])
        assert.deepStrictEqual(yield* who(ann, before, "🍵"), [ann])
        assert.deepStrictEqual(yield* who(cat, before, "🍵"), [])
        assert.deepStrictEqual(yield* who(ann, 1_000, "🍵"), [])
        yield* stores(ann, log, { kind: "delete", target: seq })
        assert.deepStrictEqual(yield* who(bob, seq, "🍵"), [])
      })
  },
  {
    name: "who is no member, and who asks for what is no conversation, is told of nobody's cursors or names",
    run: ({ assert, conversationId, conversations, converse, users }) =>
      Effect.gen(function* () {
        const [ann, bob, eve] = yield* users(3)
        const log = yield* converse(ann, [bob], { kind: "channel" })
        for (const [viewer, where] of [
          [eve, log],
          [ann, yield* conversationId],
          [ann, personalLog(ann)],
          [ann, personalLog(bob)]
        ] as const) {
          assert.strictEqual(yield* conversations.everyMember(viewer, where), undefined)
          assert.strictEqual(yield* conversations.readCursors(viewer, where), undefined)
          assert.strictEqual(yield* conversations.reactors(viewer, where, 1, "🍵"), undefined)
        }
      })
  },
  {
    name: "those who share a conversation with the viewer now are told apart from others, in the order named, each once",
    run: ({ assert, conversations, converse, direct, nobody, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat, dan, eve] = yield* users(5)
        const left = yield* converse(ann, [cat, dan])
        yield* converse(cat, [dan, eve])
        yield* direct(bob, ann)
        const asked = [dan, bob, yield* nobody, ann, dan, eve, cat]
        const sharing = (viewer: typeof ann, users: ReadonlyArray<typeof ann>) =>
          Effect.map(conversations.shared(viewer, users), (those) => those.map(({ userId }) => userId))
        assert.deepStrictEqual(yield* sharing(ann, asked), [dan, bob, ann, cat])
        yield* stores(cat, left, { kind: "leave" })
        assert.deepStrictEqual(yield* sharing(ann, asked), [dan, bob, ann])
        assert.deepStrictEqual(yield* sharing(eve, [bob, ann, eve]), [eve])
        assert.deepStrictEqual(yield* conversations.shared(ann, []), [])
      })
  },
  {
    name: "others' read cursors are told, the furthest first, and those of invisible members last, marked so",
    run: ({ assert, conversations, converse, hide, post, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat, dan] = yield* users(4)
        const log = yield* converse(ann, [bob, cat, dan])
        const seq = yield* post(ann, log, "tea?")
        yield* stores(bob, personalLog(bob), { kind: "read", conversationId: log, upTo: seq - 1 })
        yield* stores(cat, personalLog(cat), { kind: "read", conversationId: log, upTo: seq })
        yield* stores(dan, personalLog(dan), { kind: "read", conversationId: log, upTo: seq })
        yield* hide(dan)
        assert.deepStrictEqual(yield* conversations.readCursors(ann, log), [
          { userId: cat, readUpTo: seq, invisible: false },
          { userId: bob, readUpTo: seq - 1, invisible: false },
          { userId: dan, readUpTo: seq, invisible: true }
        ])
        assert.deepStrictEqual(
          (yield* conversations.readCursors(dan, log))?.map(({ userId }) => userId),
          [cat, bob, ann]
        )
      })
  },
  {
    name: "whoever blocks the viewer shows them neither presence nor how far they have read, and is a member as ever; the other way round nothing changes",
    run: ({ assert, block, conversations, converse, direct, person, post, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const log = yield* converse(ann, [bob, cat])
        yield* direct(ann, bob)
        yield* post(ann, log, "tea?")
        yield* block(ann, bob)
        const [shown, hidden] = [{ showsPresence: true }, { showsPresence: false }]
        assert.deepStrictEqual(yield* conversations.shared(bob, [ann, cat, bob]), [
          { userId: ann, ...hidden },
          { userId: cat, ...shown },
          { userId: bob, ...shown }
        ])
        assert.deepStrictEqual(yield* conversations.shared(ann, [bob, cat]), [
          { userId: bob, ...shown },
          { userId: cat, ...shown }
        ])
        const everyone = [yield* person(ann), yield* person(bob), yield* person(cat)].sort(byHandle)
        assert.deepStrictEqual(
          yield* conversations.everyMember(bob, log),
          everyone.map((one) => ({ ...one, ...(one.userId === ann ? hidden : shown) }))
        )
        assert.deepStrictEqual(
          yield* conversations.everyMember(ann, log),
          everyone.map((one) => ({ ...one, ...shown }))
        )
        const seenBy = (viewer: typeof ann) =>
          Effect.map(conversations.readCursors(viewer, log), (all) =>
            all?.map(({ invisible, userId }) => [userId, invisible])
          )
        assert.deepStrictEqual(yield* seenBy(bob), [
          [cat, false],
          [ann, true]
        ])
        assert.deepStrictEqual(
          yield* seenBy(ann),
          [bob, cat].sort().map((userId) => [userId, false])
        )
      })
  },
  {
    name: "a direct conversation shows nobody's presence before they have written in it; whoever shares a group besides is shown",
    run: ({ assert, conversations, converse, direct, post, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat] = yield* users(3)
        const [strangers, friends] = [yield* direct(ann, bob), yield* direct(ann, cat)]
        yield* converse(ann, [cat])
        yield* post(ann, strangers, "hello")
        const shows = (viewer: typeof ann, other: typeof ann, log: typeof strangers) =>
          Effect.gen(function* () {
            const [among] = yield* conversations.shared(viewer, [other])
            const members = yield* conversations.everyMember(viewer, log)
            return [among?.showsPresence, members?.find(({ userId }) => userId === other)?.showsPresence]
          })
        assert.deepStrictEqual(yield* shows(ann, bob, strangers), [false, false])
        assert.deepStrictEqual(yield* shows(bob, ann, strangers), [true, true])
        assert.deepStrictEqual(yield* shows(ann, cat, friends), [true, true])
        assert.deepStrictEqual(yield* shows(ann, ann, strangers), [true, true])
        yield* post(bob, strangers, "hello?")
        assert.deepStrictEqual(yield* shows(ann, bob, strangers), [true, true])
      })
  },
  {
    name: "no more cursors are told than a page holds, equal ones by id",
    run: ({ assert, conversations, converse, user, users }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const others = yield* users(201)
        const log = yield* converse(ann, others)
        const told = yield* conversations.readCursors(ann, log)
        assert.deepStrictEqual(
          told?.map(({ userId }) => userId),
          [...others].sort().slice(0, Limits.pageMax)
        )
      })
  },
  {
    name: "notes to oneself have no other readers",
    run: ({ assert, conversations, direct, person, user }) =>
      Effect.gen(function* () {
        const ann = yield* user
        const log = yield* direct(ann, ann)
        assert.deepStrictEqual(yield* conversations.readCursors(ann, log), [])
        assert.deepStrictEqual(yield* conversations.everyMember(ann, log), [
          { ...(yield* person(ann)), showsPresence: true }
        ])
      })
  },
  {
    name: "a snapshot says whether its user wants to look offline",
    run: ({ assert, hide, user, whole }) =>
      Effect.gen(function* () {
        const ann = yield* user
        assert.strictEqual((yield* whole(ann)).me.invisible, false)
        yield* hide(ann)
        assert.strictEqual((yield* whole(ann)).me.invisible, true)
      })
  }
]
