/** Bad inputs below what the protocol means: the wire vectors, and frames and requests that are none. */
import { type InvalidVector, inputOf, vectors } from "../../../../core/test/protocol/vectors.ts"
import type { BadInput, Outcome } from "./BadInput.ts"

const outcomeOf = ({ code, conversationId, id }: InvalidVector): Outcome => {
  if (id !== undefined && conversationId !== undefined) return { refused: code, id }
  return { closed: code === "too_large" ? 1009 : 4400 }
}

/** All of docs/wire-vectors.json that a server must refuse. */
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

interface Framing {
  readonly opcode?: number
  readonly fin?: boolean
  readonly rsv1?: boolean
  readonly masked?: boolean
  /** Another than the payload's. */
  readonly length?: number
}

/** A WebSocket frame, right or wrong. The mask is of zeros, which leaves the payload as it is. */
const framed = (
  payload: string | Uint8Array,
  { fin = true, length, masked = true, opcode = 1, rsv1 = false }: Framing = {}
): Uint8Array => {
  const body = Buffer.from(payload)
  const told = length ?? body.length
  const first = (fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | opcode
  const mask = masked ? 0x80 : 0
  const size = Buffer.alloc(told < 126 ? 1 : told < 65_536 ? 3 : 9)
  if (told < 126) size.writeUInt8(mask | told)
  else if (told < 65_536) {
    size.writeUInt8(mask | 126)
    size.writeUInt16BE(told, 1)
  } else {
    size.writeUInt8(mask | 127)
    size.writeBigUInt64BE(BigInt(told), 1)
  }
  return Buffer.concat([Buffer.from([first]), size, Buffer.alloc(masked ? 4 : 0), body])
}

const ping = '{"op":"ping"}'
const raw = (name: string, bytes: ReadonlyArray<Uint8Array>, closed: number): BadInput => ({
  name,
  tried: { sent: { how: "raw", bytes: Buffer.concat(bytes) }, outcome: { closed } }
})

/** Closed with the numbers of RFC 6455: 1002 for what is no frame, 1007 for a text that is none, 1009 for too much. */
export const badFraming: ReadonlyArray<BadInput> = [
  raw("an unmasked frame", [framed(ping, { masked: false })], 1002),
  raw("a compressed frame where nothing was agreed", [framed(ping, { rsv1: true })], 1002),
  raw("opcode 3", [framed(ping, { opcode: 3 })], 1002),
  raw("opcode 11", [framed(ping, { opcode: 11 })], 1002),
  raw("a ping in parts", [framed("a", { opcode: 9, fin: false })], 1002),
  raw("a ping of 126 bytes", [framed("a".repeat(126), { opcode: 9 })], 1002),
  raw("a continuation first", [framed(ping, { opcode: 0 })], 1002),
  raw("a text within a text", [framed('{"op":', { fin: false }), framed(ping)], 1002),
  raw("a close of one byte", [framed("a", { opcode: 8 })], 1002),
  raw("a close with a number that may not be sent", [framed(Uint8Array.from([0x03, 0xed]), { opcode: 8 })], 1002),
  raw("bytes that are not UTF-8", [framed(Uint8Array.from([0x22, 0xc3, 0x28, 0x22]))], 1007),
  raw("a lone surrogate in UTF-8", [framed(Uint8Array.from([0x22, 0xed, 0xa0, 0xbd, 0x22]))], 1007),
  raw("a length of 100 KB without a body", [framed("", { length: 100_000 })], 1009),
  raw("a length of 2^52 without a body", [framed("", { length: 2 ** 52 })], 1009),
  raw("parts that are too much together", [framed("a".repeat(60_000), { fin: false }), framed("a".repeat(60_000), { opcode: 0 })], 1009),
  { name: "a binary message", tried: { sent: { how: "binary", bytes: Buffer.from(ping) }, outcome: { closed: 4400 } } },
  { name: "an empty binary message", tried: { sent: { how: "binary", bytes: new Uint8Array() }, outcome: { closed: 4400 } } }
]

const handshake = {
  Host: "x",
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="
}
const upgrade = (path: string, headers: Readonly<Record<string, string | undefined>> = {}, method = "GET"): string => {
  const all = Object.entries({ ...handshake, ...headers }).filter(([, value]) => value !== undefined)
  return `${method} ${path} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`
}
const connection = (name: string, bytes: string, status: number): BadInput => ({
  name,
  tried: { sent: { how: "connection", bytes }, outcome: { status } }
})

export const badConnections: ReadonlyArray<BadInput> = [
  connection("an upgrade by another origin's page", upgrade("/ws", { Origin: "https://app.evil" }), 403),
  connection("an upgrade by a page without origin", upgrade("/ws", { Origin: "null" }), 403),
  connection("an upgrade with a cookie and no origin", upgrade("/ws", { Cookie: "a=b" }), 403),
  connection("an upgrade with a ticket in the query", upgrade("/ws?ticket=a"), 404),
  connection("an upgrade of another path", upgrade("/rpc"), 404),
  connection("an upgrade by POST", upgrade("/ws", {}, "POST"), 405),
  connection("an upgrade to another protocol", upgrade("/ws", { Upgrade: "h2c" }), 400),
  connection("an upgrade of another version", upgrade("/ws", { "Sec-WebSocket-Version": "8" }), 400),
  connection("an upgrade without a key", upgrade("/ws", { "Sec-WebSocket-Key": undefined }), 400),
  connection("an extension of Object's is not taken", upgrade("/ws", { "Sec-WebSocket-Extensions": "constructor" }), 101),
  connection("nonsense", "nonsense\r\n\r\n", 400),
  connection("two lengths", "POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
  connection("a path upwards", "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 404),
  connection("a header that is too long", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(17_000)}\r\n\r\n`, 431),
  connection("no host", "GET / HTTP/1.1\r\n\r\n", 400)
]
