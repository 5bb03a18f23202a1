/**
 * Requests as bytes and headers as they came, from any address of the loopback, each of which is a client of its own to
 * nginx's limits.
 */
import { type IncomingMessage, request } from "node:http"
import { connect, type Socket } from "node:net"

export interface Reply {
  readonly status: number
  /** Names in small letters, in their order, those that came twice as well. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly from?: string
}

const pairs = (raw: ReadonlyArray<string>) =>
  raw.flatMap((name, i) => (i % 2 === 0 ? [[name.toLowerCase(), raw[i + 1] ?? ""] as const] : []))

const upgrading = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ=="
}

/** A connection of its own for each. */
export const ask = (
  port: number,
  method: string,
  path: string,
  { body, from = "127.0.0.1", headers = {} }: Asked = {}
) =>
  new Promise<Reply>((resolve, reject) => {
    const outgoing = request(
      { host: "127.0.0.1", port, method, path, headers, localAddress: from, agent: false },
      (response) => {
        const chunks: Array<Buffer> = []
        response.on("data", (chunk: Buffer) => chunks.push(chunk))
        response.on("error", reject)
        response.on("end", () => resolve(replyOf(response, Buffer.concat(chunks).toString("latin1"))))
      }
    )
    outgoing.on("error", reject)
    outgoing.end(body)
  })

const replyOf = (response: IncomingMessage, body: string): Reply => ({
  status: response.statusCode ?? 0,
  headers: pairs(response.rawHeaders),
  body
})

export interface Upgraded extends Reply {
  /** While it is open. */
  readonly socket: Socket | undefined
}

/** What an upgrade comes to: a socket, or a refusal. */
export const upgrade = (
  port: number,
  path: string,
  { from = "127.0.0.1", headers = {} }: Asked = {},
  signal?: AbortSignal
) =>
  new Promise<Upgraded>((resolve, reject) => {
    const outgoing = request({
      ...{ host: "127.0.0.1", port, path, localAddress: from, agent: false },
      headers: { ...upgrading, ...headers },
      ...(signal === undefined ? {} : { signal })
    })
    outgoing.on("error", reject)
    outgoing.on("upgrade", (response, socket: Socket) => {
      socket.on("error", () => undefined)
      resolve({ ...replyOf(response, ""), socket })
    })
    outgoing.on("response", (response) => {
      const chunks: Array<Buffer> = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("end", () => resolve({ ...replyOf(response, Buffer.concat(chunks).toString()), socket: undefined }))
    })
    outgoing.end()
  })

/** Sends bytes as they are; gives all that is answered until the other side closes. */
export const exchange = (port: number, bytes: string, from = "127.0.0.1") =>
  new Promise<string>((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, localAddress: from }, () => socket.write(bytes))
    const chunks: Array<Buffer> = []
    socket.on("data", (chunk: Buffer) => chunks.push(chunk))
    // A reset is an end, too.
    socket.on("error", () => undefined)
    socket.on("close", () => resolve(Buffer.concat(chunks).toString()))
  })

/**
 * What so many requests get, sent in one go on one connection: 1,000 at most, with which nginx closes it.
 * `forwardedFor`: whom a proxy before nginx names for the nth.
 */
export const volley = async (
  port: number,
  path: string,
  count: number,
  from: string,
  forwardedFor?: (n: number) => string
) => {
  const requests = Array.from({ length: count }, (_, n) => {
    const named = forwardedFor === undefined ? "" : `X-Forwarded-For: ${forwardedFor(n)}\r\n`
    return `GET ${path} HTTP/1.1\r\nHost: x\r\n${named}${n === count - 1 ? "Connection: close\r\n" : ""}\r\n`
  })
  const said = await exchange(port, requests.join(""), from)
  return said.split(/(?=HTTP\/1\.1 \d{3} )/).map(parsed)
}

/** One answer, as text. */
export const parsed = (said: string): Reply => {
  const [head = "", body = ""] = said.split("\r\n\r\n")
  const [first = "", ...lines] = head.split("\r\n")
  const headers = lines.map(
    (line) => [line.split(": ")[0]?.toLowerCase() ?? "", line.slice(line.indexOf(": ") + 2)] as const
  )
  return { status: Number(first.split(" ")[1]), headers, body }
}
