/** A digest for tests without node's SHA-256: spreads well, and hides nothing from somebody who tries. */
import { Encoding } from "effect"

/** 256 bits that depend on all of the text: FNV-1a in eight lanes, mixed at the end. */
export const weakDigest = (text: string): string => {
  const input = new TextEncoder().encode(text)
  const bytes = new Uint8Array(32)
  for (let lane = 0; lane < 8; lane++) {
    let hash = Math.imul(0x811c9dc5 ^ (lane + 1), 0x01000193)
    for (const byte of input) hash = Math.imul(hash ^ byte, 0x01000193)
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    for (let i = 0; i < 4; i++) bytes[4 * lane + i] = (hash >>> (8 * i)) & 0xff
  }
  return Encoding.encodeBase64Url(bytes)
}
