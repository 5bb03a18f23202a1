import { assert, describe, it } from "@effect/vitest"
import { UserId } from "@hibiki/core/domain/Ids"
import { isUuid } from "@hibiki/core/domain/TextRules"
import { directConversationId, fnv1a, makeSeededUuidV7, makeUuidV7, uuidV7 } from "@hibiki/core/domain/Uuid"
import { Effect, FastCheck, Random, TestClock } from "effect"

const userId = FastCheck.uuid().map((uuid) => UserId.make(uuid))
const random = FastCheck.uint8Array({ minLength: 10, maxLength: 10 })
const time = FastCheck.integer({ min: 0, max: 2 ** 48 - 1 })

describe("UUIDv7", () => {
  it("is a UUID of version 7 and RFC variant that begins with its time", () => {
    FastCheck.assert(
      FastCheck.property(time, random, (at, bytes) => {
        const uuid = uuidV7(at, bytes)
        assert.strictEqual(isUuid(uuid), true)
        assert.match(uuid, /^.{14}7.{4}[89ab]/)
        assert.strictEqual(Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16), at)
      })
    )
  })

  it("matches the example of RFC 9562", () => {
    const bytes = Uint8Array.from([0x7c, 0xc3, 0x98, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f])
    assert.strictEqual(uuidV7(0x017f22e279b0, bytes), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
  })

  it("sorts as text by time, whatever its random part", () => {
    FastCheck.assert(
      FastCheck.property(time, time, random, random, (a, b, left, right) => {
        if (a !== b) assert.strictEqual(uuidV7(a, left) < uuidV7(b, right), a < b)
      })
    )
  })

  it.effect("is made from the clock, and never twice", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(0x017f22e279b0)
      const made = yield* Effect.all(Array.from({ length: 1_000 }, () => makeUuidV7))
      assert.strictEqual(new Set(made).size, 1_000)
      assert.strictEqual(
        made.every((uuid) => uuid.startsWith("017f22e2-79b0-7")),
        true
      )
    })
  )

  it.effect("repeats with the seed where it is meant to", () =>
    Effect.gen(function* () {
      const made = (seed: string) =>
        Effect.withRandom(Effect.all([makeSeededUuidV7, makeSeededUuidV7]), Random.make(seed))
      const [first, again, other] = [yield* made("a"), yield* made("a"), yield* made("b")]
      assert.deepStrictEqual(first, again)
      assert.notDeepEqual(first, other)
      assert.notStrictEqual(first[0], first[1])
    })
  )
})

describe("the id of a direct conversation", () => {
  it("is the same for both sides, and a UUID of version 8", () => {
    FastCheck.assert(
      FastCheck.property(userId, userId, (a, b) => {
        const id = directConversationId(a, b)
        assert.strictEqual(directConversationId(b, a), id)
        assert.match(id, /^.{8}-.{4}-8.{3}-[89ab].{3}-.{12}$/)
        assert.strictEqual(isUuid(id), true)
      })
    )
  })

  it("differs for pairs that differ in one bit, and from both users' ids", () => {
    const flip = (uuid: string, digit: number, bit: number) =>
      UserId.make(
        uuid.slice(0, digit) +
          (Number.parseInt(uuid[digit] ?? "0", 16) ^ (1 << bit)).toString(16) +
          uuid.slice(digit + 1)
      )
    FastCheck.assert(
      FastCheck.property(
        userId,
        userId,
        FastCheck.constantFrom(0, 7, 9, 20, 25, 35),
        FastCheck.nat({ max: 3 }),
        (a, b, digit, bit) => {
          const id = directConversationId(a, b)
          assert.notStrictEqual(directConversationId(flip(a, digit, bit), b), id)
          assert.notStrictEqual(directConversationId(a, flip(b, digit, bit)), id)
          assert.notStrictEqual<string>(id, a)
          assert.notStrictEqual<string>(id, b)
        }
      )
    )
  })

  it("meets no other among the pairs of three hundred users", () => {
    const users = Array.from({ length: 300 }, (_, i) =>
      UserId.make(uuidV7(1_700_000_000_000 + i, new Uint8Array(10).fill(i % 7)))
    )
    const seen = new Set<string>()
    for (const [i, a] of users.entries()) for (const b of users.slice(i, i + 50)) seen.add(directConversationId(a, b))
    assert.strictEqual(
      seen.size,
      users.reduce((sum, _, i) => sum + Math.min(50, users.length - i), 0)
    )
  })
})

describe("fnv1a", () => {
  it("is FNV-1a of the 16 bytes: what other languages compute, and what partitions rest on", () => {
    // FNV-1a (32 bits) of sixteen zero bytes, and of the bytes 0 to 15.
    assert.strictEqual(
      fnv1a("00000000-0000-0000-0000-000000000000"),
      referenceFnv1a(Array.from({ length: 16 }, () => 0))
    )
    assert.strictEqual(
      fnv1a("00010203-0405-0607-0809-0a0b0c0d0e0f"),
      referenceFnv1a(Array.from({ length: 16 }, (_, i) => i))
    )
  })

  it("spreads ids over 16 partitions evenly", () => {
    const counts = Array.from({ length: 16 }, () => 0)
    for (const bytes of FastCheck.sample(random, { seed: 1, numRuns: 4_000, unbiased: true })) {
      const partition = fnv1a(uuidV7(1_700_000_000_000, bytes)) % 16
      counts[partition] = (counts[partition] ?? 0) + 1
    }
    for (const count of counts) assert.isTrue(count > 180 && count < 320, counts.join(" "))
  })
})

/** By the definition, in exact arithmetic. */
const referenceFnv1a = (bytes: ReadonlyArray<number>): number => {
  let hash = 0x811c9dc5n
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x01000193n) % 2n ** 32n
  return Number(hash)
}
