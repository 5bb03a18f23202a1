/**
 * The physical limit of this runtime: a bare `ws` server that fans bytes out in memory, as a program of its own. It
 * keeps nothing, asks nobody who is there, and gives each post its number by counting. `coalesced`: the frames of one
 * turn for one socket leave in one write.
 */
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import type { Duplex } from "node:stream"
import { type WebSocket, WebSocketServer } from "ws"
import type { Scene } from "../Scene.ts"

const [scenePath = "", mode = ""] = process.argv.slice(2)
const coalesces = mode === "coalesced"
const { conversations, devices, postsBefore }: Scene = JSON.parse(readFileSync(scenePath, "utf8"))

interface Place {
  readonly id: string
  seq: number
  readonly sockets: Array<Sender>
}

type Sender = (bytes: Buffer) => void

const places = new Map(conversations.map(({ id }) => [id, { id, seq: postsBefore, sockets: [] } as Place]))
const placesOf = new Map<string, Array<Place>>(devices.map(({ deviceId }) => [deviceId, []]))
for (const { id, members } of conversations) {
  const place = places.get(id)
  for (const member of members) if (place !== undefined) placesOf.get(devices[member]?.deviceId ?? "")?.push(place)
}
const userOf = new Map(devices.map(({ deviceId, userId }) => [deviceId, userId]))

const framed = (payload: Buffer): Buffer => {
  const head = payload.length < 126 ? 2 : 4
  const bytes = Buffer.allocUnsafe(head + payload.length)
  bytes[0] = 0x81
  if (head === 2) bytes[1] = payload.length
  else {
    bytes[1] = 126
    bytes.writeUInt16BE(payload.length, 2)
  }
  payload.copy(bytes, head)
  return bytes
}

let dirty: Array<() => void> = []
const flushLater = (flush: () => void): void => {
  if (dirty.push(flush) > 1) return
  setImmediate(() => {
    const flushes = dirty
    dirty = []
    for (const each of flushes) each()
  })
}

const plainSender =
  (socket: WebSocket): Sender =>
  (payload) =>
    socket.send(payload, { binary: false })

const coalescingSender = (stream: Duplex): Sender => {
  let waiting: Array<Buffer> = []
  const flush = () => {
    const frames = waiting
    waiting = []
    const [only] = frames
    stream.write(frames.length === 1 && only !== undefined ? only : Buffer.concat(frames))
  }
  return (frame) => {
    if (waiting.push(frame) === 1) flushLater(flush)
  }
}

const encode = (frame: object): Buffer => {
  const payload = Buffer.from(JSON.stringify(frame))
  return coalesces ? framed(payload) : payload
}

const server = createServer()
const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false })
server.on("upgrade", (request, stream, head) => {
  sockets.handleUpgrade(request, stream, head, (socket) => {
    const send = coalesces ? coalescingSender(stream) : plainSender(socket)
    let device = ""
    socket.on("message", (data) => {
      const frame = JSON.parse(String(data))
      if (frame.op === "hello") {
        device = frame.device
        const mine = placesOf.get(device) ?? []
        for (const place of mine) place.sockets.push(send)
        const heads = mine.map(({ id, seq }) => [id, seq])
        send(encode({ op: "welcome", userId: userOf.get(device), device, epoch: "", resumeTicket: "", heads }))
        send(encode({ op: "live" }))
      } else if (frame.op === "post") {
        const place = places.get(frame.conversationId)
        if (place === undefined) return
        for (const { id, text } of frame.posts) {
          const event = { seq: ++place.seq, id, by: userOf.get(device), at: Date.now(), kind: "posted", text }
          const bytes = encode({ op: "events", conversationId: place.id, events: [event] })
          for (const each of place.sockets) each(bytes)
        }
      }
    })
    socket.on("error", () => undefined)
  })
})
server.listen({ port: 0, host: "127.0.0.1", backlog: 4_096 }, () => {
  const address = server.address()
  if (typeof address === "object" && address !== null) console.log(`listening ${address.port}`)
})
