import { assert, describe, it } from "@effect/vitest"
import { makeSearch, type SearchRequest } from "@hibiki/core/conversations/makeSearch"
import type { SearchAnswer } from "@hibiki/core/domain/Conversation"
import { CommandId, type ConversationId, type UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { ChatMemory, ConversationsMemory, EventStoreMemory } from "@hibiki/testing"
import { addMemoryUser, blockMemoryUser } from "@hibiki/testing/ChatMemory"
import { makeLogScene } from "@hibiki/testing/contracts/log/LogScene"
import { Effect, Layer, TestClock } from "effect"
import { Conversations } from "../../src/ports/Conversations.ts"
import { EventStore } from "../../src/ports/EventStore.ts"

const Memory = Layer.mergeAll(EventStoreMemory, ConversationsMemory).pipe(Layer.provideMerge(ChatMemory.layer))

const setUp = Effect.gen(function* () {
  const context = yield* Effect.context<ChatMemory>()
  const scene = makeLogScene({
    store: yield* EventStore,
    assert,
    makeUser: (handle) => Effect.provide(addMemoryUser(handle), context),
    block: (...given) => Effect.provide(blockMemoryUser(...given), context),
    setClock: TestClock.setTime
  })
  const { append, command, post } = scene
  const posts = (by: UserId, log: ConversationId, texts: ReadonlyArray<string>) =>
    Effect.flatMap(Effect.all(texts.map((text) => command(by, log, { kind: "post", text }))), (all) => append(...all))
  const conversations = yield* Conversations
  const search = yield* makeSearch
  /** Of a store that does this besides. */
  const searchWith = (changes: Partial<Conversations["Type"]>) =>
    Effect.provideService(makeSearch, Conversations, { ...conversations, ...changes })
  return { ...scene, conversations, post, posts, search, searchWith }
})

const row = { rev: 2, id: CommandId.make("00000000-0000-7000-8000-000000000001"), at: 1, kind: "posted" } as const
const asking = (
  text: string,
  conversationIds: ReadonlyArray<ConversationId>,
  more: Partial<SearchRequest> = {}
): SearchRequest => ({
  ...{ text, conversationIds, before: undefined, limit: Limits.searchHitsMax },
  ...more
})
const places = ({ hits }: SearchAnswer) => hits.map(({ conversationId, row }) => [conversationId, row.seq] as const)
const seqs = (answer: SearchAnswer) => places(answer).map(([, seq]) => seq)

/** All answers of those who go on until there is no more. */
const whole = <E>(
  search: (userId: UserId, request: SearchRequest) => Effect.Effect<SearchAnswer, E>,
  userId: UserId,
  asked: SearchRequest
) =>
  Effect.gen(function* () {
    const answers: Array<SearchAnswer> = []
    for (let request: SearchRequest | undefined = asked; request !== undefined; ) {
      const { next, ...answer }: SearchAnswer = yield* search(userId, request)
      answers.push(answer)
      const from: number = next === undefined ? -1 : request.conversationIds.indexOf(next.conversationId)
      request =
        from < 0
          ? undefined
          : { ...request, conversationIds: request.conversationIds.slice(from), before: next?.before }
    }
    return answers
  })

describe("a search in messages", () => {
  it.effect("finds the newest first in each conversation, and these in the order in which they were named", () =>
    Effect.gen(function* () {
      const { conversationId, converse, direct, post, posts, search, stores, users } = yield* setUp
      const [ann, bob] = yield* users(2)
      const [one, two, notOurs] = [yield* converse(ann, [bob]), yield* direct(ann, bob), yield* converse(bob, [])]
      yield* posts(ann, one, ["Green tea", "coffee", "more TEA", "tea, green"])
      yield* post(bob, two, "ｔｅａ")
      yield* post(bob, notOurs, "tea")
      yield* stores(ann, one, { kind: "edit", target: 3, text: "tea after all" })
      yield* stores(ann, one, { kind: "delete", target: 4 })
      const found = yield* search(ann, asking("tea", [two, notOurs, yield* conversationId, one, two]))
      assert.deepStrictEqual(places(found), [
        [two, 1],
        [one, 5],
        [one, 3],
        [one, 2]
      ])
      assert.isFalse("next" in found)
      assert.deepInclude(found.hits[2]?.row, { kind: "posted", text: "tea after all", rev: 6, by: ann })
      assert.deepStrictEqual(seqs(yield* search(ann, asking("tea GREEN", [one, two]))), [5, 2])
      assert.deepStrictEqual(seqs(yield* search(ann, asking("tea", [one, two], { before: 5 }))), [3, 2, 1])
      assert.deepStrictEqual(yield* search(ann, asking("Tea", [notOurs])), { hits: [] })
    }).pipe(Effect.provide(Memory))
  )

  it.effect("that goes on where an answer ended finds all of it, nothing twice, whatever the limit", () =>
    Effect.gen(function* () {
      const { converse, posts, search, user } = yield* setUp
      const ann = yield* user
      const logs = [
        yield* converse(ann, []),
        yield* converse(ann, []),
        yield* converse(ann, []),
        yield* converse(ann, [])
      ]
      for (const [n, log] of logs.entries()) {
        // The third has no hit, and the oldest of the last is one.
        yield* posts(
          ann,
          log,
          Array.from({ length: 12 }, (_, i) => (n !== 2 && (i * (n + 2)) % 3 === 0 ? "tea" : "coffee"))
        )
      }
      const all = places(yield* search(ann, asking("tea", logs)))
      assert.strictEqual(all.length, 4 + 12 + 4)
      for (let limit = 1; limit <= all.length + 1; limit++) {
        const answers = yield* whole(search, ann, asking("tea", logs, { limit }))
        assert.deepStrictEqual(answers.flatMap(places), all)
        // Where the last hit is the oldest message of all, nothing is left to go on for.
        assert.strictEqual(answers.length, Math.ceil(all.length / limit))
        for (const answer of answers.slice(0, -1)) assert.strictEqual(answer.hits.length, limit)
      }
    }).pipe(Effect.provide(Memory))
  )

  it.effect(`looks at ${Limits.searchWithin} rows, step by step, then says where to go on`, () =>
    Effect.gen(function* () {
      const { conversationId, searchWith, user } = yield* setUp
      const ann = yield* user
      const [large, small, other] = [yield* conversationId, yield* conversationId, yield* conversationId]
      // So many messages are in them, and the second of each is found.
      const logs = new Map([
        [large, 19_502],
        [small, 498],
        [other, 501]
      ])
      let looked = 0
      const search = yield* searchWith({
        texts: (_, log, below, limit) =>
          Effect.sync(() => {
            const newest = Math.min(below - 1, logs.get(log) ?? 0)
            const count = Math.min(limit, newest, Limits.textsMax)
            const texts = Array.from(
              { length: count },
              (_, n) => [newest - n, newest - n === 2 ? "tea" : "coffee"] as const
            )
            looked += count
            return { texts, looked: count, bytes: 6 * count, below: count < newest ? newest - count + 1 : undefined }
          }),
        rowsAt: (_, asked) =>
          Effect.succeed(
            asked.map(({ conversationId, seq }) => ({ conversationId, row: { ...row, seq, text: "tea", by: ann } }))
          )
      })
      const find = (conversationIds: ReadonlyArray<ConversationId>, before?: number) =>
        Effect.map(search(ann, asking("tea", conversationIds, { before })), (answer) => [places(answer), answer.next])
      // Three rows of the large one are left.
      assert.deepStrictEqual<unknown>(yield* find([other, large]), [[[other, 2]], { conversationId: large, before: 4 }])
      assert.strictEqual(looked, Limits.searchWithin)
      assert.deepStrictEqual<unknown>(yield* find([large], 4), [[[large, 2]], undefined])
      const both = [
        [small, 2],
        [large, 2]
      ]
      // The bound is met at a conversation's first row: then the next one is begun, if there is one.
      assert.deepStrictEqual<unknown>(yield* find([small, large, other]), [
        both,
        { conversationId: other, before: Number.MAX_SAFE_INTEGER }
      ])
      assert.deepStrictEqual<unknown>(yield* find([small, large]), [both, undefined])
    }).pipe(Effect.provide(Memory))
  )

  it.effect("looks at about two megabytes of texts", () =>
    Effect.gen(function* () {
      const { conversations, converse, posts, searchWith, user } = yield* setUp
      const ann = yield* user
      const log = yield* converse(ann, [])
      for (let n = 0; n < 10; n++)
        yield* posts(
          ann,
          log,
          Array.from({ length: 20 }, () => "🍵".repeat(Limits.textMax))
        )
      let bytes = 0
      const search = yield* searchWith({
        texts: (...asked) => Effect.tap(conversations.texts(...asked), (step) => (bytes += step?.bytes ?? 0))
      })
      const { next } = yield* search(ann, asking("tea", [log]))
      assert.isAtLeast(bytes, Limits.searchBytes)
      assert.isBelow(bytes, Limits.searchBytes + 262_144)
      assert.strictEqual(next?.before, 202 - bytes / 16_000)
    }).pipe(Effect.provide(Memory))
  )

  it.live("lets the event loop turn while it matches, however long the texts of one step are", () =>
    Effect.gen(function* () {
      const { conversationId, searchWith, user } = yield* setUp
      const ann = yield* user
      const text = "\ufdfa".repeat(Limits.textMax)
      const search = yield* searchWith({
        texts: () =>
          Effect.succeed({
            texts: Array.from({ length: 20 }, (_, n) => [20 - n, text] as const),
            looked: 20,
            bytes: 240_000,
            below: undefined
          })
      })
      let turns = 0
      let isOver = false
      const turn = () => {
        turns++
        if (!isOver) setImmediate(turn)
      }
      setImmediate(turn)
      yield* Effect.ensuring(
        search(ann, asking("tea", [yield* conversationId])),
        Effect.sync(() => {
          isOver = true
        })
      )
      // After 5 texts each: so many make 16,384 units.
      assert.isAtLeast(turns, 3)
    }).pipe(Effect.provide(Memory))
  )

  it.effect("asks for few rows at once where texts are long, and for more where they are short", () =>
    Effect.gen(function* () {
      const { conversationId, searchWith, user } = yield* setUp
      const ann = yield* user
      const asked: Array<number> = []
      const sized = (bytes: number) => {
        asked.length = 0
        return searchWith({
          texts: (_, __, below, limit) =>
            Effect.sync(() => {
              asked.push(limit)
              return { texts: [], looked: limit, bytes: limit * bytes, below: Math.min(below, 5_000) - limit }
            })
        })
      }
      yield* (yield* sized(16_000))(ann, asking("tea", [yield* conversationId]))
      assert.deepStrictEqual(asked.slice(0, 3), [64, 3, 3])
      yield* (yield* sized(40))(ann, asking("tea", [yield* conversationId]))
      assert.deepStrictEqual(asked.slice(0, 3), [64, 250, 250])
    }).pipe(Effect.provide(Memory))
  )

  it.effect("answers with no more than a page of history may weigh", () =>
    Effect.gen(function* () {
      const { converse, posts, search, user } = yield* setUp
      const ann = yield* user
      const log = yield* converse(ann, [])
      const text = `tea${"🍵".repeat(Limits.textMax - 3)}`
      yield* posts(
        ann,
        log,
        Array.from({ length: 40 }, () => text)
      )
      const answers = yield* whole(search, ann, asking("tea", [log]))
      assert.deepStrictEqual(
        answers.map(({ hits }) => hits.length),
        [8, 8, 8, 8, 8]
      )
      assert.deepStrictEqual(
        answers.flatMap(seqs),
        Array.from({ length: 40 }, (_, n) => 41 - n)
      )
    }).pipe(Effect.provide(Memory))
  )

  it.effect("answers with what still matches when it is read", () =>
    Effect.gen(function* () {
      const { conversations, converse, posts, searchWith, stores, user } = yield* setUp
      const ann = yield* user
      const log = yield* converse(ann, [])
      yield* posts(ann, log, ["tea", "tea", "tea"])
      const search = yield* searchWith({
        rowsAt: (userId, asked) =>
          Effect.gen(function* () {
            yield* Effect.orDie(stores(ann, log, { kind: "edit", target: 2, text: "coffee" }))
            yield* Effect.orDie(stores(ann, log, { kind: "edit", target: 3, text: "more tea" }))
            yield* Effect.orDie(stores(ann, log, { kind: "delete", target: 4 }))
            return yield* conversations.rowsAt(userId, asked)
          })
      })
      const { hits } = yield* search(ann, asking("tea", [log]))
      assert.deepStrictEqual(
        hits.map(({ row }) => "text" in row && row.text),
        ["more tea"]
      )
    }).pipe(Effect.provide(Memory))
  )
})
