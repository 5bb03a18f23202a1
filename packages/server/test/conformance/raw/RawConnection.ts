/** A connection by plain TCP (by TLS for https): for what no HTTP or WebSocket library would send. */

import { connect as connectPlain, type Socket } from "node:net"
import { connect as connectTls } from "node:tls"
import { originForBytes } from "../gateways.ts"

/** What came back until the server ended the connection, or the time was over. */
export interface RawAnswer {
  /** 0: the server ended the connection without a word. */
  readonly status: number
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
  /** The number in the WebSocket's close frame, after an upgrade. */
  readonly closeCode: number | undefined
  /** The server ended the connection. */
  readonly ended: boolean
}

export interface RawRequest {
  readonly bytes: string | Uint8Array
  /** Our side says that nothing more comes. */
  readonly halfClosed?: boolean
  /** Waits for the server's end, or so long. Without it, a whole answer to a request is enough. */
  readonly endsWithinMs?: number
}

const answerWithinMs = 5_000

export const connectTo = (origin: string): Socket => {
  const { hostname, port, protocol } = new URL(origin)
  const secure = protocol === "https:"
  const place = { host: hostname, port: Number(port || (secure ? 443 : 80)) }
  return secure ? connectTls({ ...place, servername: hostname }) : connectPlain({ ...place, allowHalfOpen: true })
}

export const exchangeRaw = (
  origin: string,
  { bytes, endsWithinMs, halfClosed = false }: RawRequest
): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const socket = connectTo(originForBytes(origin, bytes))
    let heard = Buffer.alloc(0)
    const finish = (ended: boolean) => {
      clearTimeout(timer)
      socket.destroy()
      const answer = heard.length === 0 && ended ? silentEnd : readRaw(heard, ended)
      if (answer === undefined)
        reject(new Error(`no answer by HTTP, but ${JSON.stringify(heard.toString("latin1").slice(0, 100))}`))
      else resolve(answer)
    }
    const timer = setTimeout(() => finish(false), endsWithinMs ?? answerWithinMs)
    // A reset after the answer is an end, too: what was sent and not read makes one.
    socket.on("error", () => finish(true))
    socket.on("end", () => finish(true))
    socket.on("data", (chunk: Uint8Array) => {
      heard = Buffer.concat([heard, chunk])
      if (endsWithinMs === undefined && isWhole(readRaw(heard, false))) finish(false)
    })
    if (halfClosed) socket.end(bytes)
    else socket.write(bytes)
  })

const silentEnd: RawAnswer = { status: 0, headers: new Map(), body: "", closeCode: undefined, ended: true }

const isWhole = (answer: RawAnswer | undefined): boolean =>
  answer !== undefined &&
  (answer.status === 101 || Buffer.byteLength(answer.body) >= Number(answer.headers.get("content-length") ?? 0))

const readRaw = (heard: Buffer, ended: boolean): RawAnswer | undefined => {
  const head = heard.indexOf("\r\n\r\n")
  const [statusLine = "", ...lines] = heard.toString("latin1", 0, Math.max(0, head)).split("\r\n")
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1])
  if (head < 0 || Number.isNaN(status)) return undefined
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":")
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
    })
  )
  const rest = heard.subarray(head + 4)
  const upgraded = status === 101
  return {
    status,
    headers,
    body: upgraded ? "" : rest.toString(),
    closeCode: upgraded ? closeCodeIn(rest) : undefined,
    ended
  }
}

const closeOpcode = 8

/** In whole frames of a server, which are unmasked. */
const closeCodeIn = (bytes: Buffer): number | undefined => {
  let at = 0
  while (at + 2 <= bytes.length) {
    const short = bytes.readUInt8(at + 1)
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0
    if (at + 2 + extended > bytes.length) return undefined
    const length =
      extended === 0 ? short : extended === 2 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2))
    const body = at + 2 + extended
    if ((bytes.readUInt8(at) & 0x0f) === closeOpcode && length >= 2 && body + 2 <= bytes.length)
      return bytes.readUInt16BE(body)
    at = body + length
  }
  return undefined
}
