/**
 * Node's HTTP server, with a bound on everything, connected to the edge: requests, upgrades, and input that is not
 * HTTP.
 */
import { randomBytes } from "node:crypto"
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse
} from "node:http"
import type { Duplex } from "node:stream"
import { Effect, type Fiber, FiberId, MetricLabel } from "effect"
import { type Answer, badInput, failure, rateLimited, unavailable, type WireError } from "./Answer.ts"
import { type Edge, ofOperators, repeatedHeader } from "./Edge.ts"
import { boundConnections, followConnections, makeOpenRequests } from "./HttpConnections.ts"
import { countRefused, httpRequests, type RefusedReason } from "./HttpMetrics.ts"
import type { HttpBounds } from "./HttpOptions.ts"
import { type InFlight, makeInFlight, type Place } from "./InFlight.ts"
import type { Peer } from "./PeerAddress.ts"
import { answerRaw, refuseUpgrade, type UpgradeRules, upgradeProblem } from "./SocketUpgrades.ts"

export interface ListenerSettings {
  readonly bounds: HttpBounds
  /** The headers of every answer. */
  readonly headers: Readonly<Record<string, string>>
  readonly edge: Edge
  readonly readPeer: (remoteAddress: string | undefined, headers: IncomingHttpHeaders) => Peer
  /** The address under which a connection counts, or undefined if it counts under none, such as a proxy's. */
  readonly addressOf: (remoteAddress: string | undefined) => string | undefined
  readonly upgradeRules: () => UpgradeRules
  readonly takeSocket: (request: IncomingMessage, socket: Duplex, head: Buffer, address: string) => void
  /** Starts a fiber of the server's own scope. */
  readonly run: (effect: Effect.Effect<void>) => Fiber.RuntimeFiber<void>
}

/** The most headers of one request; the bytes of all have a bound of their own. */
const headersMax = 100

/**
 * Node drops headers beyond its bound silently, which would deceive any rule about a missing header. So node's bound is
 * one header more than allowed, which reveals a request with too many.
 */
const hasTooManyHeaders = (request: IncomingMessage): boolean => request.rawHeaders.length > 2 * headersMax

/** Returns a server that does not listen yet. */
export const makeNodeServer = (bounds: HttpBounds): Server => {
  const server = createServer({
    maxHeaderSize: bounds.headerBytesMax,
    headersTimeout: bounds.headersTimeoutMs,
    requestTimeout: bounds.requestTimeoutMs,
    connectionsCheckingInterval: bounds.sweepMs,
    keepAliveTimeout: bounds.keepAliveMs,
    // Checked below: node would answer by itself, without the headers and the format of all answers.
    requireHostHeader: false,
    insecureHTTPParser: false
  })
  server.maxHeadersCount = headersMax + 1
  server.maxConnections = bounds.connectionsMax
  return server
}

/**
 * Makes the server answer. Must be called before a connection can be accepted. Returns the number of requests being
 * answered.
 */
export const attach = (server: Server, settings: ListenerSettings): (() => number) => {
  const listener = new Listener(server, settings)
  server.on("request", (request, response) => listener.onRequest(request, response, false))
  server.on("checkContinue", (request, response) => listener.onRequest(request, response, true))
  server.on("checkExpectation", (request, response) => listener.onExpectation(request, response))
  server.on("upgrade", (request, socket, head) => listener.onUpgrade(request, socket, head))
  server.on("clientError", (error, socket) => listener.onClientError(error, socket))
  server.on("drop", () => countRefused("connections"))
  return () => listener.count()
}

class Listener {
  readonly #server: Server
  readonly #settings: ListenerSettings
  readonly #inFlight: InFlight
  readonly #handOn: (connection: Duplex) => void
  readonly #isNearlyFull: () => boolean
  readonly #openRequests = makeOpenRequests()
  readonly #answering = new WeakMap<Duplex, ServerResponse>()
  readonly #makeRequestId = requestIds()

