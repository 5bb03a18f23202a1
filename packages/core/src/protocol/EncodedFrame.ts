/**
 * A server frame encoded once: the same object is queued for every socket that gets it, so its bytes are made once too.
 */
import type { LogEvent } from "../domain/Event.ts"
import type { ConversationId } from "../domain/Ids.ts"
import type { ServerFrame } from "./ServerFrame.ts"

export class EncodedFrame {
  /** The framed bytes, kept here by the transport at the first write. */
  wire: Uint8Array | undefined = undefined

  /**
   * `isShared`: it may go to several sockets, so that its bytes are worth keeping. May be set as a second one gets it,
   * before any bytes are made.
   */
  constructor(
    readonly text: string,
    public isShared = true
  ) {}

  /**
   * At least the bytes on the wire, at most three times that; exact for ASCII once doubled texts are rare. Used for
   * bounds only.
   */
  get size(): number {
    return this.wire?.length ?? this.text.length
  }
}

export const encodeFrame = (frame: ServerFrame): EncodedFrame => new EncodedFrame(JSON.stringify(frame))

/** A frame for one socket alone. */
export const encodeOwnFrame = (frame: ServerFrame): EncodedFrame => new EncodedFrame(JSON.stringify(frame), false)

/** JSON of one event, as `eventsFrame` joins them. */
export const encodeEvent = (event: LogEvent): string => JSON.stringify(event)

/** An `events` frame of events that were encoded before. */
export const eventsFrame = (log: ConversationId, events: ReadonlyArray<string>, isShared = true): EncodedFrame => {
  // Put together piece by piece, long texts are copied once, when the bytes are made; joined first, they would be
  // copied twice.
  let text = `{"op":"events","conversationId":"${log}","events":[`
  for (let i = 0; i < events.length; i++) text += i === 0 ? events[i] : `,${events[i]}`
  return new EncodedFrame(`${text}]}`, isShared)
}

/** A `presence` frame of users whose presence was encoded before. 200 of them stay well below the frame bound. */
export const presenceFrame = (users: ReadonlyArray<string>): EncodedFrame =>
  new EncodedFrame(`{"op":"presence","users":[${users.join(",")}]}`)

/** UTF-16 units of event JSON in one frame; UTF-8 needs at most three bytes a unit, and 64 KiB is a frame's bound. */
const unitsPerFrame = 20_000

interface EventRun {
  readonly frame: EncodedFrame
  readonly last: number
}

/**
 * Frames for a run of consecutive events, none above the frame bound, each with the last seq in it. A frame is made
 * when it is first asked for, so that a reader may stop, and once for all who ask.
 */
export class EventRuns implements Iterable<EventRun> {
  /**
   * Whether several sockets may ask, so that the frames' bytes are worth keeping. To be set before the first one asks.
   */
  isShared = false
  readonly #made: Array<EventRun> = []
  #next = 0

  constructor(
    private readonly log: ConversationId,
    private readonly events: ReadonlyArray<LogEvent>
  ) {}

  *[Symbol.iterator](): Generator<EventRun, undefined> {
    for (let i = 0; ; i++) {
      const run = this.#made[i] ?? this.#make()
      if (run === undefined) return undefined
      yield run
    }
  }

  #make(): EventRun | undefined {
    const texts: Array<string> = []
    let units = 0
    for (; this.#next < this.events.length; this.#next++) {
      const event = this.events[this.#next]
      if (event === undefined) break
      const text = encodeEvent(event)
      if (texts.length > 0 && units + text.length > unitsPerFrame) break
      texts.push(text)
      units += text.length
    }
    const last = this.events[this.#next - 1]
    if (texts.length === 0 || last === undefined) return undefined
    const run = { frame: eventsFrame(this.log, texts, this.isShared), last: last.seq }
    this.#made.push(run)
    return run
  }
}

/** All frames of a run of events, for one socket until they are marked as shared. */
export const eventFrames = (log: ConversationId, events: ReadonlyArray<LogEvent>): ReadonlyArray<EncodedFrame> => {
  const [first] = events
  // Most runs: a message in a conversation of two.
  if (first !== undefined && events.length === 1) return [eventsFrame(log, [encodeEvent(first)], false)]
  return Array.from(new EventRuns(log, events), ({ frame }) => frame)
}
