/** The load generator: all devices of a run, in a process of its own so that their time is not the server's. */
import { openLoop } from "../../kit/openLoop.ts"
import { answerOrders } from "../../kit/WorkerProcess.ts"
import { Histogram } from "../measure/Histogram.ts"
import type { Scene } from "../Scene.ts"
import { Device, type DeviceHost } from "./Device.ts"
import { FrameScan, postText } from "./FrameScan.ts"
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
const deliveryTimes = new Histogram()
/** Where each writes. */
const logOf = new Map<Device, string>()
/** What a writer does once its last post was accepted. */
let next: (device: Device) => void = () => undefined
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
    ackTimes.add((performance.now() - (dueMs[post] ?? 0)) * 1_000)
    next(device)
  },
  busy: (device, retryAfterMs) => {
    busy++
    const { post } = device
    if (post >= 0) setTimeout(() => sendPost(device, post), retryAfterMs)
  }
}

const idPrefix = `${(Date.now() % 2 ** 48).toString(16).padStart(12, "0")}`

/** As UUIDv7s look; unique in this process, whose time begins it. */
const idOf = (post: number): string => {
  const digits = post.toString(16).padStart(12, "0")
  const run = process.pid.toString(16).padStart(6, "0")
  return `${idPrefix.slice(0, 8)}-${idPrefix.slice(8)}-7${run.slice(0, 3)}-8${run.slice(3)}-${digits}`
}

const sendPost = (device: Device, post: number): void => {
  const log = logOf.get(device) ?? ""
  device.post = post
  device.send(wire.frame(`{"op":"post","conversationId":"${log}","posts":[{"id":"${idOf(post)}","text":"${postText(post, textLength)}"}]}`))
}

const newPost = (due: number): number => {
  if (posted === dueMs.length) {
    const larger = new Float64Array(2 * posted)
    larger.set(dueMs)
    dueMs = larger
  }
  dueMs[posted] = due
  return posted++
}

const writersOf = (load: Load): ReadonlyArray<Device> => load.writers.flatMap((place) => devices.get(place) ?? [])

const start = (load: Load): void => {
  textLength = load.textLength
  const writers = writersOf(load)
  if (load._tag === "Closed") {
    next = (device) => sendPost(device, newPost(performance.now()))
    for (const writer of writers) next(writer)
    return
  }
  const waiting = new Map<Device, Array<number>>(writers.map((writer) => [writer, []]))
  next = (device) => {
    const post = waiting.get(device)?.shift()
    if (post !== undefined) sendPost(device, post)
  }
  stopOpenLoop = false
  const post = (turn: number, due: number) => {
    const writer = writers[turn % writers.length]
    if (writer === undefined || stopOpenLoop) return
    const fresh = newPost(due)
    if (writer.post < 0) sendPost(writer, fresh)
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
      sendPost(device, newPost(performance.now()))
    }
    next = (device) => {
      if (--left === 0) resolve(undefined)
      else speak(device)
    }
    for (const device of scripts.keys()) speak(device)
  })
}

const percentiles = (times: Histogram): Percentiles => ({ p50: times.percentile(50) / 1_000, p99: times.percentile(99) / 1_000 })

const measure = async (seconds: number): Promise<Measured> => {
  ackTimes.clear()
  deliveryTimes.clear()
  const before = { accepted, deliveries, busy, ms: performance.now() }
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000))
  return {
    seconds: (performance.now() - before.ms) / 1_000,
    posts: accepted - before.accepted,
    deliveries: deliveries - before.deliveries,
    ackMs: percentiles(ackTimes),
    deliveryMs: percentiles(deliveryTimes),
    busy: busy - before.busy
  }
}

const unread = (): string | undefined => {
  for (const device of devices.values()) {
    if (!device.isHere) continue
    if (device.post >= 0) return `device ${device.place} waits for its post`
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
 * Another network of the loopback for each process and each time that sockets come: the system looks for a free port of the address, and one at
 * which thousands have just ended costs it, and the generator, milliseconds a socket.
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
  let [begun, settled] = [0, 0]
  return new Promise((resolve) => {
    const begin = () => {
      const i = begun++
      const place = options.devices[i] ?? -1
      const ticket = options.tickets === "resume" ? undefined : (options.tickets[i] ?? "")
      devices.get(place)?.connect(options.port, addressOf(place), ticket, {
        welcomed: (ms) => welcomes.add(ms * 1_000),
        live: done,
        failed: (reason) => {
          failures.push(reason)
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
  settle,
  say,
  leave: async (places) => {
    for (const place of places) devices.get(place)?.leave()
    return undefined
  }
})