  constructor(server: Server, settings: ListenerSettings) {
    const { addressOf, bounds } = settings
    this.#server = server
    this.#settings = settings
    this.#inFlight = makeInFlight(bounds)
    this.#handOn = boundConnections(server, { perAddressMax: bounds.connectionsPerAddressMax, addressOf })
    this.#isNearlyFull = followConnections(server, bounds.connectionsMax)
  }

  /** The requests being answered. */
  count(): number {
    return this.#inFlight.count()
  }

  onRequest(request: IncomingMessage, response: ServerResponse, expects100: boolean): void {
    const { bounds, edge, headers, readPeer, run } = this.#settings
    const [path = ""] = (request.url ?? "").split("?")
    const route = edge.routeOf(path)
    const requestId = this.#makeRequestId()
    // Not for the whole server: each socket that is handed over would retain its timer. Before a request, its headers
    // have a timeout of their own.
    request.socket.setTimeout(bounds.inactivityMs)
    const peer = readPeer(request.socket.remoteAddress, request.headers)
    let fiber: Fiber.RuntimeFiber<void> | undefined
    this.#answering.set(request.socket, response)
    const place = this.#inFlight.enter(peer.address)
    response.on("error", () => undefined)
    const end = this.#openRequests.add(request.socket, () => {
      place.leave()
      // Nobody waits for this answer any more.
      if (!response.writableFinished) fiber?.unsafeInterruptAsFork(FiberId.none)
    })
    response.once("close", end)
    const finish = (answer: Answer) => {
      count(route?.name ?? "none", answer.status)
      send(request, response, answer, {
        ...headers,
        "x-request-id": requestId,
        ...(this.#server.listening ? {} : { connection: "close" })
      })
      // Most answers have left by now.
      if (response.writableLength > 0) place.answered(response.writableLength, () => request.socket.destroy())
    }
    // Probes and scrapes cost next to nothing, and must not call a process dead because it is busy.
    if (place.room !== "within" && !ofOperators.has(route?.name)) {
      countRefused(place.room)
      return finish(failure(place.room === "too_many" ? unavailable : rateLimited))
    }
    const problem = headersProblem(request)
    if (problem !== undefined) return finish(failure(problem, { connection: "close" }))
    const edgeRequest = {
      method: request.method ?? "",
      path,
      headers: request.headers,
      repeatedHeader: repeatedHeader(request.rawHeaders),
      peer,
      requestId,
      body: readBody(request, response, place, bounds.bodyBytesMax, expects100)
    }
    fiber = run(Effect.map(edge.answer(edgeRequest, route), finish))
  }

  onExpectation(request: IncomingMessage, response: ServerResponse): void {
    response.on("error", () => undefined)
    send(request, response, failure(badInput("expectation", "header.expect")), this.#headers())
  }

  onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { readPeer, takeSocket, upgradeRules } = this.#settings
    const peer = readPeer(request.socket.remoteAddress, request.headers)
    const problem = hasTooManyHeaders(request) ? tooManyHeaders : upgradeProblem(request, peer, upgradeRules())
    const isFull = problem === undefined && this.#isNearlyFull()
    if (problem === undefined && !isFull) {
      this.#handOn(socket)
      return takeSocket(request, socket, head, peer.address)
    }
    // A proxy that gets this answer tries another process.
    refuseUpgrade(socket, problem ?? unavailable, isFull ? "full" : "upgrade", this.#headers())
  }

  onClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
    countRefused("malformed")
    const begun = this.#answering.get(socket)
    if (error.code === "ECONNRESET" || (begun?.headersSent === true && !begun.writableFinished))
      return void socket.destroy()
    answerRaw(socket, failure(clientProblem(error.code)), this.#headers())
  }

  /** For an answer without a request id of its own. */
  #headers(): Readonly<Record<string, string>> {
    return { ...this.#settings.headers, "x-request-id": this.#makeRequestId() }
  }
}

