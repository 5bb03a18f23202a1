// An echo bot for Hibiki in plain Node (20.19 or newer), without any package: copy it and change `replyTo`.
//
//   npx --no-install hibiki token create echo > token.txt        makes the bot's account and its token
//   HIBIKI_TOKEN_FILE=token.txt node examples/echo-bot.mjs        HIBIKI_SERVER, if it is not http://127.0.0.1:8080
//
// Then talk to it: /dm echo. Its place is kept in echo-bot.json (HIBIKI_BOT_FILE names another file): stopped and
// started again, it answers everything that was written meanwhile, and nothing twice.
import { createHash, randomBytes, randomUUID } from "node:crypto"
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs"
import * as http from "node:http"
import * as https from "node:https"

const server = process.env.HIBIKI_SERVER ?? "http://127.0.0.1:8080"
const placeFile = process.env.HIBIKI_BOT_FILE ?? "echo-bot.json"
const token = (process.env.HIBIKI_TOKEN ?? readFileSync(process.env.HIBIKI_TOKEN_FILE ?? "token.txt", "utf8")).trim()

/** What the bot answers to a message; undefined: nothing. */
const replyTo = (text) => (text === "" ? undefined : `echo: ${text}`)

// ---- What the bot knows ----

/** How far each conversation was read. Stated at every connect, so that the server sends what was missed meanwhile. */
const cursors = new Map()
/**
 * Groups and channels that the bot is not in, at the place to which their log was read. What is written there is not
 * for it to answer.
 */
const outside = new Set()
/** Replies that the server has not confirmed, by conversation, in order. They are sent again after a reconnect. */
const outbox = new Map()
/**
 * Conversations of which something is missing: how far they are to be read (`upTo`), and how far that was asked for
 * (`asked`, `timer`).
 */
const holes = new Map()
const instance = randomUUID()
let me = { userId: undefined, device: undefined, epoch: null }
let failures = 0
let wasReplaced = false

// ---- Its place, kept in a file ----

/**
 * What the file says, if it is of this account. It may be older than what was done: messages are then read again, and
 * replies sent again under the ids that they had, which the server knows.
 */
const readPlace = (userId) => {
  const place = existsSync(placeFile) ? parsePlace() : undefined
  me.userId = userId
  if (place?.userId !== userId) return
  me.epoch = place.epoch
  for (const [conversationId, seq] of place.cursors) cursors.set(conversationId, seq)
  for (const conversationId of place.outside) outside.add(conversationId)
  for (const [conversationId, posts] of place.outbox) outbox.set(conversationId, posts)
}

const parsePlace = () => {
  try {
    return JSON.parse(readFileSync(placeFile, "utf8"))
  } catch (error) {
    stop(`${placeFile} can't be read, and without it the bot would begin anew: ${error.message}`)
  }
}

/**
 * Cursors and unconfirmed replies go together: a message is behind the cursor only when its reply is in the file or at
 * the server.
 */
const writePlace = () => {
  clearTimeout(placeTimer)
  placeTimer = undefined
  const unsent = [...outbox].filter(([, posts]) => posts.length > 0)
  const place = { userId: me.userId, epoch: me.epoch, cursors: [...cursors], outside: [...outside], outbox: unsent }
  try {
    // Renamed when it is whole and on the disk: there is always one good file.
    const file = openSync(`${placeFile}.new`, "w", 0o600)
    writeSync(file, JSON.stringify(place))
    fsyncSync(file)
    closeSync(file)
    renameSync(`${placeFile}.new`, placeFile)
  } catch (error) {
    stop(`its place can't be kept: ${error.message}`)
  }
}

let placeTimer
const keepPlace = () => {
  placeTimer ??= setTimeout(writePlace, 1_000)
}

