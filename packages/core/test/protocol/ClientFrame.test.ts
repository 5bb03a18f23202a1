import { assert, describe, it } from "@effect/vitest"
import { Either, FastCheck, Schema } from "effect"
import { type CommandBody, kindOf } from "../../src/commands/Command.ts"
import { commandOps, decodeClientFrame, encodeClientFrame, isFrameProblem } from "../../src/protocol/ClientFrame.ts"
import { anyClientFrame } from "./frames.ts"
import { type Fields, id, type SentKind, sentKinds } from "./sentKinds.ts"
import { inputOf, vectors } from "./vectors.ts"

describe("client frames at the gateway", () => {
  it("there are at least 80 vectors", () =>
    assert.isAtLeast(vectors.client.valid.length + vectors.client.invalid.length, 80))

  for (const vector of vectors.client.valid)
    it(`takes ${vector.name}`, () => {
      const frame = decodeClientFrame(inputOf(vector))
      assert.isFalse(isFrameProblem(frame), JSON.stringify(frame))
      if (vector.frame !== undefined) assert.deepStrictEqual(frame, vector.frame)
    })

  for (const vector of vectors.client.invalid)
    it(`refuses ${vector.name}`, () => {
      const { name, text, parts, ...expected } = vector
      assert.deepStrictEqual<unknown>(decodeClientFrame(inputOf(vector)), expected)
    })

  it("gives back every frame that it could have been sent", () => {
    FastCheck.assert(
      FastCheck.property(anyClientFrame, (frame) => {
        assert.deepStrictEqual(decodeClientFrame(encodeClientFrame(frame)), frame)
      }),
      { numRuns: 2_000 }
    )
  })

  it("never throws, and never takes a frame that it would not take again", () => {
    const mutated = FastCheck.tuple(
      anyClientFrame,
      FastCheck.array(
        FastCheck.tuple(FastCheck.nat(), FastCheck.nat(3), FastCheck.string({ unit: "binary", maxLength: 4 })),
        {
          maxLength: 4
        }
      )
    )
    FastCheck.assert(
      FastCheck.property(mutated, ([frame, edits]) => {
        let text = encodeClientFrame(frame)
        for (const [place, cut, insert] of edits) {
          const at = place % (text.length + 1)
          text = text.slice(0, at) + insert + text.slice(at + cut)
        }
        const decoded = decodeClientFrame(text)
        if (!isFrameProblem(decoded)) assert.deepStrictEqual(decodeClientFrame(encodeClientFrame(decoded)), decoded)
      }),
      { numRuns: 10_000 }
    )
  })

  it("refuses any JSON that is no frame without throwing", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.json(), (text) => {
        decodeClientFrame(text)
      }),
      { numRuns: 2_000 }
    )
  })

  it("leaves prototypes alone", () => {
    decodeClientFrame('{"op":"ping","__proto__":{"polluted":true}}')
    decodeClientFrame('{"op":"ping","constructor":{"prototype":{"polluted":true}}}')
    assert.isUndefined(({} as { polluted?: true }).polluted)
  })
})

const anyValue = FastCheck.oneof(
  FastCheck.string({ unit: "binary", maxLength: 20 }),
  FastCheck.string({ unit: "grapheme", maxLength: 20 }),
  FastCheck.constantFrom(
    ...["", " ", "\u200b", "a\u0000", "a\ud800", `a${"\u0301".repeat(30)}`, `a${"\u0301".repeat(31)}`]
  ),
  FastCheck.constantFrom(
    ...["a".repeat(4_001), "\u{1d4b3}".repeat(4_000), "a".repeat(16), "a".repeat(17), "👍", "❤", "👍👍", id, "ABC"]
  ),
  FastCheck.integer(),
  FastCheck.constantFrom(0, 1, -1, 1.5, Number.MAX_SAFE_INTEGER, 2 ** 53),
  FastCheck.jsonValue({ maxDepth: 2 }),
  FastCheck.constant(undefined)
)

/** As far as one gets by JSON: fields of the kind's body, mostly right ones, and now and then one more. */
const anyFields = ({ fields, right }: SentKind): FastCheck.Arbitrary<Fields> => {
  const ofBody = fields.map(({ name }): [string, FastCheck.Arbitrary<unknown>] => [
    String(name),
    FastCheck.oneof(
      { weight: 2, arbitrary: FastCheck.constant(right[String(name)]) },
      { weight: 1, arbitrary: anyValue }
    )
  ])
  const all = FastCheck.record(
    Object.fromEntries([...ofBody, ["by", FastCheck.option(anyValue, { freq: 8, nil: undefined })]])
  )
  return all.map((value): Fields => JSON.parse(JSON.stringify(value)))
}

describe("a frame of a command", () => {
  it("stands for each kind that goes by the socket", () => assert.isAbove(sentKinds.length, commandOps.size))

  for (const each of sentKinds)
    it(`is taken for ${each.kind} where its fields are what the kind's body says, and holds that body`, () => {
      let taken = 0
      let runs = 0
      FastCheck.assert(
        FastCheck.property(anyFields(each), (fields) => {
          const asked = { kind: each.kind, ...fields } as CommandBody
          const body = Schema.decodeUnknownEither(kindOf(asked).body, { onExcessProperty: "error" })(asked)
          const frame = decodeClientFrame(JSON.stringify(each.frameOf(fields)))
          runs++
          if (Either.isLeft(body)) assert.isTrue(isFrameProblem(frame), JSON.stringify(frame))
          else {
            taken++
            assert.isFalse(isFrameProblem(frame), JSON.stringify(frame))
            if (!isFrameProblem(frame)) assert.deepStrictEqual(each.bodyIn(frame), body.right)
          }
        }),
        { numRuns: 2_000 }
      )
      assert.isAbove(taken, runs / 20)
      assert.isBelow(taken, (19 * runs) / 20)
    })
})