/** A request that is not read to its end closes its connection: the rest of it would be parsed as the next request. */
const send = (
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  headers: Readonly<Record<string, string>>
): void => {
  if (response.headersSent || response.destroyed) return
  const hasBody =
    request.headers["transfer-encoding"] !== undefined || Number(request.headers["content-length"] ?? 0) > 0
  // Not modified: the browser has the body and the headers that describe it.
  const ofBody =
    answer.status === 304
      ? {}
      : { "content-type": answer.contentType, "content-length": Buffer.byteLength(answer.body) }
  response.writeHead(answer.status, {
    ...headers,
    ...answer.headers,
    ...ofBody,
    ...(hasBody && !request.complete ? { connection: "close" } : {})
  })
  response.end(request.method === "HEAD" ? undefined : answer.body)
}

const headersProblem = (request: IncomingMessage): WireError | undefined => {
  if (hasTooManyHeaders(request)) return tooManyHeaders
  return request.headers.host === undefined && request.httpVersion !== "1.0"
    ? badInput("missing_host", "header.host")
    : undefined
}

const tooManyHeaders = badInput("headers_too_large", "headers")

const clientProblem = (code: string | undefined) => {
  if (code === "HPE_HEADER_OVERFLOW") return tooManyHeaders
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return badInput("timeout", "request")
  return badInput("not_http", "request")
}

/** Unguessable from outside and cheap: one random part for the process, and a number. */
const requestIds = (): (() => string) => {
  const prefix = randomBytes(6).toString("hex")
  let number = 0
  return () => `${prefix}-${(++number).toString(36)}`
}

const count = (route: string, status: number): void =>
  httpRequests.unsafeUpdate(1, [
    MetricLabel.make("route", route),
    MetricLabel.make("status", `${Math.floor(status / 100)}xx`)
  ])

/**
 * Reads the body as text. Stops over `max` bytes: the answer then closes the connection. The server's request timeout
 * bounds the time. `expects100`: the client sends the body only after a 100 Continue. Meanwhile others may use its
 * place.
 */
const readBody = (
  request: IncomingMessage,
  response: ServerResponse,
  place: Place,
  max: number,
  expects100: boolean
): Effect.Effect<string, WireError> =>
  Effect.async((resume) => {
    if (Number(request.headers["content-length"] ?? 0) > max) return resume(Effect.fail(tooLarge))
    const chunks: Array<Buffer> = []
    let bytes = 0
    const finish = (result: Effect.Effect<string, WireError>) => {
      stop()
      resume(result)
    }
    const onData = (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > max) finish(Effect.fail(tooLarge))
      else chunks.push(chunk)
    }
    const onEnd = () => finish(place.bodyCame() ? decode(Buffer.concat(chunks, bytes)) : refused("too_many"))
    const onError = () => finish(Effect.fail(badInput("incomplete", "body")))
    const stop = () => {
      request.off("data", onData).off("end", onEnd).off("error", onError)
      request.pause()
    }
    // The error listener stays: a connection that breaks later must not become an uncaught exception.
    request.on("error", () => undefined)
    request.on("data", onData).on("end", onEnd).on("error", onError)
    place.awaitBody(() => finish(refused("slow_body")))
    if (expects100) response.writeContinue()
    return Effect.sync(stop)
  })

const refused = (reason: RefusedReason) =>
  Effect.suspend(() => {
    countRefused(reason)
    return Effect.fail(unavailable)
  })

const tooLarge = badInput("too_large", "body")

// Leaves a byte order mark in, so that the JSON parser refuses it.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

const decode = (bytes: Buffer): Effect.Effect<string, WireError> => {
  try {
    return Effect.succeed(utf8.decode(bytes))
  } catch {
    return Effect.fail(badInput("not_utf8", "body"))
  }
}
