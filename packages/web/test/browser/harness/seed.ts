/** Many messages soon: posts by hand over a socket, as many in a frame as may be. */
import { randomUUID } from "node:crypto"
import { Limits } from "@hibiki/core/domain/Limits"
import { WebSocket } from "ws"
import { call } from "../../../../server/test/e2e/kill/api.ts"
import { type Account, freshId } from "./api.ts"

interface Heard {
  readonly op: string
  readonly id?: string
  readonly code?: string
}

export const seedMessages = async (
  origin: string,
  account: Account,
  conversationId: string,
  texts: ReadonlyArray<string>
): Promise<void> => {
  const { ticket } = await call<{ ticket: string }>(origin, "ticket.issue", {}, account.accessToken)
  const socket = new WebSocket(`${origin.replace("http", "ws")}/ws`)
  const send = (frame: object) => socket.send(JSON.stringify(frame))
  let next = 0
  const waiting = new Set<string>()
  const sendFrame = () => {
    const posts = texts.slice(next, next + Limits.postsPerFrame).map((text) => ({ id: freshId(), text }))
    next += posts.length
    for (const { id } of posts) waiting.add(id)
    send({ op: "post", conversationId, posts })
  }
  await new Promise<void>((resolve, reject) => {
    const fail = (what: string) => {
      socket.terminate()
      reject(new Error(`seeding: ${what}`))
    }
    socket.on("open", () =>
      send({
        op: "hello",
        version: 1,
        ticket,
        device: account.deviceId,
        instance: randomUUID(),
        epoch: null,
        cursors: [],
        last: true
      })
    )
    socket.on("error", (error) => fail(error.message))
    socket.on("close", (code) => fail(`closed with ${code}`))
    socket.on("message", (data) => {
      const frame: Heard = JSON.parse(String(data))
      if (frame.op === "busy" || frame.op === "refused") fail(`${frame.op} ${frame.code}`)
      if (frame.op === "accepted" && frame.id !== undefined) waiting.delete(frame.id)
      else if (frame.op !== "live") return
      if (waiting.size > 0) return
      if (next < texts.length) return sendFrame()
      socket.removeAllListeners("close")
      send({ op: "bye" })
      socket.close()
      resolve()
    })
  })
}

/** One message into each of these, at so many a second. */
export const seedEach = async (
  origin: string,
  account: Account,
  conversationIds: ReadonlyArray<string>,
  text: string,
  perSecond = 200
): Promise<void> => {
  const { ticket } = await call<{ ticket: string }>(origin, "ticket.issue", {}, account.accessToken)
  const socket = new WebSocket(`${origin.replace("http", "ws")}/ws`)
  const send = (frame: object) => socket.send(JSON.stringify(frame))
  let [next, accepted] = [0, 0]
  let timer: NodeJS.Timeout | undefined
  const tick = () => {
    // Those that a server stores together show one time.
    if (accepted < next) return
    const conversationId = conversationIds[next++]
    if (conversationId === undefined) clearInterval(timer)
    else send({ op: "post", conversationId, posts: [{ id: freshId(), text }] })
  }
  await new Promise<void>((resolve, reject) => {
    socket.on("open", () =>
      send({
        op: "hello",
        version: 1,
        ticket,
        device: account.deviceId,
        instance: randomUUID(),
        epoch: null,
        cursors: [],
        last: true
      })
    )
    socket.on("error", reject)
    socket.on("close", (code) => reject(new Error(`seeding: closed with ${code}`)))
    socket.on("message", (data) => {
      const frame: Heard = JSON.parse(String(data))
      if (frame.op === "live") timer ??= setInterval(tick, 1_000 / perSecond)
      if (frame.op === "busy" || frame.op === "refused") reject(new Error(`seeding: ${frame.op} ${frame.code}`))
      if (frame.op !== "accepted" || ++accepted < conversationIds.length) return
      socket.removeAllListeners("close")
      send({ op: "bye" })
      socket.close()
      resolve()
    })
  })
  clearInterval(timer)
}

/** The same, at so many a second. */
export const burstOf = async (
  origin: string,
  account: Account,
  conversationId: string,
  texts: ReadonlyArray<string>,
  perSecond: number
): Promise<void> => {
  const everyMs = 100
  const each = (perSecond * everyMs) / 1_000
  const { ticket } = await call<{ ticket: string }>(origin, "ticket.issue", {}, account.accessToken)
  const socket = new WebSocket(`${origin.replace("http", "ws")}/ws`)
  const send = (frame: object) => socket.send(JSON.stringify(frame))
  let accepted = 0
  await new Promise<void>((resolve, reject) => {
    let next = 0
    let timer: NodeJS.Timeout | undefined
    const tick = () => {
      const posts = texts.slice(next, next + each).map((text) => ({ id: freshId(), text }))
      next += posts.length
      if (posts.length > 0) send({ op: "post", conversationId, posts })
      else clearInterval(timer)
    }
    socket.on("open", () =>
      send({
        op: "hello",
        version: 1,
        ticket,
        device: account.deviceId,
        instance: randomUUID(),
        epoch: null,
        cursors: [],
        last: true
      })
    )
    socket.on("error", reject)
    socket.on("message", (data) => {
      const frame: Heard = JSON.parse(String(data))
      if (frame.op === "live") timer ??= setInterval(tick, everyMs)
      if (frame.op === "busy" || frame.op === "refused") reject(new Error(`burst: ${frame.op} ${frame.code}`))
      if (frame.op === "accepted" && ++accepted === texts.length) {
        send({ op: "bye" })
        socket.close()
        resolve()
      }
    })
  })
}
