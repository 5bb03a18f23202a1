import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, FastCheck, type Schema, SchemaAST } from "effect"
import { LogEvent } from "../../src/domain/Event.ts"
import { encodeFrame, eventFrames, presenceFrame } from "../../src/protocol/EncodedFrame.ts"
import { decodeClientFrame, isFrameProblem } from "../../src/protocol/FrameCodec.ts"
import { decodeServerFrame, encodeClientFrame } from "../../src/protocol/FrameCodecClient.ts"
import { exceedsBytes, exceedsDepth } from "../../src/protocol/Json.ts"
import type { ServerFrame } from "../../src/protocol/ServerFrame.ts"
import { anyClientFrame } from "./frames.ts"
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

describe("JSON before it is parsed", () => {
  it("brackets inside strings are no nesting, whatever is escaped before a quote", () => {
    assert.isFalse(exceedsDepth(String.raw`{"a":"[[[[","b":"\"[[[","c":"\\","d":[["x"]]}`, 3))
    assert.isTrue(exceedsDepth(String.raw`{"a":"\\",[[[`, 3))
    assert.isFalse(exceedsDepth('{"a":"[[[[[', 3))
  })

  it("depth agrees with the parsed value", () => {
    const depthOf = (value: unknown): number =>
      typeof value === "object" && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0
    FastCheck.assert(
      FastCheck.property(FastCheck.jsonValue({ maxDepth: 6 }), (value) => {
        const depth = depthOf(value)
        const text = JSON.stringify(value)
        assert.isFalse(exceedsDepth(text, depth))
        if (depth > 0) assert.isTrue(exceedsDepth(text, depth - 1))
      }),
      { numRuns: 2_000 }
    )
  })

  it("bytes are those of UTF-8", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.string({ unit: "binary", maxLength: 40 }), (text) => {
        const bytes = new TextEncoder().encode(text).length
        assert.isFalse(exceedsBytes(text, bytes))
        if (bytes > 0) assert.isTrue(exceedsBytes(text, bytes - 1))
      }),
      { numRuns: 2_000 }
    )
  })
})

/** As a gateway encodes it: events and presence are joined from pieces that many sockets share. */
const encoded = (frame: ServerFrame) => {
  if (frame.op === "events") return eventFrames(frame.conversationId, frame.events)
  return [frame.op === "presence" ? presenceFrame(frame.users.map((user) => JSON.stringify(user))) : encodeFrame(frame)]
}

const someId = "0190b0c0-1111-7abc-8def-000000000001"
const decodedEvent = (event: object): { readonly kind: string } | undefined => {
  const frame = decodeServerFrame(JSON.stringify({ op: "events", conversationId: someId, events: [event] }))
  return frame?.op === "events" ? frame.events[0] : undefined
}

const eventKinds = LogEvent.members
  .flatMap(({ members }): ReadonlyArray<Schema.Schema.AnyNoContext> => members)
  .map((event) => {
    const all = SchemaAST.getPropertySignatures(event.ast)
    const kind = all.find(({ name }) => name === "kind")?.type
    return {
      name: kind !== undefined && SchemaAST.isLiteral(kind) ? String(kind.literal) : "",
      any: Arbitrary.make(event),
      fields: all
        .filter(({ name }) => name !== "kind" && name !== "seq")
        .map(({ isOptional, name }) => ({ isOptional, name: String(name) }))
    }
  })

describe("server frames at the client", () => {
  for (const vector of vectors.server.valid)
    it(`takes ${vector.name}`, () => assert.deepStrictEqual<unknown>(decodeServerFrame(inputOf(vector)), vector.frame))

  for (const vector of vectors.server.ignored)
    it(`ignores ${vector.name}`, () => assert.isUndefined(decodeServerFrame(inputOf(vector))))

  for (const kind of eventKinds)
    it(`takes ${kind.name} events with their fields, and of those that lack one or have another type there the place alone`, () => {
      FastCheck.assert(
        FastCheck.property(kind.any, (any) => {
          // Generated seqs may be 0, which is no place.
          const event = { ...any, seq: 7 }
          assert.deepStrictEqual<unknown>(decodedEvent(event), JSON.parse(JSON.stringify(event)))
          for (const { isOptional, name } of kind.fields) {
            for (const wrong of [null, -1, {}, [1]])
              assert.deepStrictEqual<unknown>(
                decodedEvent({ ...event, [name]: wrong }),
                { seq: 7, kind: "unknown" },
                name
              )
            const without = decodedEvent({ ...event, [name]: undefined })
            assert.strictEqual(without?.kind, isOptional ? kind.name : "unknown", name)
          }
        }),
        { numRuns: 20 }
      )
    })

  it("gives back what a server encodes", () => {
    for (const vector of vectors.server.valid) {
      const frame = decodeServerFrame(inputOf(vector))
      assert.isDefined(frame)
      if (frame === undefined) continue
      const back = encoded(frame).map(({ text }) => decodeServerFrame(text))
      assert.deepStrictEqual(back, [frame], vector.name)
    }
  })

  it("never throws", () => {
    const texts = vectors.server.valid.map(inputOf)
    FastCheck.assert(
      FastCheck.property(
        FastCheck.constantFrom(...texts),
        FastCheck.nat(),
        FastCheck.nat(5),
        FastCheck.string({ unit: "binary", maxLength: 3 }),
        (text, place, cut, insert) => {
          const at = place % (text.length + 1)
          decodeServerFrame(text.slice(0, at) + insert + text.slice(at + cut))
        }
      ),
      { numRuns: 5_000 }
    )
  })
})
