/** The contract of the PresenceCounts. Each case has days of its own, so that cases do not meet. */
import { ConversationId } from "@hibiki/core/domain/Ids"
import type { PeopleCount } from "@hibiki/core/domain/PresenceCounts"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { PresenceCounts } from "@hibiki/core/ports/PresenceCounts"
import { Effect } from "effect"
import { type ContractAssert, type ContractCase, type ContractIt, runCases } from "./Contract.ts"

interface Kit {
  readonly assert: ContractAssert
  readonly counts: PresenceCounts["Type"]
  readonly conversation: Effect.Effect<ConversationId>
}

const bucketMs = 300_000
const dayMs = 86_400_000
const days = (day: number) => ({ from: day * dayMs, until: (day + 1) * dayMs, everyMs: bucketMs })
const people = (online: number, active: number): PeopleCount => ({ online, active })

const cases: ReadonlyArray<ContractCase<Kit>> = [
  {
    name: "stored counts are read by time, over the server and by conversation",
    run: ({ assert, conversation, counts }) =>
      Effect.gen(function* () {
        const [tea, coffee] = [yield* conversation, yield* conversation]
        const range = days(100)
        const [first, second] = [range.from, range.from + bucketMs]
        yield* counts.store({
          at: second,
          everybody: people(4, 2),
          conversations: [{ conversationId: coffee, ...people(1, 0) }],
          isComplete: true
        })
        yield* counts.store({
          at: first,
          everybody: people(7, 3),
          conversations: [
            { conversationId: tea, ...people(5, 3) },
            { conversationId: coffee, ...people(2, 1) }
          ],
          isComplete: true
        })
        assert.deepStrictEqual(yield* counts.points(undefined, range), [
          { at: first, ...people(7, 3) },
          { at: second, ...people(4, 2) }
        ])
        assert.deepStrictEqual(yield* counts.points(tea, range), [
          { at: first, ...people(5, 3) },
          { at: second, ...people(0, 0) }
        ])
        assert.deepStrictEqual(yield* counts.points(coffee, { ...range, until: second }), [
          { at: first, ...people(2, 1) }
        ])
        assert.deepStrictEqual(yield* counts.points(undefined, { ...range, from: second }), [
          { at: second, ...people(4, 2) }
        ])
      })
  },
  {
    name: "a step has the largest counts of its buckets, and a step without a bucket is left out",
    run: ({ assert, conversation, counts }) =>
      Effect.gen(function* () {
        const tea = yield* conversation
        const range = { ...days(200), everyMs: 6 * bucketMs }
        for (const [bucket, online, active] of [
          [0, 3, 3],
          [5, 8, 1],
          [12, 2, 0]
        ] as const) {
          yield* counts.store({
            at: range.from + bucket * bucketMs,
            everybody: people(online, active),
            conversations: [{ conversationId: tea, ...people(online - 1, 0) }],
            isComplete: true
          })
        }
        const [first, third] = [range.from, range.from + 12 * bucketMs]
        assert.deepStrictEqual(yield* counts.points(undefined, range), [
          { at: first, ...people(8, 3) },
          { at: third, ...people(2, 0) }
        ])
        assert.deepStrictEqual(yield* counts.points(tea, range), [
          { at: first, ...people(7, 0) },
          { at: third, ...people(1, 0) }
        ])
      })
  },
  {
    name: "nothing is told of a conversation that a full bucket may have left out",
    run: ({ assert, conversation, counts }) =>
      Effect.gen(function* () {
        const [tea, small] = [yield* conversation, yield* conversation]
        const range = days(300)
        const conversations = [{ conversationId: tea, ...people(5, 3) }]
        yield* counts.store({ at: range.from, everybody: people(7, 3), conversations, isComplete: false })
        assert.deepStrictEqual(yield* counts.points(small, range), [])
        assert.deepStrictEqual(yield* counts.points(tea, range), [{ at: range.from, ...people(5, 3) }])
      })
  },
  {
    name: "of a bucket that is stored twice the larger counts remain",
    run: ({ assert, conversation, counts }) =>
      Effect.gen(function* () {
        const [tea, coffee] = [yield* conversation, yield* conversation]
        const range = days(400)
        yield* counts.store({
          at: range.from,
          everybody: people(7, 2),
          conversations: [{ conversationId: tea, ...people(5, 1) }],
          isComplete: false
        })
        yield* counts.store({
          at: range.from,
          everybody: people(6, 4),
          conversations: [
            { conversationId: tea, ...people(3, 2) },
            { conversationId: coffee, ...people(1, 1) }
          ],
          isComplete: true
        })
        const read = (of: ConversationId | undefined) => counts.points(of, range)
        assert.deepStrictEqual(yield* read(undefined), [{ at: range.from, ...people(7, 4) }])
        assert.deepStrictEqual(yield* read(tea), [{ at: range.from, ...people(5, 2) }])
        assert.deepStrictEqual(yield* read(coffee), [{ at: range.from, ...people(1, 1) }])
        assert.deepStrictEqual(yield* read(yield* conversation), [])
      })
  },
  {
    name: "one counts until its time is over, and may renew it",
    run: ({ assert, counts }) =>
      Effect.gen(function* () {
        const [first, second] = [yield* makeUuidV7, yield* makeUuidV7]
        assert.strictEqual(yield* counts.counting, false)
        assert.strictEqual(yield* counts.lead(first, 3_600_000), true)
        assert.strictEqual(yield* counts.counting, true)
        assert.strictEqual(yield* counts.lead(second, 3_600_000), false)
        assert.strictEqual(yield* counts.lead(first, 0), true)
        assert.strictEqual(yield* counts.lead(second, 3_600_000), true)
        assert.strictEqual(yield* counts.lead(first, 0), false)
        // Gives it back, for other cases.
        assert.strictEqual(yield* counts.lead(second, 0), true)
        assert.strictEqual(yield* counts.counting, false)
      })
  }
]

/** How many tests `presenceCountsContract` runs. */
export const presenceCountsContractSize = cases.length

export const presenceCountsContract = ({
  assert,
  it
}: {
  readonly it: ContractIt<PresenceCounts>
  readonly assert: ContractAssert
}): void =>
  runCases(
    it,
    cases,
    Effect.map(PresenceCounts, (counts) => ({
      assert,
      counts,
      conversation: Effect.map(makeUuidV7, (uuid) => ConversationId.make(uuid))
    }))
  )
