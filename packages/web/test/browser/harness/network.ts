/** The network of one device: a forwarding proxy that can be cut, or fall silent while its connections stay open. */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http"
import { connect, type Socket } from "node:net"
import type { Duplex } from "node:stream"

/** `cut`: connections break and none is made. `silent`: they stay open, and nothing passes, as behind a closed lid. */
export type NetworkState = "up" | "cut" | "silent"

export interface Network {
  readonly proxy: string
  readonly state: () => NetworkState
  /** When it was last not up, by the monotonic clock; -Infinity when it always was. */
  readonly lastDownAt: () => number
  readonly set: (state: NetworkState) => void
  /** Hosts that were asked for, other than loopback. */
  readonly foreignHosts: () => ReadonlyArray<string>
  /** Paths of the sockets that are open now, such as /ws. */
  readonly openSockets: () => ReadonlyArray<string>
  readonly close: () => Promise<void>
}

interface Tunnel {
  readonly near: Duplex
  readonly far: Socket
  path: string | undefined
}

export const openNetwork = async (): Promise<Network> => {
  let state: NetworkState = "up"
  let lastDownAt = Number.NEGATIVE_INFINITY
  const foreign = new Set<string>()
  const tunnels = new Set<Tunnel>()
  const nearSockets = new Set<Socket>()
  /** Made or paused in the silence: of no use after it. */
  const unheard = new Set<Socket>()

  const noteHost = (hostname: string) => {
    if (!isLoopback(hostname)) foreign.add(hostname)
  }
  // What is asked for in the silence is never answered.
  const server = createServer((incoming, answer) => state === "silent" || forward(incoming, answer, noteHost))
  server.on("connection", (socket) => {
    nearSockets.add(socket)
    socket.on("close", () => nearSockets.delete(socket))
    socket.on("error", () => undefined)
    if (state === "silent") unheard.add(socket)
    if (state === "cut") socket.destroy()
  })
  server.on("connect", (incoming, near, head) => {
    const url = new URL(`http://${incoming.url}`)
    noteHost(url.hostname)
    if (state === "silent") return
    const far = connect(Number(url.port), url.hostname)
    const tunnel: Tunnel = { near, far, path: undefined }
    tunnels.add(tunnel)
    join(tunnel, head, () => state === "silent")
    near.once("close", () => tunnels.delete(tunnel))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0

  const set = (next: NetworkState) => {
    if (state !== "up" || next !== "up") lastDownAt = performance.now()
    state = next
    if (next === "silent")
      for (const socket of nearSockets) {
        socket.pause()
        unheard.add(socket)
      }
    else {
      // What was silent breaks when it is over: the other side has long given it up, or will.
      for (const socket of next === "cut" ? nearSockets : unheard) socket.destroy()
      unheard.clear()
    }
    for (const { far, near } of tunnels) {
      if (next === "silent") far.pause()
      else if (next === "cut" || far.isPaused()) {
        far.destroy()
        near.destroy()
      }
    }
  }
  return {
    proxy: `http://127.0.0.1:${port}`,
    state: () => state,
    lastDownAt: () => (state === "up" ? lastDownAt : performance.now()),
    set,
    foreignHosts: () => [...foreign],
    openSockets: () => [...tunnels].flatMap(({ path }) => (path === undefined ? [] : [path])),
    close: () => {
      set("cut")
      return new Promise((resolve) => server.close(() => resolve()))
    }
  }
}

const isLoopback = (hostname: string): boolean => hostname === "127.0.0.1" || hostname === "localhost"

/** A request in absolute form, as browsers send them to proxies. */
const forward = (incoming: IncomingMessage, answer: ServerResponse, noteHost: (hostname: string) => void) => {
  const url = new URL(incoming.url ?? "", "http://unknown.invalid")
  noteHost(url.hostname)
  if (!isLoopback(url.hostname)) {
    answer.writeHead(403).end()
    return
  }
  const { "proxy-connection": _, ...headers } = incoming.headers
  const onward = request(url, { method: incoming.method, headers, setHost: false }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers)
    response.pipe(answer)
    response.on("error", () => answer.destroy())
  })
  onward.on("error", () => answer.destroy())
  answer.on("close", () => onward.destroy())
  incoming.pipe(onward)
}

const join = (tunnel: Tunnel, head: Buffer, isSilent: () => boolean) => {
  const { far, near } = tunnel
  const end = () => {
    far.destroy()
    near.destroy()
  }
  near.on("error", end).on("close", end)
  // A far end that closed says nothing to a device that hears nothing.
  far.on("error", () => isSilent() || end()).on("close", () => isSilent() || end())
  far.once("connect", () => {
    near.write("HTTP/1.1 200 Connection Established\r\n\r\n")
    if (head.length > 0) far.write(head)
    near.once("data", (chunk: Buffer) => {
      tunnel.path = /^GET (\S+)/.exec(chunk.toString("latin1", 0, 200))?.[1]
    })
    near.pipe(far)
    far.pipe(near)
  })
}
