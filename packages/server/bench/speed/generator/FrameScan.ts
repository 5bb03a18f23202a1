/**
 * What a load generator needs to know of a server's frame, found without parsing it: which frame, of which log, and the events in it. The
 * same bytes come to many sockets, so the last answer is kept.
 */

/** The beginning of what socket.io puts around a frame. */
export const socketIoHead = `42["f",`

export interface ScannedFrame {
  readonly op: string
  readonly log: string
  /** Of the first event in it, and how many follow each other from there. */
  readonly first: number
  readonly count: number
  /** By which the generator knows its posts; of an `accepted` there is none. */
  readonly posts: ReadonlyArray<number>
}

const [quote, zero, nine] = [0x22, 0x30, 0x39]
const opHead = `{"op":"`.length
const seqKey = Buffer.from(`"seq":`)
const postKey = Buffer.from(`"text":"#`)
const logKey = Buffer.from(`"conversationId":"`)
const idLength = 36

/** How each post's text begins, by which `scan` finds it again. */
export const postText = (post: number, length: number): string => `#${post} `.padEnd(length, "x")

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
    if (answer !== undefined && known.length === to - from && bytes.compare(known, 0, known.length, from, to) === 0) return answer
    this.known = Buffer.from(bytes.subarray(from, to))
    this.answer = scan(this.known)
    return this.answer
  }
}
