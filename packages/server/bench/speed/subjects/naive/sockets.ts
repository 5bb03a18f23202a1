/**
 * The design of a chat system taken literally, the server for the sockets: each message goes to the queue by itself,
 * and what the worker stored comes back by itself, from a queue of this server.
 */
import { createServer } from "node:http"
import { connect } from "amqplib"
import { type WebSocket, WebSocketServer } from "ws"
import { amqpUrl, deliveries, readScene, submissions } from "./common.ts"

const { conversations, devices, postsBefore } = readScene()
const conversationsOf = new Map<string, Array<string>>(devices.map(({ deviceId }) => [deviceId, []]))
for (const { id, members } of conversations)
  for (const member of members) conversationsOf.get(devices[member]?.deviceId ?? "")?.push(id)
const userOf = new Map(devices.map(({ deviceId, userId }) => [deviceId, userId]))
const socketsOf = new Map<string, Array<WebSocket>>(conversations.map(({ id }) => [id, []]))

const model = await connect(amqpUrl, { noDelay: true })
const sending = await model.createChannel()
const receiving = await model.createChannel()
await sending.assertQueue(submissions, { durable: true })
await receiving.assertQueue(deliveries, { durable: false })
await receiving.consume(
  deliveries,
  (message) => {
    if (message === null) return
    const event = JSON.parse(message.content.toString())
    const frame = JSON.stringify({ op: "events", conversationId: event.conversationId, events: [event] })
    for (const socket of socketsOf.get(event.conversationId) ?? []) socket.send(frame)
  },
  { noAck: true }
)

const server = createServer()
const sockets = new WebSocketServer({ server, perMessageDeflate: false })
sockets.on("connection", (socket) => {
  let device = ""
  socket.on("message", (data) => {
    const frame = JSON.parse(String(data))
    if (frame.op === "hello") {
      device = frame.device
      const mine = conversationsOf.get(device) ?? []
      for (const id of mine) socketsOf.get(id)?.push(socket)
      const heads = mine.map((id) => [id, postsBefore])
      socket.send(
        JSON.stringify({ op: "welcome", userId: userOf.get(device), device, epoch: "", resumeTicket: "", heads })
      )
      socket.send(JSON.stringify({ op: "live" }))
    } else if (frame.op === "post") {
      for (const { id, text } of frame.posts) {
        const submission = { id, text, conversationId: frame.conversationId, by: userOf.get(device) }
        sending.sendToQueue(submissions, Buffer.from(JSON.stringify(submission)), { persistent: true })
      }
    }
  })
  socket.on("error", () => undefined)
})
server.listen({ port: 0, host: "127.0.0.1", backlog: 4_096 }, () => {
  const address = server.address()
  if (typeof address === "object" && address !== null) console.log(`listening ${address.port}`)
})
