/** `/rpc/ws` by hand: opens a stream and reads its first word. */
import { WebSocket } from "ws"
import { frameWithinMs } from "./ProtocolSocket.ts"

interface Message {
  readonly _tag: string
  readonly values?: ReadonlyArray<unknown>
  readonly exit?: { readonly cause?: { readonly error?: { readonly _tag: string } } }
}

/** `chunk`: the first element. `error`: the tag of the error that it ended with. */
export interface StreamStart {
  readonly chunk: unknown
  readonly error: string | undefined
}

export const startStream = (origin: string, tag: string, payload: unknown, token: string | undefined): Promise<StreamStart> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${origin.replace(/^http/, "ws")}/rpc/ws`, { perMessageDeflate: false })
    const finish = (then: () => void) => {
      clearTimeout(timer)
      socket.terminate()
      then()
    }
    const timer = setTimeout(() => finish(() => reject(new Error(`no word of ${tag} within ${frameWithinMs} ms`))), frameWithinMs)
    socket.on("error", (error) => finish(() => reject(error)))
    socket.on("open", () => {
      const headers = token === undefined ? [] : [["authorization", `Bearer ${token}`]]
      socket.send(JSON.stringify({ _tag: "Request", id: "1", tag, payload, headers }))
    })
    socket.on("message", (data) => {
      const message: Message = JSON.parse(String(data))
      if (message._tag === "Chunk") finish(() => resolve({ chunk: message.values?.[0], error: undefined }))
      if (message._tag === "Exit") finish(() => resolve({ chunk: undefined, error: message.exit?.cause?.error?._tag ?? "none" }))
    })
  })
