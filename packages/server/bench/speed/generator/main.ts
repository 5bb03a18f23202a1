/** The load generator: all devices of a run, in a process of its own so that their time is not the server's. */
import { openLoop } from "../../kit/openLoop.ts"
import { answerOrders } from "../../kit/WorkerProcess.ts"
import { Histogram } from "../measure/Histogram.ts"
import { epochMs, type Stretch } from "../measure/Stretch.ts"
import type { Scene } from "../Scene.ts"
import { Device, type DeviceHost } from "./Device.ts"
import { FrameScan, idOf, postText } from "./FrameScan.ts"
import type { Arrival, GeneratorOrders, Load, Measured, OpenOptions, Percentiles } from "./orders.ts"
import { type Wire, wires } from "./Wire.ts"

/** Sockets of one address of the loopback: below the ports that it has, and what nginx lets in of one. */
const socketsPerAddress = 900
const settleWithinMs = 60_000
const wrongShown = 20

let wire: Wire = wires.frames
const devices = new Map<number, Device>()
const wrong: Array<string> = []
/** Of each log: the highest place that anybody was told. */
const heads = new Map<string, number>()

/** Of each post, when it was to be sent (ms). */
let dueMs = new Float64Array(1 << 16)
let posted = 0
let accepted = 0
let deliveries = 0
let busy = 0
const ackTimes = new Histogram()
/**
 * Of an open load: when each was due that was accepted and when it was, in turn, of the last measure. Numbers in one
 * place: as objects they would make this process' own collections longer while it measures.
 */
let acked = new Float64Array(1 << 18)
let ackedCount = 0
let notesAcked = false
const deliveryTimes = new Histogram()
/** Where each writes. */
const logOf = new Map<Device, string>()
/** What a writer does once all of its last frame were accepted. */
let next: (device: Device) => void = () => undefined
let isOpenLoop = false
let stopOpenLoop = false
let textLength = 100

const scanner = new FrameScan()

const note = (what: string): void => {
  if (wrong.length < wrongShown) wrong.push(what)
}

const host: DeviceHost = {
  scanOf: (bytes, from, to) => scanner.of(bytes, from, to),
  wrong: note,
  delivered: (_, frame) => {
    const last = frame.first + frame.count - 1
    if ((heads.get(frame.log) ?? 0) < last) heads.set(frame.log, last)
    deliveries += frame.count
    if (frame.posts.length === 0) return
    const now = performance.now()
    for (const post of frame.posts) deliveryTimes.add((now - (dueMs[post] ?? now)) * 1_000)
  },
  accepted: (device, post) => {
    accepted++
    const now = performance.now()
    const due = dueMs[post] ?? now
    ackTimes.add((now - due) * 1_000)
    if (notesAcked) noteAcked(due, now)
    if (device.underWay.length === 0) next(device)
  },
  busy: (device, retryAfterMs) => {
    busy++
    setTimeout(() => {
      if (device.underWay.length > 0) sendPosts(device, device.underWay)
    }, retryAfterMs)
  }
}

const sendPosts = (device: Device, posts: ReadonlyArray<number>): void => {
  device.underWay = posts
  const texts = posts.map((post) => `{"id":"${idOf(post)}","text":"${postText(post, textLength)}"}`)
  device.send(wire.frame(`{"op":"post","conversationId":"${logOf.get(device) ?? ""}","posts":[${texts.join()}]}`))
}

const twice = (numbers: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
  const larger = new Float64Array(2 * numbers.length)
  larger.set(numbers)
  return larger
}

const noteAcked = (due: number, at: number): void => {
  if (2 * ackedCount === acked.length) acked = twice(acked)
  acked[2 * ackedCount] = epochMs(due)
  acked[2 * ackedCount + 1] = epochMs(at)
  ackedCount++
}

const newPost = (due: number): number => {
  if (posted === dueMs.length) dueMs = twice(dueMs)
  dueMs[posted] = due
  return posted++
}

const writersOf = (load: Load): ReadonlyArray<Device> => load.writers.flatMap((place) => devices.get(place) ?? [])

const start = (load: Load): void => {
  textLength = load.textLength
  isOpenLoop = load._tag === "Open"
  const writers = writersOf(load)
  if (load._tag === "Closed") {
    const { postsAtOnce } = load
    next = (device) =>
      sendPosts(
        device,
        Array.from({ length: postsAtOnce }, () => newPost(performance.now()))
      )
    for (const writer of writers) next(writer)
    return
  }
  const waiting = new Map<Device, Array<number>>(writers.map((writer) => [writer, []]))
  next = (device) => {
    const post = waiting.get(device)?.shift()
    if (post !== undefined) sendPosts(device, [post])
  }
  stopOpenLoop = false
  const post = (turn: number, due: number) => {
    const writer = writers[turn % writers.length]
    if (writer === undefined || stopOpenLoop) return
    const fresh = newPost(due)
    if (writer.underWay.length === 0) sendPosts(writer, [fresh])
    else waiting.get(writer)?.push(fresh)
  }
  const forEver = 3_600
  void openLoop(load.perSecond, forEver, post, () => stopOpenLoop)
}

