/** Cases: the members of conversations. */

import { personalLog, type UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import type { Membership } from "@hibiki/core/ports/Conversations"
import { Effect } from "effect"
import type { ContractCase } from "../Contract.ts"
import type { ViewScene } from "./ViewScene.ts"

const byLog = (memberships: ReadonlyArray<Membership>) =>
  memberships
    .map(
      ({ first, head, kind, log, userId, visibleFrom }) => `${userId} ${kind} ${log} ${head} ${first} ${visibleFrom}`
    )
    .sort()

export const memberCases: ReadonlyArray<ContractCase<ViewScene>> = [
  {
    name: "memberships are all of these users, personal logs included, with heads and what each may see",
    run: ({ assert, conversations, converse, direct, nobody, personalHead, post, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, eve] = yield* users(3)
        const tea = yield* converse(ann, [], { history: "joined", kind: "channel" })
        yield* post(ann, tea, "before")
        yield* stores(ann, tea, { kind: "add", userIds: [bob] })
        const [chat, left] = [yield* direct(ann, eve), yield* converse(ann, [bob])]
        yield* stores(bob, left, { kind: "leave" })
        const found = yield* conversations.memberships([bob, ann, yield* nobody])
        const personal = (userId: UserId, head: number) => ({
          userId,
          log: personalLog(userId),
          head,
          first: 1,
          visibleFrom: 1,
          kind: "personal" as const
        })
        assert.deepStrictEqual(
          byLog(found),
          byLog([
            personal(ann, yield* personalHead(ann)),
            personal(bob, yield* personalHead(bob)),
            { userId: ann, log: tea, head: 3, first: 1, visibleFrom: 1, kind: "channel" },
            { userId: bob, log: tea, head: 3, first: 1, visibleFrom: 3, kind: "channel" },
            { userId: ann, log: chat, head: 0, first: 1, visibleFrom: 1, kind: "direct" },
            { userId: ann, log: left, head: 2, first: 1, visibleFrom: 1, kind: "group" }
          ])
        )
        assert.deepStrictEqual(yield* conversations.memberships([]), [])
      })
  },
  {
    name: "membersAmong tells which of these are members of a log now",
    run: ({ assert, conversationId, conversations, converse, personalHead, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, cat, eve] = yield* users(4)
        const log = yield* converse(ann, [bob, cat])
        yield* stores(ann, log, { kind: "remove", userId: bob })
        const found = yield* conversations.membersAmong(log, [bob, ann, eve])
        assert.deepStrictEqual(found, [{ userId: ann, log, head: 2, first: 1, visibleFrom: 1, kind: "group" }])
        assert.deepStrictEqual(yield* conversations.membersAmong(yield* conversationId, [ann]), [])
        assert.deepStrictEqual(yield* conversations.membersAmong(log, []), [])
        const own = yield* conversations.membersAmong(personalLog(ann), [bob, ann])
        const head = yield* personalHead(ann)
        assert.deepStrictEqual(own, [
          { userId: ann, log: personalLog(ann), head, first: 1, visibleFrom: 1, kind: "personal" }
        ])
      })
  },
  {
    name: "members are listed by handle, after a handle, no more than asked for, with names and roles",
    run: ({ assert, conversations, converse, stores, users, whole }) =>
      Effect.gen(function* () {
        const all = yield* users(5)
        const [ann, bob, cat] = all
        const log = yield* converse(ann, all)
        yield* stores(ann, log, { kind: "setRole", userId: bob, role: "admin" })
        yield* stores(cat, log, { kind: "leave" })
        const expected = yield* Effect.all(
          all
            .filter((userId) => userId !== cat)
            .map((userId) =>
              Effect.map(whole(userId), ({ me: { admin: _admin, invisible: _invisible, ...person } }) => ({
                ...person,
                role: userId === ann ? "owner" : userId === bob ? "admin" : "member"
              }))
            )
        )
        expected.sort((a, b) => (a.handle < b.handle ? -1 : 1))
        assert.deepStrictEqual(yield* conversations.members(bob, log, "", 10), expected)
        assert.deepStrictEqual(yield* conversations.members(bob, log, "", 2), expected.slice(0, 2))
        assert.deepStrictEqual(
          yield* conversations.members(bob, log, expected[1]?.handle ?? "", 1),
          expected.slice(2, 3)
        )
        assert.deepStrictEqual(yield* conversations.members(bob, log, expected[3]?.handle ?? "", 10), [])
      })
  },
  {
    name: "bans are listed by handle for owners and admins, with who banned and when; plain members are refused",
    run: ({ assert, clock, conversations, converse, stores, users, whole }) =>
      Effect.gen(function* () {
        const [ann, bob, cat, dan, eve, fay] = yield* users(6)
        const log = yield* converse(ann, [bob, cat, dan])
        yield* stores(ann, log, { kind: "setRole", userId: bob, role: "admin" })
        const at = clock.now
        yield* stores(ann, log, { kind: "ban", userId: dan })
        yield* stores(bob, log, { kind: "ban", userId: eve })
        yield* stores(ann, log, { kind: "ban", userId: fay })
        yield* stores(ann, log, { kind: "unban", userId: fay })
        const bans = [
          { userId: dan, by: ann, at },
          { userId: eve, by: bob, at: at + 1 }
        ]
        const expected = yield* Effect.all(
          bans.map((ban) =>
            Effect.map(whole(ban.userId), ({ me: { displayName, handle } }) => ({ ...ban, handle, displayName }))
          )
        )
        expected.sort((a, b) => (a.handle < b.handle ? -1 : 1))
        for (const reader of [ann, bob])
          assert.deepStrictEqual(yield* conversations.bans(reader, log, "", 10), expected)
        assert.deepStrictEqual(yield* conversations.bans(ann, log, "", 1), expected.slice(0, 1))
        assert.deepStrictEqual(yield* conversations.bans(ann, log, expected[0]?.handle ?? "", 10), expected.slice(1))
        assert.strictEqual(yield* conversations.bans(cat, log, "", 10), "forbidden")
        for (const userId of [dan, eve, fay])
          assert.strictEqual(yield* conversations.bans(userId, log, "", 10), undefined)
      })
  },
  {
    name: "no page has more than Limits.pageMax, whatever is asked for",
    run: ({ append, assert, command, conversationId, conversations, converse, id, page, users }) =>
      Effect.gen(function* () {
        const [[ann], many] = [yield* users(1), yield* users(Limits.pageMax)]
        const log = yield* converse(ann, many)
        const asked = Limits.pageMax + 1
        assert.strictEqual((yield* conversations.members(ann, log, "", asked))?.length, Limits.pageMax)
        yield* append(...(yield* Effect.all(many.map((by) => command(by, log, { kind: "post", text: "here" })))))
        const { moreBefore, rows } = yield* page(ann, log, { _tag: "Latest" }, asked)
        assert.deepStrictEqual([rows.length, moreBefore], [Limits.pageMax, true])
        // Titles that no other case has: a store may be full of channels.
        const title = (yield* id).slice(24)
        const channel = { kind: "create", conversationKind: "channel", title, history: "all", members: [] } as const
        yield* append(
          ...(yield* Effect.all(
            [ann, ...many].map((by) => Effect.flatMap(conversationId, (to) => command(by, to, channel)))
          ))
        )
        assert.strictEqual((yield* conversations.channels(ann, title, asked)).length, Limits.pageMax)
      })
  },
  {
    name: "who is no member is told of no members",
    run: ({ assert, conversationId, conversations, converse, stores, users }) =>
      Effect.gen(function* () {
        const [ann, bob, eve] = yield* users(3)
        const log = yield* converse(ann, [bob], { kind: "channel" })
        yield* stores(bob, log, { kind: "leave" })
        for (const [userId, where] of [
          [eve, log],
          [bob, log],
          [ann, yield* conversationId]
        ] as const) {
          assert.strictEqual(yield* conversations.members(userId, where, "", 10), undefined)
        }
      })
  },
  {
    name: "channels are found by the beginning of their title, by anyone, in the order of their titles",
    run: ({ assert, conversations, converse, id, stores, users }) =>
      Effect.gen(function* () {
        const [ann, eve] = yield* users(2)
        // Titles that no other case has: a store may be full of channels.
        const mark = (yield* id).slice(24)
        const make = (title: string, kind: "channel" | "group") =>
          converse(ann, [], { kind, title: `${mark} ${title}` })
        const [tea, ale, late] = [
          yield* make("Tea_", "channel"),
          yield* make("Ale", "channel"),
          yield* make("Tea%", "channel")
        ]
        yield* make("tea private", "group")
        yield* stores(eve, ale, { kind: "join" })
        yield* stores(ann, late, { kind: "rename", title: `${mark} teal` })
        const find = (prefix: string, limit = 10) =>
          Effect.map(conversations.channels(eve, `${mark}${prefix}`, limit), (found) =>
            found.map(({ conversationId }) => conversationId)
          )
        assert.deepStrictEqual(yield* conversations.channels(eve, `${mark} AL`, 10), [
          { conversationId: ale, title: `${mark} Ale`, members: 2, joined: true }
        ])
        assert.deepStrictEqual(yield* find(" tEa"), [tea, late])
        assert.deepStrictEqual(yield* find(" tea_"), [tea])
        assert.deepStrictEqual(yield* find(" tea%"), [])
        assert.deepStrictEqual(yield* find("", 2), [ale, tea])
        assert.deepStrictEqual(yield* conversations.channels(ann, `${mark} tea_`, 10), [
          { conversationId: tea, title: `${mark} Tea_`, members: 1, joined: true }
        ])
        assert.deepStrictEqual(
          (yield* conversations.channels(eve, `${mark} tea_`, 10)).map(({ joined }) => joined),
          [false]
        )
      })
  }
]
