import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, FastCheck, type Schema, SchemaAST } from "effect"
import { LogEvent } from "../../src/domain/Event.ts"
import {
  decodeServerFrame,
  encodeFrame,
  eventFrames,
  presenceFrame,
  type ServerFrame
} from "../../src/protocol/ServerFrame.ts"
import { inputOf, vectors } from "./vectors.ts"

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
