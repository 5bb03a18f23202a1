/**
 * What a load generator needs to know of a server's frame, found without parsing it: which frame, of which log, and the
 * events in it. The same bytes come to many sockets, so the last answer is kept.
 */

/** The beginning of what socket.io puts around a frame. */
export const socketIoHead = `42["f",`

export interface ScannedFrame {
  readonly op: string
  readonly log: string
  /** Of the first event in it, and how many follow each other from there. */
  readonly first: number
  readonly count: number
  /** The generator's numbers of the posts in it, by how their texts begin; of an `accepted` by its id. */
  readonly posts: ReadonlyArray<number>
}

const began = (Date.now() % 2 ** 48).toString(16).padStart(12, "0")
const run = process.pid.toString(16).padStart(6, "0")
const idHead = `${began.slice(0, 8)}-${began.slice(8)}-7${run.slice(0, 3)}-8${run.slice(3)}-`

const [quote, zero, nine] = [0x22, 0x30, 0x39]
const opHead = `{"op":"`.length
const seqKey = Buffer.from(`"seq":`)
const postKey = Buffer.from(`"text":"#`)
const idKey = Buffer.from(`"id":"`)
const logKey = Buffer.from(`"conversationId":"`)
const idLength = 36
/** The last group of an id, which is the generator's number of the post. */
const idDigits = 12

/** How each post's text begins, by which `scan` finds it again. */
export const postText = (post: number, length: number): string => `#${post} `.padEnd(length, "x")

/** As UUIDv7s look; unique in this process, whose time begins it. */
export const idOf = (post: number): string => idHead + post.toString(16).padStart(idDigits, "0")

const numberAt = (bytes: Buffer, from: number): number => {
  let value = 0
  for (let at = from; ; at++) {
    const digit = bytes[at] ?? 0
    if (digit < zero || digit > nine) return value
    value = value * 10 + digit - zero
  }
}

const scan = (bytes: Buffer): ScannedFrame => {
  const op = bytes.toString("latin1", opHead, bytes.indexOf(quote, opHead))
  const logAt = bytes.indexOf(logKey)
  const log = logAt < 0 ? "" : bytes.toString("latin1", logAt + logKey.length, logAt + logKey.length + idLength)
  let [first, count] = [0, 0]
  const posts: Array<number> = []
  for (let at = bytes.indexOf(seqKey); at >= 0; at = bytes.indexOf(seqKey, at)) {
    at += seqKey.length
    const seq = numberAt(bytes, at)
    if (count === 0) first = seq
    else if (seq !== first + count) throw new Error(`${seq} after ${first + count - 1} in one frame`)
    count++
  }
  if (op === "accepted") {
    const end = bytes.indexOf(idKey) + idKey.length + idLength
    posts.push(Number.parseInt(bytes.toString("latin1", end - idDigits, end), 16))
  }
  for (let at = bytes.indexOf(postKey); at >= 0; at = bytes.indexOf(postKey, at)) {
    at += postKey.length
    posts.push(numberAt(bytes, at))
  }
  return { op, log, first, count, posts }
}

export class FrameScan {
  private known: Buffer = Buffer.alloc(0)
  private answer: ScannedFrame | undefined

  of(bytes: Buffer, from: number, to: number): ScannedFrame {
    const { answer, known } = this
    if (answer !== undefined && known.length === to - from && bytes.compare(known, 0, known.length, from, to) === 0)
      return answer
    this.known = Buffer.from(bytes.subarray(from, to))
    this.answer = scan(this.known)
    return this.answer
  }
}
