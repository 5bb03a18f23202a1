/** Bad inputs below what the protocol means: the wire vectors, and frames that are none. */
import { deflateRawSync } from "node:zlib"
import { type InvalidVector, inputOf, vectors } from "../../../../core/test/protocol/vectors.ts"
import { framed } from "../raw/framed.ts"
import { upgrade } from "../raw/upgrade.ts"
import type { BadInput, Outcome } from "./BadInput.ts"

const outcomeOf = ({ code, conversationId, id }: InvalidVector): Outcome => {
  if (id !== undefined && conversationId !== undefined) return { refused: code, id }
  return { closed: code === "too_large" ? 1009 : 4400 }
}

/** All of docs/reference/wire-vectors.json that a server must refuse. */
export const badVectors: ReadonlyArray<BadInput> = vectors.client.invalid.map((vector) => ({
  name: vector.name,
  tried: { sent: { how: "text", text: inputOf(vector) }, outcome: outcomeOf(vector) }
}))

/** The same where hello is due: there is nobody yet whom a refusal could be told. */
export const badFirstFrames: ReadonlyArray<BadInput> = vectors.client.invalid
  .filter((vector) => inputOf(vector).includes('"op":"hello"'))
  .map((vector) => ({
    name: `first: ${vector.name}`,
    tried: { sent: { how: "first", text: inputOf(vector) }, outcome: { closed: 4400 } }
  }))

const ping = '{"op":"ping"}'
type Fault = readonly [name: string, frames: ReadonlyArray<Uint8Array>, closed: number]

/** Closed with the numbers of RFC 6455: 1002 for what is no frame, 1007 for a text that is none, 1009 for too much. */
export const faults: ReadonlyArray<Fault> = [
  ["an unmasked frame", [framed(ping, { masked: false })], 1002],
  ["a compressed frame where nothing was agreed", [framed(ping, { rsv1: true })], 1002],
  ["opcode 3", [framed(ping, { opcode: 3 })], 1002],
  ["opcode 11", [framed(ping, { opcode: 11 })], 1002],
  ["a ping in parts", [framed("a", { opcode: 9, fin: false })], 1002],
  ["a ping of 126 bytes", [framed("a".repeat(126), { opcode: 9 })], 1002],
  ["a close of 126 bytes", [framed("a".repeat(126), { opcode: 8 })], 1002],
  ["a continuation first", [framed(ping, { opcode: 0 })], 1002],
  ["a text within a text", [framed('{"op":', { fin: false }), framed(ping)], 1002],
  ["a close of one byte", [framed("a", { opcode: 8 })], 1002],
  ["a close with a number that may not be sent", [framed(Uint8Array.from([0x03, 0xed]), { opcode: 8 })], 1002],
  ["bytes that are not UTF-8", [framed(Uint8Array.from([0x22, 0xc3, 0x28, 0x22]))], 1007],
  ["a lone surrogate in UTF-8", [framed(Uint8Array.from([0x22, 0xed, 0xa0, 0xbd, 0x22]))], 1007],
  ["a close with a reason that is not UTF-8", [framed(Uint8Array.from([0x03, 0xe8, 0xc3, 0x28]), { opcode: 8 })], 1007],
  ["a length of 100 KB without a body", [framed("", { length: 100_000 })], 1009],
  ["a length of 2^52 without a body", [framed("", { length: 2 ** 52 })], 1009],
  ["a length of 2^63 without a body", [framed("", { length: 1n << 63n })], 1009],
  [
    "parts that are too much together",
    [framed("a".repeat(60_000), { fin: false }), framed("a".repeat(60_000), { opcode: 0 })],
    1009
  ],
  ["a binary message", [framed(ping, { opcode: 2 })], 4400],
  ["an empty binary message", [framed("", { opcode: 2 })], 4400]
]

/** On a live socket, and right behind the upgrade in the same segment. */
export const badFraming: ReadonlyArray<BadInput> = faults.flatMap(([name, frames, closed]): ReadonlyArray<BadInput> => {
  const bytes = Buffer.concat(frames)
  return [
    { name, tried: { sent: { how: "raw", bytes }, outcome: { closed } } },
    {
      name: `${name}, before hello`,
      tried: {
        sent: { how: "connection", bytes: Buffer.concat([Buffer.from(upgrade("/ws")), bytes]), endsWithinMs: 5_000 },
        outcome: { began: 101, closed }
      }
    }
  ]
})

/** 64 MB of zeros in 64 KB. */
const bomb = deflateRawSync(Buffer.alloc(67_108_864))
const offers = (extensions: string, frame: Uint8Array, closed: number): BadInput => {
  const bytes = Buffer.concat([Buffer.from(upgrade("/ws", { "Sec-WebSocket-Extensions": extensions })), frame])
  const outcome = { began: 101, closed, lacks: "sec-websocket-extensions" }
  return {
    name: `an offer of ${extensions}`,
    tried: { sent: { how: "connection", bytes, endsWithinMs: 5_000 }, outcome }
  }
}

/** Whatever is offered, nothing is agreed. */
export const badExtensions: ReadonlyArray<BadInput> = [
  offers("permessage-deflate; client_max_window_bits", framed(bomb, { rsv1: true }), 1002),
  offers("permessage-deflate; server_no_context_takeover; client_no_context_takeover", framed(bomb), 1007),
  offers("constructor", framed(ping, { masked: false }), 1002),
  offers("__proto__, hasOwnProperty; toString=1", framed(ping, { masked: false }), 1002),
  offers(";;=,", framed(ping, { masked: false }), 1002)
]
