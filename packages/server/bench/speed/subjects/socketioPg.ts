/**
 * What people build by hand, as a program of its own: socket.io, a room for each conversation, one committed INSERT for
 * each message, and an acknowledgement when it is stored. Messages are told, and numbered, in the order in which their
 * commits were answered.
 */
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import { Server } from "socket.io"
import type { Scene } from "../Scene.ts"
import { plainPool } from "./plainPool.ts"

const [scenePath = "", connectionString = ""] = process.argv.slice(2)
const { conversations, devices, postsBefore }: Scene = JSON.parse(readFileSync(scenePath, "utf8"))
const pool = plainPool(connectionString)
await pool.query(`create table messages (
  id uuid primary key, conversation uuid not null, sender uuid not null, at timestamptz not null default now(), body text not null
)`)
await pool.query("create index on messages (conversation, at)")

const seqs = new Map(conversations.map(({ id }) => [id, postsBefore]))
const conversationsOf = new Map<string, Array<string>>(devices.map(({ deviceId }) => [deviceId, []]))
for (const { id, members } of conversations)
  for (const member of members) conversationsOf.get(devices[member]?.deviceId ?? "")?.push(id)
const userOf = new Map(devices.map(({ deviceId, userId }) => [deviceId, userId]))

const server = createServer()
const io = new Server(server, { transports: ["websocket"], perMessageDeflate: false, serveClient: false })
io.on("connection", (socket) => {
  let device = ""
  socket.on("f", (frame) => {
    if (frame.op === "hello") {
      device = frame.device
      const mine = conversationsOf.get(device) ?? []
      void socket.join([...mine])
      const heads = mine.map((id) => [id, seqs.get(id) ?? 0])
      socket.emit("f", { op: "welcome", userId: userOf.get(device), device, epoch: "", resumeTicket: "", heads })
      socket.emit("f", { op: "live" })
    } else if (frame.op === "post") {
      for (const { id, text } of frame.posts) {
        pool
          .query("insert into messages (id, conversation, sender, body) values ($1, $2, $3, $4)", [
            id,
            frame.conversationId,
            userOf.get(device),
            text
          ])
          .then(() => {
            const seq = (seqs.get(frame.conversationId) ?? 0) + 1
            seqs.set(frame.conversationId, seq)
            const event = { seq, id, by: userOf.get(device), at: Date.now(), kind: "posted", text }
            socket.emit("f", { op: "accepted", id, conversationId: frame.conversationId, seq, at: event.at })
            socket
              .to(frame.conversationId)
              .emit("f", { op: "events", conversationId: frame.conversationId, events: [event] })
          })
          .catch((error: unknown) => console.error(`a message was not stored: ${String(error)}`))
      }
    }
  })
})
server.listen({ port: 0, host: "127.0.0.1", backlog: 4_096 }, () => {
  const address = server.address()
  if (typeof address === "object" && address !== null) console.log(`listening ${address.port}`)
})
