/**
 * The records of traced messages in this process, in memory of a fixed size. A message is traced if the hash of its id
 * is small enough. The share of traced messages halves whenever there are too many in a second, and grows again later:
 * what the busiest process traces, all others trace too.
 */
import { Effect, Layer } from "effect"
import type { CommandId, ConversationId, DeviceId, UserId } from "../domain/Ids.ts"
import { MessageTraces, type MessageTracesApi, type TimedRecord, type TraceRecord } from "../ports/MessageTraces.ts"
import { Secrets } from "../ports/Secrets.ts"
import { SpanExport, type SpanExporter } from "../ports/SpanExport.ts"

export interface TraceSettings {
  /** The most messages that begin to be traced in one second. 0: none. */
  readonly perSecond: number
  /** Equal in all processes, and secret: nobody can make ids that are traced. */
  readonly seed: number
  /** The wall clock (ms, with fractions). */
  readonly now: () => number
  /** Gets each record, too, if spans are exported. */
  readonly spans?: SpanExporter | undefined
}

export const defaultTracesPerSecond = 50
/** The most records; the oldest go first. */
export const recordsMax = 4_096
/** The most logs with traced events that await acknowledgements, and such events of one log; the oldest go first. */
const awaitedLogs = 64
const awaitedOfLog = 8
/** The most acknowledgements of one event that are recorded: a large conversation has many thousand devices. */
const devicesMax = 100
/** Ids that were chosen lately, so that all records of a message are made alike. */
const chosenMax = 1_024
/** The share of traced messages is 2 to the power of minus this, at the least. */
const levelMax = 24
/** Below this part of the bound the share doubles. */
const roomy = 0.25

/** FNV-1a from a secret start, with its bits mixed. 32 bits. */
const hashOf = (id: string, seed: number): number => {
  let hash = seed ^ 0x811c9dc5
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

interface Awaited {
  readonly seq: number
  readonly id: CommandId
  /** Those that have acknowledged it. */
  readonly devices: Set<DeviceId>
}

export class TraceBuffer implements MessageTracesApi {
  readonly isOn: boolean
  readonly #settings: TraceSettings
  readonly #records: Array<TimedRecord> = []
  #oldest = 0
  readonly #chosen = new Set<CommandId>()
  readonly #awaited = new Map<ConversationId, Array<Awaited>>()
  #level = 0
  #second = 0
  #begun = 0

  constructor(settings: TraceSettings) {
    this.#settings = settings
    this.isOn = settings.perSecond > 0
  }

  includes(id: CommandId): boolean {
    if (!this.isOn) return false
    if (this.#chosen.has(id)) return true
    if (hashOf(id, this.#settings.seed) >= 2 ** (32 - this.#level)) return false
    this.#turnSecond()
    if (this.#begun >= this.#settings.perSecond) {
      this.#level = Math.min(levelMax, this.#level + 1)
      this.#begun = 0
      return false
    }
    this.#begun++
    this.#chosen.add(id)
    if (this.#chosen.size > chosenMax) for (const first of this.#chosen) return this.#chosen.delete(first)
    return true
  }

  #turnSecond(): void {
    const second = Math.floor(this.#settings.now() / 1_000)
    if (second === this.#second) return
    // Seconds without any message count, too.
    const quiet = this.#begun <= roomy * this.#settings.perSecond ? 1 : 0
    const passed = this.#second === 0 ? 0 : second - this.#second - 1
    this.#level = Math.max(0, this.#level - quiet - Math.max(0, passed))
    this.#second = second
    this.#begun = 0
  }

  add(record: TraceRecord): void {
    const timed = { ...record, at: this.#settings.now() }
    this.#settings.spans?.emit(spanOf(timed))
    if (this.#records.length < recordsMax) {
      this.#records.push(timed)
      return
    }
    this.#records[this.#oldest] = timed
    this.#oldest = (this.#oldest + 1) % recordsMax
  }

  of(id: CommandId): ReadonlyArray<TimedRecord> {
    const newer = this.#records.slice(0, this.#oldest)
    return [...this.#records.slice(this.#oldest), ...newer].filter((record) => record.id === id)
  }

  await(log: ConversationId, seq: number, id: CommandId): void {
    const ofLog = this.#awaited.get(log) ?? []
    if (ofLog.some((event) => event.seq === seq)) return
    ofLog.push({ seq, id, devices: new Set() })
    if (ofLog.length > awaitedOfLog) ofLog.shift()
    // The log that waited last comes last.
    this.#awaited.delete(log)
    this.#awaited.set(log, ofLog)
    if (this.#awaited.size <= awaitedLogs) return
    for (const oldest of this.#awaited.keys()) {
      this.#awaited.delete(oldest)
      return
    }
  }

  acknowledge(log: ConversationId, upTo: number, userId: UserId, deviceId: DeviceId): void {
    for (const { devices, id, seq } of this.#awaited.get(log) ?? []) {
      if (seq > upTo || devices.has(deviceId) || devices.size >= devicesMax) continue
      devices.add(deviceId)
      this.add({ id, log, station: "acknowledged", seq, userId, deviceId })
    }
  }
}

/**
 * A moment in the trace whose id is the message's own. It names neither people nor conversations: whoever reads spans
 * is not in the audit log.
 */
const spanOf = ({ at, code, id, seq, station }: TimedRecord) => ({
  name: `message ${station}`,
  startMs: at,
  endMs: at,
  traceId: id,
  attributes: { ...(seq === undefined ? {} : { seq }), ...(code === undefined ? {} : { code }) }
})

/** A buffer for this process. The server's key is the seed. */
export const messageTraces = (perSecond = defaultTracesPerSecond): Layer.Layer<never, never, Secrets> =>
  Layer.effect(
    MessageTraces,
    Effect.gen(function* () {
      const [secrets, spans, clock] = [yield* Secrets, yield* SpanExport, yield* Effect.clock]
      const seed = [...secrets.derive("message traces")].reduce(
        (hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193),
        0
      )
      // The monotonic clock has fractions and the wall clock has none.
      const offsetMs = clock.unsafeCurrentTimeMillis() - Number(clock.unsafeCurrentTimeNanos()) / 1_000_000
      const now = () => Math.max(0, Number(clock.unsafeCurrentTimeNanos()) / 1_000_000 + offsetMs)
      return new TraceBuffer({ perSecond, seed, now, spans })
    })
  )
