/** Frames of RFC 6455 as bytes, right or wrong. */

export interface Framing {
  readonly opcode?: number
  readonly fin?: boolean
  readonly rsv1?: boolean
  readonly masked?: boolean
  /** Another than the payload's. */
  readonly length?: number | bigint
}

/** The mask is of zeros, which leaves the payload as it is. */
export const framed = (
  payload: string | Uint8Array,
  { fin = true, length, masked = true, opcode = 1, rsv1 = false }: Framing = {}
): Uint8Array => {
  const body = Buffer.from(payload)
  const told = BigInt(length ?? body.length)
  const first = (fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | opcode
  const mask = masked ? 0x80 : 0
  const size = Buffer.alloc(told < 126n ? 1 : told < 65_536n ? 3 : 9)
  if (told < 126n) size.writeUInt8(mask | Number(told))
  else if (told < 65_536n) {
    size.writeUInt8(mask | 126)
    size.writeUInt16BE(Number(told), 1)
  } else {
    size.writeUInt8(mask | 127)
    size.writeBigUInt64BE(told, 1)
  }
  return Buffer.concat([Buffer.from([first]), size, Buffer.alloc(masked ? 4 : 0), body])
}
