/**
 * UUIDs (RFC 9562) from given time and random bytes: version 7 for commands, version 8 for the id of a direct
 * conversation. The spelling of a UUID is defined in TextRules, which needs no library.
 */
import { Clock, Context, Effect, Random } from "effect"
import { ConversationId, type UserId } from "./Ids.ts"

/**
 * Returns this many fresh random bytes. They come from the platform's secure source, unless a run that must repeat
 * exactly provides another.
 */
export class RandomBytes extends Context.Reference<RandomBytes>()("@hibiki/core/domain/Uuid/RandomBytes", {
  defaultValue:
    () =>
    (length: number): Uint8Array =>
      crypto.getRandomValues(new Uint8Array(length))
}) {}

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"))

const format = (bytes: Uint8Array): string => {
  let text = ""
  for (let i = 0; i < 16; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += "-"
    text += hex[bytes[i] ?? 0]
  }
  return text
}

const parse = (uuid: string): Uint8Array => {
  const digits = uuid.replaceAll("-", "")
  return Uint8Array.from({ length: 16 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16))
}

const stamp = (bytes: Uint8Array, version: number): string => {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4)
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return format(bytes)
}

/** UUIDv7 of a time in milliseconds and at least ten random bytes. */
export const uuidV7 = (atMs: number, random: Uint8Array): string => {
  const bytes = new Uint8Array(16)
  let rest = atMs
  for (let i = 5; i >= 0; i--) {
    bytes[i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  bytes.set(random.subarray(0, 10), 6)
  return stamp(bytes, 7)
}

/** A fresh UUIDv7 from Effect's Clock and `RandomBytes`. */
export const makeUuidV7: Effect.Effect<string> = Effect.zipWith(
  Clock.currentTimeMillis,
  RandomBytes,
  (now, randomBytes) => uuidV7(now, randomBytes(10))
)

/**
 * As `makeUuidV7`, but the randomness comes from Effect's Random, so that a seeded run repeats exactly. For ids that
 * need not be secret.
 */
export const makeSeededUuidV7: Effect.Effect<string> = Effect.gen(function* () {
  const now = yield* Clock.currentTimeMillis
  const random = new Uint8Array(10)
  for (let i = 0; i < random.length; i++) random[i] = yield* Random.nextIntBetween(0, 256)
  return uuidV7(now, random)
})

/** -1: not a digit, such as the dashes between them. */
const hexDigit = (code: number): number => {
  if (code >= 48 && code <= 57) return code - 48
  return code >= 97 && code <= 102 ? code - 87 : -1
}

/** FNV-1a (32 bits) of a UUID's 16 bytes: spreads logs over partitions, equal in every process. */
export const fnv1a = (uuid: string): number => {
  let hash = 0x811c9dc5
  // Digit by digit: it runs for each command, and allocates no array.
  let high = -1
  for (let i = 0; i < uuid.length; i++) {
    const digit = hexDigit(uuid.charCodeAt(i))
    if (digit < 0) continue
    if (high < 0) high = digit
    else {
      hash = Math.imul(hash ^ (high * 16 + digit), 0x01000193)
      high = -1
    }
  }
  return hash >>> 0
}

/**
 * The one id of the direct conversation of an unordered pair: a UUIDv8 that mixes the bits of both ids. A name-based
 * UUID would need SHA-1, which browsers offer only asynchronously and only on https. Four FNV-1a lanes over both ids
 * are enough, since the store checks the pair of a row that it finds under the id.
 */
export const directConversationId = (a: UserId, b: UserId): ConversationId => {
  const [low, high] = a < b ? [a, b] : [b, a]
  const input = [...parse(low), ...parse(high)]
  const bytes = new Uint8Array(16)
  for (let lane = 0; lane < 4; lane++) {
    let hash = Math.imul(0x811c9dc5 ^ (lane + 1), 0x01000193)
    for (const byte of input) hash = Math.imul(hash ^ byte, 0x01000193)
    hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
    for (let i = 0; i < 4; i++) bytes[4 * lane + i] = (hash >>> (8 * i)) & 0xff
  }
  return ConversationId.make(stamp(bytes, 8))
}
