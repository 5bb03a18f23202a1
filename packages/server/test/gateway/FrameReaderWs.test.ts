/**
 * The reader of frames against that of `ws`, on streams of frames of which some are harmed: both tell the same, and
 * give up at the same place.
 */
import { createRequire } from "node:module"
import type { Writable } from "node:stream"
import { assert, describe, it } from "@effect/vitest"
import { Limits } from "@hibiki/core/domain/Limits"
import { FastCheck as fc } from "effect"
import { framed } from "../conformance/raw/framed.ts"
import { readPieces } from "./readPieces.ts"

// It is no part of what `ws` promises, nor of its types: for a test alone.
const { Receiver } = createRequire(import.meta.url)("ws") as { Receiver: new (options: object) => Writable }

/** How `ws` tells of a close without a number. */
const noCode = 1_005

type Told = ReadonlyArray<string>

const theirs = async (pieces: ReadonlyArray<Buffer>): Promise<Told> => {
  const told: Array<string> = []
  const receiver = new Receiver({ isServer: true, maxPayload: Limits.frameBytes, allowSynchronousEvents: true })
  receiver.on("message", (data: Buffer, isBinary: boolean) => told.push(isBinary ? "binary" : `text ${data}`))
  receiver.on("ping", (data: Buffer) => told.push(`ping ${data.toString("latin1")}`))
  receiver.on("pong", () => told.push("pong"))
  receiver.on("conclude", (code: number) => told.push(`close ${code === noCode ? undefined : code}`))
  const over = new Promise<void>((resolve) => {
    receiver.on("error", (error) => {
      told.push(`fault ${faultOf(error)}`)
      resolve()
    })
    receiver.on("conclude", () => resolve())
    let written = Promise.resolve()
    for (const piece of pieces) {
      written = written.then(
        () => new Promise((done) => receiver.writable && receiver.write(Buffer.from(piece), () => done()))
      )
    }
    void written.then(resolve)
  })
  await over
  return told
}

/** The number that it would close with, which stands under a symbol. */
const faultOf = (error: object): unknown => Reflect.get(error, Object.getOwnPropertySymbols(error)[0] ?? "")

const payload = fc.oneof(
  fc.uint8Array({ maxLength: 130 }),
  fc.string({ unit: "grapheme", maxLength: 60 }).map((text) => Buffer.from(text)),
  fc.constantFrom(65_535, 65_536, 65_537).map((length) => Buffer.alloc(length, 97)),
  fc.constant(Buffer.from([0x03, 0xe8]))
)
const close = fc
  .tuple(fc.oneof(fc.integer({ min: 995, max: 1_020 }), fc.nat(65_535)), fc.uint8Array({ maxLength: 4 }))
  .map(([code, reason]) => Buffer.from([code >> 8, code & 0xff, ...reason]))
const frame = fc.oneof(
  { weight: 5, arbitrary: fc.record({ opcode: fc.constantFrom(0, 1, 2, 9, 10), fin: fc.boolean(), payload }) },
  { weight: 1, arbitrary: close.map((payload) => ({ opcode: 8, fin: true, payload })) },
  { weight: 1, arbitrary: fc.record({ opcode: fc.integer({ min: 0, max: 15 }), fin: fc.boolean(), payload }) }
)
/** Bytes of the stream that become others: most often within the first headers. */
const harm = fc.array(fc.tuple(fc.oneof(fc.nat(12), fc.nat(100_000)), fc.nat(255)), { maxLength: 2 })

describe("frames of a client", () => {
  it("are told as `ws` tells them, and given up where it gives them up", async () => {
    const ends = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(
        fc.array(frame, { minLength: 1, maxLength: 6 }),
        harm,
        fc.array(fc.nat(), { maxLength: 6 }),
        async (frames, harms, cuts) => {
          const stream = Buffer.concat(frames.map(({ fin, opcode, payload }) => framed(payload, { opcode, fin })))
          for (const [place, byte] of harms) if (place < stream.length) stream[place] = byte
          const at = [0, ...cuts.map((place) => place % (stream.length + 1)).sort((a, b) => a - b), stream.length]
          const pieces = at.slice(1).map((to, i) => stream.subarray(at[i], to))
          const [here, there] = [readPieces(pieces).told, await theirs(pieces)]
          assert.deepStrictEqual(here, there)
          const end = here.at(-1)?.split(" ", 2).join(" ") ?? "nothing"
          const kind = /^(fault|close)/.test(end) ? end.replace(/^close.*/, "close") : "open"
          ends.set(kind, (ends.get(kind) ?? 0) + 1)
        }
      ),
      { numRuns: 3_000 }
    )
    for (const kind of ["fault 1002", "fault 1007", "fault 1009", "close", "open"])
      assert.isAbove(ends.get(kind) ?? 0, 10, kind)
  })
})
