/**
 * What stands behind nginx where no cluster is needed: Hibiki's own HTTP edge over stub handlers, and servers that
 * misbehave.
 */
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"
import type { Duplex } from "node:stream"
import { Context, Effect, Exit, Layer, Scope } from "effect"
import { acceptUpgrade } from "../../../src/gateway/Handshake.ts"
import { HttpServer } from "../../../src/http/HttpServer.ts"
import { type EdgeOptions, edgeLayer } from "../../http/edgeUnderTest.ts"

export interface StubProcess {
  readonly url: string
  /** Sockets that it holds. */
  readonly sockets: ReadonlySet<Duplex>
  readonly stop: () => Promise<void>
}

/** An api process, and a gateway that takes every socket and says nothing on it. */
export const startStub = async (options: EdgeOptions = {}): Promise<StubProcess> => {
  const sockets = new Set<Duplex>()
  const takeSocket = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!acceptUpgrade(request, socket, head)) return
    sockets.add(socket)
    socket.on("error", () => undefined)
    socket.on("close", () => sockets.delete(socket))
    socket.on("end", () => socket.end())
    socket.resume()
  }
  const scope = Effect.runSync(Scope.make())
  const layer = edgeLayer({ takeSocket, trustedProxies: ["127.0.0.0/8"], ...options })
  const { port } = Context.get(await Effect.runPromise(Layer.buildWithScope(layer, scope)), HttpServer)
  const stop = async () => {
    for (const socket of sockets) socket.destroy()
    await Effect.runPromise(Scope.close(scope, Exit.void))
  }
  return { url: `http://127.0.0.1:${port}`, sockets, stop }
}

export interface RawProcess {
  readonly url: string
  /** Headers of the requests that it got whole, but for those by which nginx asks whether it lives. */
  readonly got: ReadonlyArray<IncomingHttpHeaders>
  /** From here on it takes connections and requests, and answers none. */
  readonly standStill: () => void
  readonly stop: () => Promise<void>
}

/**
 * A server that does with each request what its kind says: answers 200, answers 503 or 429, hangs up once it has the
 * whole request, or never answers.
 * An upgrade is answered 101 where 200 would be. `listensOn`: a port that is free; any when left out.
 */
export const startRaw = async (does: 200 | 429 | 503 | "hangs up" | "hangs", listensOn = 0): Promise<RawProcess> => {
  let kind = does
  const got: Array<IncomingHttpHeaders> = []
  const open = new Set<Duplex>()
  const server = createServer((request, response) => {
    request.resume()
    request.on("end", () => {
      if (request.url !== "/health/live") got.push(request.headers)
      if (kind === "hangs") return
      if (kind === "hangs up") request.socket.destroy()
      else response.writeHead(kind, { "content-type": "text/plain" }).end("said")
    })
  })
  server.on("upgrade", (request, socket, head) => {
    got.push(request.headers)
    if (kind === 200) acceptUpgrade(request, socket, head)
    else if (kind === "hangs up") socket.destroy()
    else if (kind !== "hangs") socket.end(`HTTP/1.1 ${kind} Said\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`)
    socket.on("error", () => undefined)
    socket.resume()
  })
  server.on("connection", (socket) => {
    open.add(socket)
    socket.on("close", () => open.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(listensOn, "127.0.0.1", resolve))
  const { port } = server.address() as AddressInfo
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const socket of open) socket.destroy()
    })
  const standStill = () => {
    kind = "hangs"
  }
  return { url: `http://127.0.0.1:${port}`, got, standStill, stop }
}
