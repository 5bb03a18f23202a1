/**
 * Messages from the bytes of a connection, however those are cut. What is wrong with a frame is told by the same table
 * as to a running server.
 */
import { assert, describe, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { faults } from "../conformance/bad/badFrames.ts"
import { framed } from "../conformance/raw/framed.ts"
import { readPieces } from "./readPieces.ts"

const masked = (bytes: Uint8Array, mask: ReadonlyArray<number>): Uint8Array => {
  const short = (bytes[1] ?? 0) & 0x7f
  const at = short < 126 ? 2 : short === 126 ? 4 : 10
  return bytes.map((byte, i) => (i < at ? byte : i < at + 4 ? (mask[i - at] ?? 0) : byte ^ (mask[(i - at) & 3] ?? 0)))
}

const cut = (bytes: Uint8Array, places: ReadonlyArray<number>): ReadonlyArray<Uint8Array> => {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return at.slice(1).map((to, i) => bytes.subarray(at[i], to))
}

const control = fc.oneof(
  fc
    .string({ maxLength: 40 })
    .map((text) => ({ frame: framed(text, { opcode: 9 }), told: `ping ${Buffer.from(text).toString("latin1")}` })),
  fc.constant({ frame: framed("", { opcode: 10 }), told: "pong" })
)

/** A message in one or more parts, cut anywhere, also within a character, with controls between them. */
const message = fc
  .record({
    text: fc.oneof(fc.string({ unit: "grapheme", maxLength: 300 }), fc.constant("長い".repeat(7_000))),
    parts: fc.array(fc.nat(), { maxLength: 4 }),
    between: fc.array(control, { maxLength: 2 }),
    isText: fc.boolean()
  })
  .map(({ between, isText, parts, text }) => {
    const pieces = cut(Buffer.from(text), parts)
    const frames: Array<Uint8Array> = []
    const told: Array<string> = []
    pieces.forEach((piece, i) => {
      if (i > 0)
        for (const each of between) {
          frames.push(each.frame)
          told.push(each.told)
        }
      frames.push(framed(piece, { opcode: i > 0 ? 0 : isText ? 1 : 2, fin: i === pieces.length - 1 }))
    })
    return { frames, told: [...told, isText ? `text ${text}` : "binary"] }
  })

describe("frames of a client", () => {
  it("are the same messages wherever their bytes are cut, and nothing is kept in the end", () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)),
        (messages, places, mask) => {
          const bytes = Buffer.concat(messages.flatMap(({ frames }) => frames.map((frame) => masked(frame, mask))))
          const { half, told } = readPieces(cut(bytes, places))
          assert.deepStrictEqual(
            told,
            messages.flatMap((each) => each.told)
          )
          assert.isUndefined(half)
        }
      ),
      { numRuns: 500 }
    )
  })

  it("are read byte by byte, too, and what waits takes no more than twice its own", () => {
    const bytes = masked(framed("long ".repeat(10_000)), [1, 2, 3, 4])
    const pieces = Array.from(bytes, (byte) => Uint8Array.of(byte))
    const { half } = readPieces(pieces.slice(0, 40_000))
    assert.isAtMost(half?.frame?.bytes.buffer.byteLength ?? Number.NaN, 80_000)
    assert.deepStrictEqual(readPieces(pieces).told, [`text ${"long ".repeat(10_000)}`])
  })

  it("that are wrong end the reading with the number for it, wherever they are cut", () => {
    for (const [name, frames, closed] of faults) {
      const bytes = Buffer.concat(frames)
      const told = closed === 4400 ? ["binary"] : [`fault ${closed}`]
      assert.deepStrictEqual(readPieces([bytes]).told, told, name)
      assert.deepStrictEqual(readPieces(Array.from(bytes, (byte) => Uint8Array.of(byte))).told, told, name)
    }
  })

  it("are not read behind a close or a fault", () => {
    const after = framed("after")
    assert.deepStrictEqual(
      readPieces([Buffer.concat([framed(Uint8Array.of(0x03, 0xe8), { opcode: 8 }), after])]).told,
      ["close 1000"]
    )
    assert.deepStrictEqual(readPieces([Buffer.concat([framed("", { opcode: 8 }), after])]).told, ["close undefined"])
    assert.deepStrictEqual(readPieces([Buffer.concat([framed("x", { opcode: 3 }), after])]).told, ["fault 1002"])
  })

  it("without bytes are parts of a message, and take no memory", () => {
    const empty = Buffer.concat([
      framed("", { fin: false }),
      ...Array.from({ length: 127 }, () => framed("", { opcode: 0, fin: false }))
    ])
    const { half, told } = readPieces([empty])
    assert.deepStrictEqual([told, half?.message?.bytes.length, half?.frame], [[], 0, undefined])
  })

  it("are no more than 128 parts of one message, empty or not", () => {
    const parts = (count: number) => [
      framed("a", { fin: false }),
      ...Array.from({ length: count - 2 }, () => framed("", { opcode: 0, fin: false })),
      framed("b", { opcode: 0 })
    ]
    assert.deepStrictEqual(readPieces(parts(128)).told, ["text ab"])
    assert.deepStrictEqual(readPieces([...parts(128), ...parts(128)]).told, ["text ab", "text ab"])
    for (const count of [129, 10_000]) assert.deepStrictEqual(readPieces(parts(count)).told, ["fault 1002"])
  })
})
