import { assert, describe, it } from "@effect/vitest"
import { Either, FastCheck, Schema, SchemaAST } from "effect"
import { type CommandBody, type CommandKindName, kindOf } from "../../src/commands/Command.ts"
import { CommandId, ConversationId, UserId } from "../../src/domain/Ids.ts"
import type { ClientFrame } from "../../src/protocol/ClientFrame.ts"
import { type CommandFrame, commandsIn, isCommandFrame, singleFrames } from "../../src/protocol/CommandFrame.ts"
import { decodeClientFrame, isFrameProblem } from "../../src/protocol/FrameCodec.ts"
import { anyBody } from "../../src/testing/anyBody.ts"

const conversationId = ConversationId.make("0190b0c0-1111-7abc-8def-000000000001")
const id = CommandId.make("0190b0c0-2222-7abc-8def-0000000000a1")
const userId = UserId.make("0190b0c0-7777-7abc-8def-000000000007")

type Fields = Readonly<Record<string, unknown>>

/** A kind that a frame asks for: how fields of its body stand there, and how they are read out of it. */
interface Sent {
  readonly kind: CommandKindName
  readonly frameOf: (fields: Fields) => object
  readonly bodyIn: (frame: ClientFrame) => unknown
  /** Fields that the server adds. */
  readonly added?: ReadonlyArray<string>
}

const commandIn = (frame: ClientFrame): CommandBody | undefined => (isCommandFrame(frame) ? commandsIn(frame)[0]?.body : undefined)

const singles = [...singleFrames].flatMap(([op, { fields }]) =>
  (fields.includes("on")
    ? [
        { op, on: true },
        { op, on: false }
      ]
    : [{ op }]
  ).flatMap((given): ReadonlyArray<Sent> => {
    const envelope = { ...given, id, conversationId }
    return commandsIn(envelope as CommandFrame).map(({ body: { kind } }) => ({
      kind,
      frameOf: (fields) => ({ ...envelope, ...fields }),
      bodyIn: commandIn
    }))
  })
)

const sent: ReadonlyArray<Sent> = [
  { kind: "post", frameOf: (fields) => ({ op: "post", conversationId, posts: [{ id, ...fields }] }), bodyIn: commandIn },
  {
    kind: "read",
    frameOf: ({ upTo, ...fields }) => ({ op: "read", seq: upTo, ...fields }),
    bodyIn: (frame) => (frame.op === "read" ? { kind: "read", conversationId: frame.conversationId, upTo: frame.seq } : undefined),
    added: ["asOf"]
  },
  ...singles
]

const anyValue = FastCheck.oneof(
  FastCheck.string({ unit: "binary", maxLength: 20 }),
  FastCheck.string({ unit: "grapheme", maxLength: 20 }),
  FastCheck.constantFrom(...["", " ", "\u200b", "a\u0000", "a\ud800", `a${"\u0301".repeat(30)}`, `a${"\u0301".repeat(31)}`]),
  FastCheck.constantFrom(...["a".repeat(4_001), "\u{1d4b3}".repeat(4_000), "a".repeat(16), "a".repeat(17), "👍", "❤", "👍👍", id, "ABC"]),
  FastCheck.integer(),
  FastCheck.constantFrom(0, 1, -1, 1.5, Number.MAX_SAFE_INTEGER, 2 ** 53),
  FastCheck.jsonValue({ maxDepth: 2 }),
  FastCheck.constant(undefined)
)

/** As far as one gets by JSON: fields of the kind's body, mostly right ones, and now and then one more. */
const anyFields = ({ added = [], kind }: Sent): FastCheck.Arbitrary<Fields> => {
  const { kind: _, ...right } = anyBody(kind, { seq: 7, userId, conversationId, replyTo: 3 })
  const names = SchemaAST.getPropertySignatures(kindOf({ kind, ...right } as CommandBody).body.ast).map(({ name }) => String(name))
  const fields = names
    .filter((name) => name !== "kind" && !added.includes(name))
    .map((name): [string, FastCheck.Arbitrary<unknown>] => [
      name,
      FastCheck.oneof({ weight: 2, arbitrary: FastCheck.constant((right as Fields)[name]) }, { weight: 1, arbitrary: anyValue })
    ])
  const one = FastCheck.record(Object.fromEntries([...fields, ["by", FastCheck.option(anyValue, { freq: 8, nil: undefined })]]))
  return one.map((value): Fields => JSON.parse(JSON.stringify(value)))
}

describe("a frame of a command", () => {
  it("exists for more than the posts", () => assert.isAbove(singles.length, 4))

  for (const each of sent)
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
