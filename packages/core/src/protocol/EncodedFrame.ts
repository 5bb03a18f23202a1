/** A server frame encoded once: the same object is queued for every socket that gets it, so its bytes are made once too. */
import type { LogEvent } from "../domain/Event.ts"
import type { ConversationId } from "../domain/Ids.ts"
import type { ServerFrame } from "./ServerFrame.ts"

export class EncodedFrame {
  /** The framed bytes, kept here by the transport at the first write. */
  wire: Uint8Array | undefined = undefined

  /** `isShared`: it may go to several sockets, so that its bytes are worth keeping. */
  constructor(
    readonly text: string,
    readonly isShared = true
  ) {}

  /** At least the bytes on the wire, at most three times that; exact for ASCII once doubled texts are rare. Used for bounds only. */
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
export const eventsFrame = (log: ConversationId, events: ReadonlyArray<string>): EncodedFrame =>
  new EncodedFrame(`{"op":"events","conversationId":"${log}","events":[${events.join(",")}]}`)

/** A `presence` frame of users whose presence was encoded before. 200 of them stay well below the frame bound. */
export const presenceFrame = (users: ReadonlyArray<string>): EncodedFrame =>
  new EncodedFrame(`{"op":"presence","users":[${users.join(",")}]}`)

/** UTF-16 units of event JSON in one frame; UTF-8 needs at most three bytes a unit, and 64 KiB is a frame's bound. */
const unitsPerFrame = 20_000

/** Frames for a run of consecutive events, none above the frame bound, each with the last seq in it. Lazy, so that a reader may stop. */
export function* eventRuns(log: ConversationId, events: ReadonlyArray<LogEvent>): Generator<EventRun, undefined> {
  let waiting: Array<string> = []
  let units = 0
  let last = 0
  for (const event of events) {
    const text = encodeEvent(event)
    if (waiting.length > 0 && units + text.length > unitsPerFrame) {
      yield { frame: eventsFrame(log, waiting), last }
      waiting = []
      units = 0
    }
    waiting.push(text)
    units += text.length
    last = event.seq
  }
  if (waiting.length > 0) yield { frame: eventsFrame(log, waiting), last }
  return undefined
}

interface EventRun {
  readonly frame: EncodedFrame
  readonly last: number
}

interface KnownRuns {
  readonly made: Array<EventRun>
  readonly further: Generator<EventRun, undefined>
}

const known = new WeakMap<ReadonlyArray<LogEvent>, KnownRuns>()

/** As `eventRuns`, each frame made once for all who ask with the same array: of those who come back together many missed the same. */
export function* sharedRuns(log: ConversationId, events: ReadonlyArray<LogEvent>): Generator<EventRun> {
  const runs = known.get(events) ?? { made: [], further: eventRuns(log, events) }
  known.set(events, runs)
  for (let i = 0; ; i++) {
    const run = runs.made[i] ?? runs.further.next().value
    if (run === undefined) return
    runs.made[i] = run
    yield run
  }
}

/** All frames of a run of events. */
export const eventFrames = (log: ConversationId, events: ReadonlyArray<LogEvent>): ReadonlyArray<EncodedFrame> =>
  Array.from(eventRuns(log, events), ({ frame }) => frame)
