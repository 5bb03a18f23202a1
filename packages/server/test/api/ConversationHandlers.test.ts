/** The calls about conversations, from contract to store and back, with everything in memory and a real worker. */

import { RpcTest } from "@effect/rpc"
import { assert, describe, it } from "@effect/vitest"
import { UserId } from "@hibiki/core/domain/Ids"
import { directConversationId, makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { CommandClient } from "@hibiki/core/ingress/CommandClient"
import { Conversations } from "@hibiki/core/ports/Conversations"
import { StoreUnavailable } from "@hibiki/core/ports/EventStore"
import { ConversationRpcs } from "@hibiki/core/protocol/rpc/ConversationRpcs"
import { addMemoryUser } from "@hibiki/testing/ChatMemory"
import { Effect, Layer, TestClock } from "effect"
import { ConversationHandlers } from "../../src/api/ConversationHandlers.ts"
import { as, deviceId, Limited, newId, setUp, TokenIsUser, World } from "./handlersKit.ts"

describe("ConversationHandlers", () => {
  it.scoped("make a group, show it to its members, and repeat the answer for the same id", () =>
    Effect.gen(function* () {
      const { ada, client, grace } = yield* setUp
      const id = yield* newId
      const create = client.conversation
        .create({ id, kind: "group", title: "Tea", members: [grace, grace] })
        .pipe(as(ada))
      const made = yield* create
      assert.deepStrictEqual(made, { conversationId: id as never, seq: 1 })
      assert.deepStrictEqual(yield* create, made)
      const summary = yield* client.conversation.get({ conversationId: made.conversationId }).pipe(as(grace))
      assert.deepInclude(summary, { title: "Tea", role: "member", history: "all", members: 2, head: 1 })
      const snapshot = yield* client.me.snapshot().pipe(as(grace))
      assert.deepStrictEqual(
        snapshot.conversations.map(({ conversationId }) => conversationId),
        [made.conversationId]
      )
      const members = yield* client.conversation.members({ conversationId: made.conversationId }).pipe(as(ada))
      assert.deepStrictEqual(
        members.map(({ handle, role }) => [handle, role]),
        [
          ["ada", "owner"],
          ["grace", "member"]
        ]
      )
      const after = yield* client.conversation
        .members({ conversationId: made.conversationId, afterHandle: "ada", limit: 1 })
        .pipe(as(ada))
      assert.deepStrictEqual(
        after.map(({ handle }) => handle),
        ["grace"]
      )
    }).pipe(Effect.provide(World))
  )

  it.scoped("open the one direct conversation of a pair from either side, again and again", () =>
    Effect.gen(function* () {
      const { ada, client, grace } = yield* setUp
      const expected = { conversationId: directConversationId(ada, grace) }
      assert.deepStrictEqual(yield* client.conversation.openDirect({ userId: grace }).pipe(as(ada)), expected)
      assert.deepStrictEqual(yield* client.conversation.openDirect({ userId: ada }).pipe(as(grace)), expected)
      assert.deepStrictEqual(yield* client.conversation.openDirect({ userId: grace }).pipe(as(ada)), expected)
      assert.strictEqual((yield* client.conversation.get(expected).pipe(as(ada))).peer?.handle, "grace")
      const nobody = yield* client.conversation
        .openDirect({ userId: UserId.make(yield* makeUuidV7) })
        .pipe(as(ada), Effect.flip)
      assert.deepInclude(nobody, { _tag: "Refused", code: "not_found" })
    }).pipe(Effect.provide(World))
  )

  it.scoped("change members, roles and titles by the caller's rights", () =>
    Effect.gen(function* () {
      const { ada, alan, client, grace, makeGroup } = yield* setUp
      const { conversationId } = yield* makeGroup([grace])
      const change = Effect.map(newId, (id) => ({ id, conversationId }))
      assert.deepStrictEqual(
        yield* client.conversation.add({ ...(yield* change), userIds: [alan, alan] }).pipe(as(grace)),
        { seq: 2 }
      )
      const forbidden = yield* client.conversation
        .rename({ ...(yield* change), title: "Coffee" })
        .pipe(as(grace), Effect.flip)
      assert.deepInclude(forbidden, { _tag: "Refused", code: "forbidden" })
      assert.deepStrictEqual(
        yield* client.conversation.setRole({ ...(yield* change), userId: grace, role: "admin" }).pipe(as(ada)),
        {
          seq: 3
        }
      )
      assert.deepStrictEqual(
        yield* client.conversation.rename({ ...(yield* change), title: "Coffee" }).pipe(as(grace)),
        { seq: 4 }
      )
      assert.deepStrictEqual(yield* client.conversation.remove({ ...(yield* change), userId: alan }).pipe(as(grace)), {
        seq: 5
      })
      assert.deepInclude(yield* client.conversation.leave(yield* change).pipe(as(ada), Effect.flip), {
        code: "last_owner"
      })
      assert.deepStrictEqual(yield* client.conversation.leave(yield* change).pipe(as(grace)), { seq: 6 })
      const stranger = yield* client.conversation
        .rename({ ...(yield* change), title: "Mine" })
        .pipe(as(alan), Effect.flip)
      assert.deepInclude(stranger, { _tag: "Refused", code: "not_found" })
    }).pipe(Effect.provide(World))
  )

  it.scoped("let anyone signed in find and join a channel, and nobody a group", () =>
    Effect.gen(function* () {
      const { ada, alan, client, makeGroup } = yield* setUp
      const id = yield* newId
      const { conversationId } = yield* client.conversation
        .create({ id, kind: "channel", title: "General", members: [] })
        .pipe(as(ada))
      const [found] = yield* client.conversation.channels({ prefix: "gen" }).pipe(as(alan))
      assert.deepStrictEqual(found, { conversationId, title: "General", members: 1, joined: false })
      assert.deepStrictEqual(yield* client.conversation.join({ id: yield* newId, conversationId }).pipe(as(alan)), {
        seq: 2
      })
      const group = yield* makeGroup([])
      const refused = yield* client.conversation
        .join({ id: yield* newId, conversationId: group.conversationId })
        .pipe(as(alan), Effect.flip)
      assert.deepInclude(refused, { _tag: "Refused", code: "not_found" })
    }).pipe(Effect.provide(World))
  )

  it.scoped("page history by every place, say what changed, and mark as unread", () =>
    Effect.gen(function* () {
      const { ada, client, grace, makeGroup } = yield* setUp
      const { conversationId } = yield* makeGroup([grace])
      const commands = yield* CommandClient
      for (let n = 2; n <= 6; n++) {
        yield* commands.run({
          log: conversationId,
          id: yield* newId,
          by: ada,
          device: null,
          body: { kind: "post", text: `${n}` }
        })
      }
      const seqs = (places: {
        readonly before?: number
        readonly after?: number
        readonly around?: number
        readonly limit?: number
      }) =>
        Effect.map(client.history.page({ conversationId, ...places }).pipe(as(grace)), (page) =>
          page.rows.map(({ seq }) => seq)
        )
      assert.deepStrictEqual(yield* seqs({}), [1, 2, 3, 4, 5, 6])
      assert.deepStrictEqual(yield* seqs({ limit: 2 }), [5, 6])
      assert.deepStrictEqual(yield* seqs({ before: 4, limit: 2 }), [2, 3])
      assert.deepStrictEqual(yield* seqs({ after: 4 }), [5, 6])
      assert.deepStrictEqual(yield* seqs({ after: 0, limit: 1 }), [1])
      assert.include(yield* seqs({ around: 3, limit: 3 }), 3)
      yield* commands.run({
        log: conversationId,
        id: yield* newId,
        by: ada,
        device: null,
        body: { kind: "edit", target: 3, text: "three" }
      })
      const changed = yield* client.history.changedSince({ conversationId, asOf: 6, from: 1, to: 6 }).pipe(as(grace))
      assert.deepStrictEqual(
        changed.rows.map((row) => [row.seq, row.rev, "text" in row && row.text]),
        [[3, 7, "three"]]
      )
      yield* client.conversation.markUnread({ id: yield* newId, conversationId, seq: 4 }).pipe(as(grace))
      assert.strictEqual((yield* client.conversation.get({ conversationId }).pipe(as(grace))).markedUnreadAt, 4)
      yield* client.conversation.mute({ id: yield* newId, conversationId, on: true }).pipe(as(grace))
      yield* client.conversation.favourite({ id: yield* newId, conversationId, on: true }).pipe(as(grace))
      assert.deepInclude(yield* client.conversation.get({ conversationId }).pipe(as(grace)), {
        muted: true,
        favourite: true
      })
    }).pipe(Effect.provide(World))
  )

  it.scoped("find messages for those who may read them, and nothing for others", () =>
    Effect.gen(function* () {
      const { ada, alan, client, grace, makeGroup } = yield* setUp
      const commands = yield* CommandClient
      const [first, second] = [yield* makeGroup([grace]), yield* makeGroup([])]
      for (const { conversationId } of [first, second]) {
        for (const text of ["Tea", "coffee", "ＴＥＡ"]) {
          yield* commands.run({
            log: conversationId,
            id: yield* newId,
            by: ada,
            device: null,
            body: { kind: "post", text }
          })
        }
      }
      const conversationIds = [first.conversationId, second.conversationId]
      const search = (who: UserId, more: { readonly before?: number; readonly limit?: number } = {}) =>
        Effect.map(client.history.search({ text: "tea", conversationIds, ...more }).pipe(as(who)), ({ hits, next }) => [
          hits.map(({ conversationId, row }) => [conversationId, row.seq]),
          next
        ])
      const [one, two] = conversationIds
      const found = [
        [one, 4],
        [one, 2],
        [two, 4],
        [two, 2]
      ]
      assert.deepStrictEqual<unknown>(yield* search(ada), [found, undefined])
      assert.deepStrictEqual<unknown>(yield* search(grace), [found.slice(0, 2), undefined])
      assert.deepStrictEqual<unknown>(yield* search(alan), [[], undefined])
      assert.deepStrictEqual<unknown>(yield* search(ada, { before: 4, limit: 2 }), [
        found.slice(1, 3),
        { conversationId: two, before: 4 }
      ])
    }).pipe(Effect.provide(World))
  )

  it.scoped("find twenty messages when it is not said how many", () =>
    Effect.gen(function* () {
      const { ada, client, makeGroup } = yield* setUp
      const { conversationId } = yield* makeGroup([])
      const commands = yield* CommandClient
      for (let n = 0; n < 21; n++)
        yield* commands.run({
          log: conversationId,
          id: yield* newId,
          by: ada,
          device: null,
          body: { kind: "post", text: "tea" }
        })
      const { hits, next } = yield* client.history
        .search({ text: "tea", conversationIds: [conversationId] })
        .pipe(as(ada))
      assert.strictEqual(hits.length, 20)
      assert.deepStrictEqual(next, { conversationId, before: 3 })
    }).pipe(Effect.provide(World))
  )

  it.scoped("show nothing to strangers, and absent looks like forbidden", () =>
    Effect.gen(function* () {
      const { ada, alan, client, makeGroup } = yield* setUp
      const { conversationId } = yield* makeGroup([])
      for (const asked of [conversationId, (yield* newId) as never, ada as never]) {
        const reads: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>> = [
          client.conversation.get({ conversationId: asked }),
          client.conversation.members({ conversationId: asked }),
          client.history.page({ conversationId: asked }),
          client.history.changedSince({ conversationId: asked, asOf: 0, from: 1, to: 2 })
        ]
        for (const read of reads) assert.strictEqual((yield* read.pipe(as(alan), Effect.flip))._tag, "NotFound")
      }
      assert.strictEqual((yield* client.me.snapshot().pipe(Effect.flip))._tag, "Unauthenticated")
    }).pipe(Effect.provide(World))
  )

  it.scoped("take changes of one user no faster than messages, and people who are added for a part of one each", () =>
    Effect.gen(function* () {
      const { ada, client, grace, makeGroup } = yield* setUp
      const { conversationId } = yield* makeGroup([])
      const nobodies = (count: number) =>
        Effect.all(Array.from({ length: count }, () => Effect.map(makeUuidV7, (id) => UserId.make(id))))
      const [strangers, others] = [yield* nobodies(280), yield* nobodies(120)]
      const add = (userIds: ReadonlyArray<UserId>) =>
        Effect.flatMap(newId, (id) => client.conversation.add({ id, conversationId, userIds })).pipe(as(ada))
      const rename = (title: string) =>
        Effect.flatMap(newId, (id) => client.conversation.rename({ id, conversationId, title })).pipe(as(ada))
      const told = <A, E extends { readonly _tag: string; readonly retryAfterMs?: number | undefined }, R>(
        call: Effect.Effect<A, E, R>
      ) => Effect.map(Effect.flip(call), ({ _tag, retryAfterMs }) => [_tag, retryAfterMs])
      yield* TestClock.adjust("1 second")
      // 30 at once: 1 and 28, and one is left.
      assert.deepStrictEqual(yield* told(add(strangers)), ["Refused", undefined])
      assert.deepStrictEqual(yield* told(add(strangers.slice(0, 1))), ["RateLimited", 100])
      yield* rename("Coffee")
      assert.deepStrictEqual(yield* told(rename("Cocoa")), ["RateLimited", 100])
      yield* client.conversation.openDirect({ userId: ada }).pipe(as(grace))
      yield* TestClock.adjust("100 millis")
      yield* rename("Cocoa")
      // More than the burst goes when all is there, and is paid for afterwards: 41, so that 11 are owed.
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(yield* told(makeGroup([...strangers, ...others])), ["Refused", undefined])
      assert.deepStrictEqual(yield* told(rename("Water")), ["RateLimited", 1_200])
    }).pipe(Effect.provide(World))
  )

  it.scoped("take so many new conversations an hour of one user", () =>
    Effect.gen(function* () {
      const { ada, alan, client, makeGroup } = yield* setUp
      for (let n = 0; n < 60; n++) {
        yield* TestClock.adjust("100 millis")
        yield* makeGroup([])
      }
      yield* TestClock.adjust("1 second")
      const refused = yield* Effect.flip(makeGroup([]))
      assert.strictEqual(refused._tag, "RateLimited")
      assert.isAbove(refused._tag === "RateLimited" ? refused.retryAfterMs : 0, 50_000)
      const { conversationId } = yield* client.conversation
        .create({ id: yield* newId, kind: "channel", title: "Tea", members: [] })
        .pipe(as(alan))
      yield* client.conversation.join({ id: yield* newId, conversationId }).pipe(as(ada))
      yield* TestClock.adjust("1 minute")
      yield* makeGroup([])
    }).pipe(Effect.provide(World))
  )

  it.scoped("count no conversation that was not made, and no change where no conversation may be made", () =>
    Effect.gen(function* () {
      const { ada, client, grace, makeGroup } = yield* setUp
      const nobody = UserId.make(yield* makeUuidV7)
      const failure = <A, E extends { readonly _tag: string }, R>(call: Effect.Effect<A, E, R>) =>
        Effect.map(Effect.flip(call), ({ _tag }) => _tag)
      for (let n = 0; n < 61; n++) {
        yield* TestClock.adjust("200 millis")
        assert.strictEqual(yield* failure(makeGroup([nobody])), "Refused")
      }
      // None is left for a change: what that stops makes nothing either.
      for (let n = 0; n < 15; n++) yield* failure(makeGroup([nobody]))
      for (let n = 0; n < 61; n++) assert.strictEqual(yield* failure(makeGroup([nobody])), "RateLimited")
      for (let n = 0; n < 60; n++) {
        yield* TestClock.adjust("200 millis")
        yield* makeGroup([])
      }
      for (let n = 0; n < 61; n++) assert.strictEqual(yield* failure(makeGroup([])), "RateLimited")
      yield* client.conversation.openDirect({ userId: grace }).pipe(as(ada))
    }).pipe(Effect.provide(World))
  )

  it.scoped(
    "open so many direct conversations an hour for one user, and any number again; those that nobody can have count for none",
    () =>
      Effect.gen(function* () {
        const { ada, alan, client, grace, makeGroup } = yield* setUp
        const open = (userId: UserId, by = ada) =>
          Effect.zipRight(TestClock.adjust("100 millis"), client.conversation.openDirect({ userId })).pipe(as(by))
        const nobody = UserId.make(yield* makeUuidV7)
        for (let n = 0; n < 61; n++) assert.strictEqual((yield* Effect.flip(open(nobody)))._tag, "Refused")
        const peers = yield* Effect.forEach(Array.from({ length: 60 }), (_, n) => addMemoryUser(`peer${n}`))
        for (const peer of peers) yield* open(peer)
        const refused = yield* Effect.flip(open(grace))
        assert.strictEqual(refused._tag, "RateLimited")
        assert.isAbove(refused._tag === "RateLimited" ? refused.retryAfterMs : 0, 50_000)
        for (const peer of peers) yield* open(peer)
        // Whoever was written to opens it from the other side for nothing, and a group is no direct conversation.
        yield* open(ada, alan)
        yield* open(alan)
        yield* makeGroup([grace])
        yield* TestClock.adjust("1 minute")
        yield* open(grace)
      }).pipe(Effect.provide(World))
  )

  it.scoped("say when to try again while the store is away", () =>
    Effect.gen(function* () {
      const client = yield* RpcTest.makeClient(ConversationRpcs)
      const conversationId = directConversationId(UserId.make(deviceId), UserId.make(deviceId))
      const reads: ReadonlyArray<
        Effect.Effect<unknown, { readonly _tag: string; readonly retryAfterMs?: number | undefined }>
      > = [
        client.me.snapshot(),
        client.conversation.get({ conversationId }),
        client.conversation.members({ conversationId }),
        client.conversation.channels({ prefix: "" }),
        client.history.page({ conversationId }),
        client.history.changedSince({ conversationId, asOf: 0, from: 1, to: 2 }),
        client.history.search({ text: "tea", conversationIds: [conversationId] })
      ]
      for (const read of reads)
        assert.deepInclude(yield* read.pipe(as(UserId.make(deviceId)), Effect.flip), {
          _tag: "Unavailable",
          retryAfterMs: 1_000
        })
    }).pipe(
      Effect.provide(ConversationHandlers.pipe(Layer.provideMerge(TokenIsUser), Layer.provide([StoreAway, Limited])))
    )
  )
})

const away = (operation: string) => () => Effect.fail(new StoreUnavailable({ operation, cause: "down" }))
const StoreAway = Layer.merge(
  Layer.mock(CommandClient, { pending: () => 0 }),
  Layer.mock(Conversations, {
    snapshot: away("snapshot"),
    summary: away("summary"),
    members: away("members"),
    channels: away("channels"),
    page: away("page"),
    changedSince: away("changedSince"),
    texts: away("texts")
  })
)
