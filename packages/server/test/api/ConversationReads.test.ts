/** How much and how often people read conversations: what their calls are charged, and which run beside each other. */

import { assert, describe, it } from "@effect/vitest"
import type { UserId } from "@hibiki/core/domain/Ids"
import { CommandClient } from "@hibiki/core/ingress/CommandClient"
import { Effect, Fiber, Layer, TestClock } from "effect"
import { ReadsAtOnce } from "../../src/api/ChargedReads.ts"

import {
  as,
  FewKilobytes,
  fewKilobytes,
  fewKilobytesLimits,
  kilobytesAtOnce,
  Limited,
  newId,
  noteBegun,
  overSlowPages,
  setUp,
  World
} from "./handlersKit.ts"

/** With a group whose history is some 4 KB. */
const setUpLong = Effect.gen(function* () {
  const people = yield* setUp
  const { conversationId } = yield* people.makeGroup([people.grace])
  const rename = (title: string) =>
    Effect.flatMap(newId, (id) => people.client.conversation.rename({ id, conversationId, title })).pipe(as(people.ada))
  for (let n = 0; n < 12; n++) yield* rename(`${n} `.padEnd(64, "響"))
  return { ...people, conversationId }
})

describe("reads of conversations", () => {
  it.scoped("are read no faster by one user than its limit, and go on after the delay that is told", () =>
    Effect.gen(function* () {
      const { ada, client, grace, makeGroup } = yield* setUp
      const { conversationId } = yield* makeGroup([grace])
      const told = <A, E extends { readonly _tag: string; readonly retryAfterMs?: number }, R>(
        call: Effect.Effect<A, E, R>
      ) => Effect.map(Effect.flip(call), ({ _tag, retryAfterMs }) => [_tag, retryAfterMs])
      const page = client.history.page({ conversationId }).pipe(as(ada))
      const reads: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string; readonly retryAfterMs?: number }>> = [
        client.conversation.get({ conversationId }).pipe(as(ada)),
        client.conversation.members({ conversationId }).pipe(as(ada)),
        client.history.changedSince({ conversationId, asOf: 1, from: 1, to: 1 }).pipe(as(ada)),
        page
      ]
      // 300 at once, of which the whole list takes ten.
      yield* client.me.snapshot().pipe(as(ada))
      for (let n = 0; n < 290; n++) yield* page
      for (const read of reads) assert.deepStrictEqual(yield* told(read), ["RateLimited", 20])
      yield* TestClock.adjust("20 millis")
      yield* page
      assert.deepStrictEqual(yield* told(client.me.snapshot().pipe(as(ada))), ["RateLimited", 200])
      yield* client.history.page({ conversationId }).pipe(as(grace))
      // Looking for messages has a limit of its own.
      const search = client.history.search({ text: "tea", conversationIds: [conversationId] }).pipe(as(ada))
      for (let n = 0; n < 5; n++) yield* search
      assert.deepStrictEqual(yield* told(search), ["RateLimited", 500])
      yield* TestClock.adjust("500 millis")
      yield* search
      yield* client.history.search({ text: "tea", conversationIds: [conversationId] }).pipe(as(grace))
      // Looking for channels by name is like looking for people.
      for (let n = 0; n < 30; n++) yield* client.conversation.channels({ prefix: "t" }).pipe(as(ada))
      assert.deepStrictEqual(yield* told(client.conversation.channels({ prefix: "t" }).pipe(as(ada))), [
        "RateLimited",
        500
      ])
    }).pipe(Effect.provide(World))
  )

  it.scoped("are charged by the bytes of their answers, which others don't pay", () =>
    Effect.gen(function* () {
      const { ada, client, conversationId, grace } = yield* setUpLong
      const page = client.history.page({ conversationId, limit: 8 })
      const { rows } = yield* page.pipe(as(grace))
      const kilobytes = Buffer.byteLength(JSON.stringify(rows)) / 1_024
      assert.isAbove(kilobytes, fewKilobytes.burst)
      const refused = yield* Effect.flip(page.pipe(as(grace)))
      if (refused._tag !== "RateLimited") return assert.fail(refused._tag)
      // One KB of the two was there before, and one has to be there again.
      assert.approximately(refused.retryAfterMs, 1_000 * kilobytes, 500)
      const line = yield* Effect.flip(client.conversation.get({ conversationId }).pipe(as(grace)))
      const search = yield* Effect.flip(
        client.history.search({ text: "tea", conversationIds: [conversationId] }).pipe(as(grace))
      )
      assert.deepStrictEqual([line._tag, search._tag], ["RateLimited", "RateLimited"])
      yield* page.pipe(as(ada))
      yield* TestClock.adjust(refused.retryAfterMs)
      yield* page.pipe(as(grace))
    }).pipe(Effect.provide(FewKilobytes))
  )

  it.scoped("are charged where their caller hangs up, and run to their end before the caller's next ones", () => {
    const asked: Array<string> = []
    return Effect.gen(function* () {
      const { ada, client, conversationId } = yield* setUpLong
      const page = client.history.page({ conversationId }).pipe(as(ada))
      for (let n = 0; n < 3; n++) {
        const call = yield* Effect.fork(page)
        yield* TestClock.adjust("1 millis")
        yield* Effect.fork(Fiber.interrupt(call))
      }
      assert.deepStrictEqual(asked, ["begins", "begins"])
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(asked, ["begins", "begins", "ends", "ends"])
      assert.strictEqual((yield* Effect.flip(page))._tag, "RateLimited")
    }).pipe(Effect.provide(overSlowPages((what) => asked.push(what)).pipe(Layer.provide(fewKilobytesLimits))))
  })

  it.scoped("of searches are charged by what these look at, found or not", () =>
    Effect.gen(function* () {
      const { ada, client, makeGroup } = yield* setUp
      const { conversationId } = yield* makeGroup([])
      const commands = yield* CommandClient
      const text = "響".repeat(1_000)
      yield* commands.run({
        log: conversationId,
        id: yield* newId,
        by: ada,
        device: null,
        body: { kind: "post", text }
      })
      const search = client.history.search({ text: "tea", conversationIds: [conversationId] }).pipe(as(ada))
      assert.deepStrictEqual((yield* search).hits, [])
      const refused = yield* Effect.flip(search)
      if (refused._tag !== "RateLimited") return assert.fail(refused._tag)
      // Of the two KB one was left, which is there again once the text and two rows are paid.
      assert.approximately(refused.retryAfterMs, (1_000 * (3_000 + 64)) / 1_024, 20)
    }).pipe(Effect.provide(FewKilobytes))
  )

  it.scoped("owe what they cost before the next one begins, of many that come at once", () => {
    return Effect.gen(function* () {
      const { ada, client, conversationId } = yield* setUpLong
      const page = Effect.either(client.history.page({ conversationId }).pipe(as(ada)))
      const calls = yield* Effect.forEach(Array.from({ length: 20 }), () => Effect.fork(page))
      yield* TestClock.adjust("1 millis")
      yield* TestClock.adjust("20 seconds")
      const answers = yield* Effect.forEach(calls, Fiber.join)
      assert.isAtMost(answers.filter(({ _tag }) => _tag === "Right").length, 4)
    }).pipe(Effect.provide(overSlowPages().pipe(Layer.provide(kilobytesAtOnce(10)))))
  })

  it.scoped("of one user take a quarter of the store's time, and wait for it where they took more", () => {
    const begun: Array<UserId> = []
    return Effect.gen(function* () {
      const { ada, client, grace, makeGroup } = yield* setUp
      const { conversationId } = yield* makeGroup([grace])
      const page = (userId: UserId) => client.history.page({ conversationId }).pipe(as(userId))
      const calls = yield* Effect.forEach([ada, ada, ada, ada], (userId) => Effect.fork(page(userId)))
      yield* TestClock.adjust("1 millis")
      yield* TestClock.adjust("1 second")
      // Two of a second each are more than is owed at most, which is back after a second.
      assert.deepStrictEqual(begun, [ada, ada])
      yield* Effect.fork(page(grace))
      yield* TestClock.adjust("900 millis")
      assert.deepStrictEqual(begun, [ada, ada, grace])
      yield* TestClock.adjust("100 millis")
      assert.deepStrictEqual(begun, [ada, ada, grace, ada, ada])
      yield* TestClock.adjust("1 second")
      yield* Effect.forEach(calls, Fiber.join)
    }).pipe(Effect.provide(overSlowPages(noteBegun(begun)).pipe(Layer.provide(Limited))))
  })

  it.scoped("run two at once of one user, and others' beside them", () => {
    const begun: Array<UserId> = []
    return Effect.gen(function* () {
      const { ada, alan, client, grace, makeGroup } = yield* setUp
      const { conversationId } = yield* makeGroup([grace, alan])
      const pages = yield* Effect.forEach([ada, ada, ada, ada, grace, alan], (userId) =>
        Effect.fork(client.history.page({ conversationId }).pipe(as(userId)))
      )
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(begun, [ada, ada, grace, alan])
      // The third and the fourth rest before they begin.
      yield* TestClock.adjust("3 seconds")
      yield* Effect.forEach(pages, Fiber.join)
      assert.deepStrictEqual(begun.slice(4), [ada, ada])
    }).pipe(Effect.provide(overSlowPages(noteBegun(begun)).pipe(Layer.provide(Limited))))
  })

  it.scoped("run one after the other where the store has one connection, in the order in which they came", () => {
    const begun: Array<UserId> = []
    return Effect.gen(function* () {
      const { ada, alan, client, grace, makeGroup } = yield* setUp
      const { conversationId } = yield* makeGroup([grace, alan])
      const people = [ada, ada, ada, grace, alan]
      yield* Effect.forEach(people, (userId) => Effect.fork(client.history.page({ conversationId }).pipe(as(userId))))
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(begun, [ada])
      yield* TestClock.adjust("5 seconds")
      // The third of one person waits for a turn of its own first.
      assert.deepStrictEqual(begun, [ada, ada, grace, alan, ada])
    }).pipe(
      Effect.provide(
        overSlowPages(noteBegun(begun)).pipe(Layer.provide(Layer.merge(Limited, Layer.succeed(ReadsAtOnce, 1))))
      )
    )
  })
})
