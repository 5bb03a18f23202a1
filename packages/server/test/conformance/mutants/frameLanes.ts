/** Mutants of frames, on live sockets and where hello is due. What each must come to is what the codec says of it. */
import { Limits } from "@hibiki/core/domain/Limits"
import { agree, type ClientFrame, decodeClientFrame, isFrameProblem } from "@hibiki/core/protocol/ClientFrame"
import type { ServerFrame } from "@hibiki/core/protocol/ServerFrame"
import { expectSame, Mismatch } from "../Mismatch.ts"
import { type Device, freshId } from "../Person.ts"
import { ProtocolSocket } from "../ProtocolSocket.ts"
import { eachMutant, type Lane, type Mutant } from "./Mutant.ts"

type Expected =
  /** `code`: the codec's; undefined: one of the store, `accepted` or `busy` will do. */
  | { readonly answers: ReadonlyArray<string>; readonly conversationId: string; readonly code: string | undefined }
  /** `always` false: whether it closes depends on what this socket was sent. */
  | { readonly closes: number; readonly always: boolean }
  | { readonly silent: true }

const idsOf = (frame: ClientFrame): ReadonlyArray<string> => {
  if (frame.op === "post") return frame.posts.map(({ id }) => id)
  return "id" in frame ? [frame.id] : []
}

const expectedOf = (text: string): Expected => {
  if (Buffer.byteLength(text) > Limits.frameBytes) return { closes: 1009, always: true }
  const decoded = decodeClientFrame(text)
  if (isFrameProblem(decoded)) {
    const { code, conversationId, id } = decoded
    return id === undefined || conversationId === undefined
      ? { closes: 4400, always: true }
      : { answers: [id], conversationId, code }
  }
  if (decoded.op === "hello" || decoded.op === "cursors") return { closes: 4400, always: true }
  if (decoded.op === "bye") return { closes: 1001, always: true }
  if (decoded.op === "ack") return { closes: 4400, always: false }
  const answers = idsOf(decoded)
  return answers.length > 0 && "conversationId" in decoded
    ? { answers, conversationId: decoded.conversationId, code: undefined }
    : { silent: true }
}

/** Below what a socket may send at once. */
const framesOfSocket = 120

/** One live socket after the other. */
class LiveSocket {
  private socket: ProtocolSocket | undefined
  private sent = 0

  constructor(private readonly device: Device) {}

  async say(text: string): Promise<ProtocolSocket> {
    if (this.socket !== undefined && (this.socket.isClosed || this.sent >= framesOfSocket)) this.drop()
    this.socket ??= await this.device.open({}, "welcome")
    this.socket.heard.length = 0
    this.sent++
    this.socket.text(text)
    return this.socket
  }

  drop(): void {
    this.socket?.terminate()
    this.socket = undefined
    this.sent = 0
  }
}

/** What an answer says, or undefined: it is none to this command. */
const wordOf = (
  frame: ServerFrame,
  expected: Extract<Expected, { readonly answers: unknown }>,
  id: string
): string | undefined => {
  if (frame.op === "refused" && frame.id === id) {
    if (expected.code !== undefined) expectSame("the codec's code", expected.code, frame.code)
    return `refused as ${frame.code}`
  }
  if (expected.code !== undefined) return undefined
  if (frame.op === "accepted" && frame.id === id) return "accepted"
  return frame.op === "busy" && frame.conversationId === expected.conversationId && frame.code !== "unknown"
    ? "busy"
    : undefined
}

const tryFrame = async (live: LiveSocket, text: string): Promise<string> => {
  const expected = expectedOf(text)
  const socket = await live.say(text)
  if ("answers" in expected) {
    let word = ""
    for (const id of new Set(expected.answers)) {
      word = await socket.take(`an answer to ${id}`, (frame) => wordOf(frame, expected, id))
      // It answers the whole frame.
      if (word === "busy") break
    }
    return word
  }
  if ("closes" in expected && expected.always) return closedBy(live, socket, expected.closes)
  return staysOrCloses(live, socket, "closes" in expected ? expected.closes : undefined)
}

const closedBy = async (live: LiveSocket, socket: ProtocolSocket, code: number): Promise<string> => {
  expectSame("the close code", code, (await socket.closed()).code)
  live.drop()
  return `closed by ${code}`
}

/** A command behind it is answered; or the socket closes, if it may. */
const staysOrCloses = async (live: LiveSocket, socket: ProtocolSocket, closes: number | undefined): Promise<string> => {
  const [id, conversationId] = [freshId(), freshId()]
  socket.send({ op: "withdraw", id, conversationId })
  try {
    await socket.take("an answer to the command behind it", (frame) =>
      (frame.op === "refused" && frame.id === id) || (frame.op === "busy" && frame.conversationId === conversationId)
        ? true
        : undefined
    )
    return "taken without a word"
  } catch (error) {
    if (closes === undefined || !socket.isClosed) throw error
    return closedBy(live, socket, closes)
  }
}

export const liveLane = (devices: ReadonlyArray<Device>, make: (n: number) => Mutant): Lane => {
  let started = 0
  return {
    name: "frames",
    workers: devices.length,
    make,
    run: async (feed) => {
      const device = devices[started++ % devices.length]
      if (device === undefined) throw new Mismatch("a worker of frames", "a device", device)
      const live = new LiveSocket(device)
      await eachMutant(feed, async ({ text }) => {
        try {
          return await tryFrame(live, text)
        } catch (error) {
          live.drop()
          throw error
        }
      })
      live.drop()
    }
  }
}

/** With a ticket that is nobody's. */
const firstClose = (text: string): number => {
  if (Buffer.byteLength(text) > Limits.frameBytes) return 1009
  const decoded = decodeClientFrame(text)
  if (isFrameProblem(decoded) || decoded.op !== "hello") return 4400
  return agree(decoded.version) === undefined ? 4426 : 4401
}

export const helloLane = (origin: string, make: (n: number) => Mutant): Lane => ({
  name: "first frames",
  workers: 2,
  make,
  run: (feed) =>
    eachMutant(feed, async ({ text }) => {
      const socket = await ProtocolSocket.open(origin)
      try {
        socket.text(text)
        const { code } = await socket.closed()
        expectSame("the close code", firstClose(text), code)
        expectSame("what was said", [], socket.heard)
        return `closed by ${code}`
      } finally {
        socket.terminate()
      }
    })
})