const say = (speeches: GeneratorOrders["say"]["told"]): Promise<undefined> => {
  const scripts = new Map<Device, Array<string>>()
  let left = 0
  for (const { device: place, logs, posts } of speeches) {
    const device = devices.get(place)
    if (device === undefined) continue
    const script = Array.from({ length: posts }, () => logs).flat()
    scripts.set(device, script)
    left += script.length
  }
  return new Promise((resolve) => {
    const speak = (device: Device) => {
      const log = scripts.get(device)?.shift()
      if (log === undefined) return
      logOf.set(device, log)
      sendPosts(device, [newPost(performance.now())])
    }
    next = (device) => {
      if (--left === 0) resolve(undefined)
      else speak(device)
    }
    for (const device of scripts.keys()) speak(device)
  })
}

const percentiles = (times: Histogram): Percentiles => ({
  p50: times.percentile(50) / 1_000,
  p99: times.percentile(99) / 1_000
})

const measure = async (seconds: number): Promise<Measured> => {
  ackTimes.clear()
  deliveryTimes.clear()
  notesAcked = isOpenLoop
  ackedCount = 0
  const before = { accepted, deliveries, busy, ms: performance.now() }
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  notesAcked = false
  return {
    seconds: (performance.now() - before.ms) / 1_000,
    posts: accepted - before.accepted,
    deliveries: deliveries - before.deliveries,
    ackMs: percentiles(ackTimes),
    deliveryMs: percentiles(deliveryTimes),
    busy: busy - before.busy
  }
}

const ackMsOutside = (stretches: ReadonlyArray<Stretch>): Percentiles => {
  const times = new Histogram()
  for (let i = 0; i < ackedCount; i++) {
    const [due = 0, at = 0] = [acked[2 * i], acked[2 * i + 1]]
    const meets = stretches.some(([from, to]) => due < to && at > from)
    if (!meets) times.add((at - due) * 1_000)
  }
  return percentiles(times)
}

const unread = (): string | undefined => {
  for (const device of devices.values()) {
    if (!device.isHere) continue
    if (device.underWay.length > 0) return `device ${device.place} waits for its posts`
    for (const [log, cursor] of device.cursors) {
      const head = heads.get(log) ?? cursor
      if (cursor < head) return `device ${device.place} is at ${cursor} of ${head}`
    }
  }
  return undefined
}

const settle = async (): Promise<ReadonlyArray<string>> => {
  next = () => undefined
  stopOpenLoop = true
  const until = performance.now() + settleWithinMs
  for (let open = unread(); open !== undefined; open = unread()) {
    if (performance.now() > until) {
      note(open)
      break
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return wrong
}

let visits = 0

/**
 * Another network of the loopback for each process and each time that sockets come: the system looks for a free port of
 * the address, and one at which thousands have just ended costs it, and the generator, milliseconds a socket.
 */
const addressOf = (place: number): string => {
  const run = process.pid + 97 * visits
  return `127.${1 + (run % 250)}.${Math.floor(run / 250) % 250}.${2 + Math.floor(place / socketsPerAddress)}`
}

/** Devices that come for the first time. */
const prepare = (scene: Scene, options: OpenOptions): void => {
  wire = wires[options.wire]
  for (const place of options.devices) {
    const account = scene.devices[place]
    if (account !== undefined) devices.set(place, new Device(place, account, wire, host, options.inAnyOrder))
  }
  for (const { id, members } of scene.conversations) {
    for (const member of members) {
      const device = devices.get(member)
      if (device !== undefined && !logOf.has(device)) logOf.set(device, id)
    }
  }
}

const open = (options: OpenOptions): Promise<Arrival> => {
  visits++
  if (options.scene !== undefined) prepare(options.scene, options)
  const startMs = performance.now()
  const welcomes = new Histogram()
  const failures: Array<string> = []
  const ends: Record<string, number> = {}
  let [begun, settled] = [0, 0]
  return new Promise((resolve) => {
    const begin = () => {
      const i = begun++
      const place = options.devices[i] ?? -1
      const ticket = options.tickets === "resume" ? undefined : (options.tickets[i] ?? "")
      devices.get(place)?.connect(options.port, addressOf(place), ticket, {
        welcomed: (ms) => welcomes.add(ms * 1_000),
        live: done,
        failed: (reason, end) => {
          failures.push(reason)
          ends[end] = (ends[end] ?? 0) + 1
          done()
        }
      })
    }
    const done = () => {
      settled++
      if (begun < options.devices.length) begin()
      else if (settled === options.devices.length)
        resolve({
          failures: failures.slice(0, wrongShown),
          ends,
          seconds: (performance.now() - startMs) / 1_000,
          welcomeMs: percentiles(welcomes)
        })
    }
    for (let i = 0; i < Math.min(options.atOnce, options.devices.length); i++) begin()
  })
}

answerOrders<GeneratorOrders>({
  open,
  start: async (load) => {
    start(load)
    return undefined
  },
  measure: ({ seconds }) => measure(seconds),
  ackMsOutside: async (stretches) => ackMsOutside(stretches),
  settle,
  say,
  leave: async ({ devices: places, overMs }) => {
    const startMs = performance.now()
    for (const [i, place] of places.entries()) {
      const inMs = startMs + (overMs * (i + 1)) / places.length - performance.now()
      // Timers are not finer than that: those in between leave together.
      if (inMs > 1) await new Promise((resolve) => setTimeout(resolve, inMs))
      devices.get(place)?.leave()
    }
    return undefined
  }
})
