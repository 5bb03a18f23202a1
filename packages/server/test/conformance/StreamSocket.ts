/** `/rpc/ws` by hand. */
import { parseJson } from "@hibiki/core/protocol/Json"
import type { WireError } from "./client.ts"
import { connectSocket, MessageSocket } from "./MessageSocket.ts"

interface Cause {
  readonly _tag: string
  readonly error?: WireError
}

export type StreamMessage =
  | { readonly _tag: "Chunk"; readonly requestId: string; readonly values: ReadonlyArray<unknown> }
  | {
      readonly _tag: "Exit"
      readonly requestId: string
      readonly exit: { readonly _tag: string; readonly cause?: Cause }
    }
  | { readonly _tag: "Defect"; readonly defect: WireError }
  | { readonly _tag: "Pong" }

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null

const isMessage = (value: unknown): value is StreamMessage => {
  if (!isObject(value)) return false
  const { _tag, defect, exit, requestId, values } = value
  if (_tag === "Chunk") return typeof requestId === "string" && Array.isArray(values)
  if (_tag === "Exit")
    return typeof requestId === "string" && isObject(exit) && (exit["_tag"] === "Success" || isObject(exit["cause"]))
  return _tag === "Pong" || (_tag === "Defect" && isObject(defect) && defect["_tag"] === "BadRequest")
}

const decode = (text: string): StreamMessage | undefined => {
  const message = parseJson(text)
  return isMessage(message) ? message : undefined
}

/** Calls that are answered by a stream, and not by one answer. */
export type StreamTag = (typeof streamTags)[number]
const streamTags = ["presence.watch", "presence.count", "operate.watch"] as const

export const isStreamTag = (tag: string): tag is StreamTag => streamTags.some((known) => known === tag)

export const requestOf = (id: string, tag: string, payload: unknown, token: string | undefined) => ({
  ...{ _tag: "Request", id, tag, payload },
  headers: token === undefined ? [] : [["authorization", `Bearer ${token}`]]
})

export class StreamSocket extends MessageSocket<StreamMessage> {
  static async open(origin: string): Promise<StreamSocket> {
    return new StreamSocket(await connectSocket(origin, "/rpc/ws"), decode)
  }

  send(message: object): void {
    this.text(JSON.stringify(message))
  }

  /** How this stream began: with its first element, or with the error that ended it. */
  start(requestId: string): Promise<StreamStart> {
    return this.take(`a first word of stream ${requestId}`, (message) => {
      if (message._tag === "Chunk" && message.requestId === requestId)
        return { chunk: message.values[0], error: undefined }
      if (message._tag !== "Exit" || message.requestId !== requestId) return undefined
      return {
        chunk: undefined,
        error: message.exit.cause?.error ?? { _tag: message.exit.cause?._tag ?? message.exit._tag }
      }
    })
  }
}

/** `chunk`: the first element. `error`: what it ended with instead. */
export interface StreamStart {
  readonly chunk: unknown
  readonly error: WireError | undefined
}

/** Opens a stream on a socket of its own and reads its first word. */
export const startStream = async (
  origin: string,
  tag: string,
  payload: unknown,
  token: string | undefined
): Promise<StreamStart> => {
  const socket = await StreamSocket.open(origin)
  try {
    socket.send(requestOf("1", tag, payload, token))
    return await socket.start("1")
  } finally {
    socket.terminate()
  }
}