/** One call of the HTTP API. */
const call = async (tag, payload = {}) => {
  const response = await fetch(`${server}/api/v1/${tag}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(payload),
    signal: AbortSignal.timeout(10_000)
  })
  if (response.status === 401) stop("the token is not valid any more")
  if (!response.ok) throw new Error(`${tag} answered ${response.status}: ${await response.text()}`)
  return (await response.json()).value
}

// ---- Messages in, replies out ----

const onEvent = (conversationId, event) => {
  if (!advance(conversationId, event.seq, event.seq)) return
  // read it from its beginning
  if (event.kind === "added") cursors.set(event.conversationId, cursors.get(event.conversationId) ?? 0)
  if (event.kind === "created" || event.kind === "joined" || event.kind === "left") onMembers(conversationId, event)
  if (event.kind !== "posted" || event.by === me.userId || outside.has(conversationId)) return
  const text = replyTo(event.text)
  if (text === undefined) return
  // The same message always gets the same id, so no reply is ever stored twice, even if the message is read twice.
  const queue = outbox.get(conversationId) ?? outbox.set(conversationId, []).get(conversationId)
  queue.push({ id: idFrom(event), text })
  if (queue.length === 1) sendNext(conversationId)
}

/**
 * Whether the bot is in it from here on. The log of two people tells nothing of the kind: they are in it from its
 * beginning.
 */
const onMembers = (conversationId, { kind, members, userId, userIds }) => {
  if ((members ?? userIds)?.includes(me.userId)) outside.delete(conversationId)
  else if (kind === "created" || userId === me.userId) outside.add(conversationId)
}

/** Moves over `from` to `to`. False: they were read before, or come again when what is missing before them was read. */
const advance = (conversationId, from, to) => {
  const cursor = cursors.get(conversationId) ?? from - 1 // a conversation without a place begins with what comes first
  if (to <= cursor) return false
  if (from > cursor + 1) {
    readUpTo(conversationId, to)
    return false
  }
  cursors.set(conversationId, to)
  const hole = holes.get(conversationId)
  if (hole && to >= hole.upTo) forgetHole(conversationId)
  else if (hole && to >= hole.asked) askRange(conversationId)
  else askRangeIn(conversationId, 1_000)
  return true
}

/**
 * There are events up to `seq`: what lies between the cursor and them is asked for, and none is answered out of order.
 */
const readUpTo = (conversationId, seq) => {
  const hole = holes.get(conversationId)
  if (hole) hole.upTo = Math.max(hole.upTo, seq)
  else if (seq > cursors.get(conversationId)) {
    holes.set(conversationId, { upTo: seq })
    askRange(conversationId)
  }
}

/**
 * An answer has at most 1,000 events, and fewer long ones. The rest is asked for when they came, or when nothing comes
 * for a while.
 */
const askRange = (conversationId) => {
  const hole = holes.get(conversationId)
  const from = cursors.get(conversationId) + 1
  hole.asked = Math.min(hole.upTo, from + 999)
  send({ op: "range", conversationId, from, to: hole.asked })
  askRangeIn(conversationId, 5_000)
}

const askRangeIn = (conversationId, delayMs) => {
  const hole = holes.get(conversationId)
  if (!hole) return
  clearTimeout(hole.timer)
  hole.timer = setTimeout(askRange, delayMs, conversationId)
}

const forgetHole = (conversationId) => {
  clearTimeout(holes.get(conversationId)?.timer)
  holes.delete(conversationId)
}

/** One frame per conversation is under way at a time: this keeps replies in order. */
const sendNext = (conversationId) => {
  const [post] = outbox.get(conversationId) ?? []
  if (post) send({ op: "post", conversationId, posts: [post] })
}

const settle = (conversationId, id) => {
  const queue = outbox.get(conversationId)
  if (queue?.[0]?.id !== id) return
  queue.shift()
  sendNext(conversationId)
}

/** A UUIDv7 made of the message's time and a hash of its id. */
const idFrom = (event) => {
  const bytes = createHash("sha256").update(`echo ${event.id}`).digest().subarray(0, 16)
  bytes.writeUIntBE(event.at, 0, 6)
  bytes[6] = (bytes[6] & 0x0f) | 0x70
  bytes[8] = (bytes[8] & 0x3f) | 0x80
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")
}

const onFrame = (frame) => {
  const { conversationId } = frame
  switch (frame.op) {
    case "welcome":
      // another store: old places mean nothing
      if (frame.epoch !== me.epoch) for (const known of [cursors, outside]) known.clear()
      me = { ...me, userId: frame.userId, epoch: frame.epoch }
      return
    case "live":
      writePlace() // from here on nothing is missed, whenever it is stopped
      goodTimer = setTimeout(onGood, 5_000)
      console.log("connected")
      for (const conversationId of outbox.keys()) sendNext(conversationId)
      return
    case "events":
      for (const event of frame.events) onEvent(conversationId, event)
      return
    case "accepted":
      // In its place it stands for the bot's own event; elsewhere it moves no cursor.
      if (frame.seq === cursors.get(conversationId) + 1) advance(conversationId, frame.seq, frame.seq)
      return settle(conversationId, frame.id)
    case "refused":
      console.error(`refused: ${frame.code}`)
      return settle(conversationId, frame.id)
    case "busy":
      if (frame.of === "range") askRangeIn(conversationId, frame.retryAfterMs)
      else setTimeout(sendNext, frame.retryAfterMs, conversationId)
      return
    case "behind":
      // Too much to send, or a conversation that is new to us. What was read in part is asked for, older ones begin
      // now.
      if (cursors.has(conversationId)) readUpTo(conversationId, frame.head)
      else cursors.set(conversationId, frame.head)
      return
    case "withheld":
      advance(conversationId, frame.from, frame.to) // not for us, as if there were nothing
      return
    case "reset":
      forgetHole(conversationId)
      outside.delete(conversationId)
      cursors.set(conversationId, frame.head)
      return
  }
}

// ---- The connection: a ticket by HTTP, then a WebSocket; again and again ----

let socket
let goodTimer

const connect = async () => {
  try {
    if (me.userId === undefined) readPlace((await call("user.me")).userId)
    me.device ??= (await call("device.list")).find((device) => device.current).deviceId
    const { ticket } = await call("ticket.issue")
    socket = await openSocket(new URL("/ws", server), { onText, onClose })
    const all = [...cursors]
    const parts = Array.from({ length: Math.max(1, Math.ceil(all.length / 500)) }, (_, i) =>
      all.slice(500 * i, 500 * (i + 1))
    )
    parts.forEach((pairs, i) => {
      const last = i === parts.length - 1
      send(
        i === 0
          ? { op: "hello", version: 1, ticket, device: me.device, instance, epoch: me.epoch, cursors: pairs, last }
          : { op: "cursors", pairs, last }
      )
    })
  } catch (error) {
    retry(error.message)
  }
}

const send = (frame) => socket?.send(JSON.stringify(frame))

const onText = (text) => {
  onFrame(JSON.parse(text))
  keepPlace()
}

const onClose = (code) => {
  socket = undefined
  clearTimeout(goodTimer)
  for (const conversationId of holes.keys()) forgetHole(conversationId) // the next hello says where we stand
  if ([1009, 4400, 4403, 4426].includes(code) || (code === 4409 && wasReplaced))
    stop(`the server ended the connection for good (${code})`)
  // by a socket of our own that was taken up late; twice in a row: by another program
  if (code === 4409) wasReplaced = true
  retry(`connection closed (${code})`)
}

/** A connection that lived for a while: what was before it does not count any more. */
const onGood = () => {
  failures = 0
  wasReplaced = false
}

const retry = (why) => {
  // A random wait, longer after each failure: otherwise all bots would come back at the same moment.
  const waitMs = Math.random() * Math.min(30_000, 2_000 * 2 ** failures++)
  console.log(`${why}; next try in ${(waitMs / 1000).toFixed(1)} s`)
  setTimeout(connect, waitMs)
}

const stop = (why) => {
  console.error(`stopped: ${why}`)
  process.exit(1)
}

// ---- A small WebSocket client (RFC 6455): Node 20 has none ----

const openSocket = (url, { onClose, onText }) =>
  new Promise((resolve, reject) => {
    const key = randomBytes(16).toString("base64")
    const request = (url.protocol === "https:" ? https : http).request(url, {
      headers: { connection: "Upgrade", upgrade: "websocket", "sec-websocket-version": "13", "sec-websocket-key": key },
      timeout: 10_000
    })
    request.on("timeout", () => request.destroy(new Error("no answer in time")))
    request.on("error", reject)
    request.on("response", (response) => reject(new Error(`/ws answered ${response.statusCode}`)))
    request.on("upgrade", (response, stream, head) => {
      const expected = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64")
      if (response.headers["sec-websocket-accept"] !== expected) {
        stream.destroy()
        return reject(new Error("/ws is no WebSocket"))
      }
      let buffered = head
      let parts = []
      let closeCode = 1006
      const read = () => {
        for (let frame = takeFrame(buffered); frame; frame = takeFrame(buffered)) {
          buffered = frame.rest
          if (frame.opcode === 0x8) {
            closeCode = frame.payload.length >= 2 ? frame.payload.readUInt16BE(0) : 1005
            stream.end(maskedFrame(0x8, frame.payload.subarray(0, 2)))
          } else if (frame.opcode === 0x9) stream.write(maskedFrame(0xa, frame.payload))
          else if (frame.opcode <= 0x2) {
            parts.push(frame.payload)
            if (!frame.final) continue
            onText(Buffer.concat(parts).toString("utf8"))
            parts = []
          }
        }
      }
      stream.setTimeout(60_000, () => stream.destroy()) // the server pings each 20 s: such a silence means a dead link
      stream.on("data", (chunk) => {
        buffered = Buffer.concat([buffered, chunk])
        read()
      })
      stream.on("error", () => undefined) // told by `close` as well
      stream.on("close", () => onClose(closeCode))
      resolve({ send: (message) => stream.write(maskedFrame(0x1, Buffer.from(message))) })
      queueMicrotask(read)
    })
    request.end()
  })

/** The first whole frame in the bytes, or undefined. Frames of a server are not masked. */
const takeFrame = (bytes) => {
  if (bytes.length < 2) return undefined
  const short = bytes[1] & 0x7f
  const start = short === 127 ? 10 : short === 126 ? 4 : 2
  if (bytes.length < start) return undefined
  const length = short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short
  if (bytes.length < start + length) return undefined
  return {
    final: (bytes[0] & 0x80) !== 0,
    opcode: bytes[0] & 0x0f,
    payload: bytes.subarray(start, start + length),
    rest: bytes.subarray(start + length)
  }
}

/** A frame as clients send it: masked, so that proxies can't take it for something else. */
const maskedFrame = (opcode, payload) => {
  const length =
    payload.length < 126
      ? [payload.length]
      : payload.length < 65_536
        ? [126, payload.length >> 8, payload.length & 0xff]
        : undefined
  if (length === undefined) throw new Error("frames are at most 64 KiB")
  const mask = randomBytes(4)
  return Buffer.concat([
    Buffer.from([0x80 | opcode, 0x80 | length[0], ...length.slice(1)]),
    mask,
    payload.map((byte, i) => byte ^ mask[i % 4])
  ])
}

for (const signal of ["SIGINT", "SIGTERM"])
  process.on(signal, () => {
    if (placeTimer !== undefined) writePlace()
    process.exit(0)
  })
connect()
