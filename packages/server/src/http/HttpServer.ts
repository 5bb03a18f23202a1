/**
 * The one port of this process: calls, sockets, health and the page. It opens when everything behind it is ready, and
 * closes before any of that ends.
 */
import type { Server } from "node:http"
import { networkInterfaces } from "node:os"
import { Context, Data, Effect, FiberSet, Layer, Schedule } from "effect"
import { cookieSessions, sessionCookie } from "./CookieSessions.ts"
import { makeEdge } from "./Edge.ts"
import { attach, makeNodeServer } from "./HttpListener.ts"
import { bindProblem, HttpOptions, httpOrigin, isInsecure, isWildcard, ownOrigins } from "./HttpOptions.ts"
import { pageRoutes } from "./PageRoutes.ts"
import { makeAddressReader, makePeerReader } from "./PeerAddress.ts"
import { measureProcess } from "./ProcessMetrics.ts"
import { Readiness } from "./Readiness.ts"
import { RpcRoutes } from "./RpcRoutes.ts"
import { RpcUpgrades } from "./RpcSockets.ts"
import { pagePolicy, securityHeaders } from "./SecurityHeaders.ts"
import { SocketUpgrades } from "./SocketUpgrades.ts"
import { builtPage, readStaticFiles } from "./StaticFiles.ts"

/**
 * Connections that may wait to be accepted, as far as the system allows. Beyond it each waits a second, then two; after
 * a restart all reconnect at once.
 */
const backlog = 4_096

/** The port could not be opened; `code` is the operating system's, such as EADDRINUSE. */
export class ListenFailed extends Data.TaggedError("ListenFailed")<{
  readonly host: string
  readonly port: number
  readonly code: string
}> {}

export class HttpServer extends Context.Tag("@hibiki/server/http/HttpServer")<
  HttpServer,
  {
    readonly port: number
    /** The address of the server: the public URL's origin, or this machine's. */
    readonly origin: string
    /** Its own address, and separately the public one if it has one: for people who read what this process prints. */
    readonly addresses: string
    /** Requests being answered. */
    readonly inFlight: () => number
  }
>() {}

/**
 * Listens for as long as the layer lives. At its end, requests may finish within the drain's bound. The role that took
 * over a socket ends it.
 */
export const HttpServerLive = Layer.scoped(
  HttpServer,
  Effect.gen(function* () {
    const options = yield* HttpOptions
    yield* measureProcess
    const { routes } = yield* RpcRoutes
    const takers = new Map([
      ["/ws", (yield* SocketUpgrades).handle],
      ["/rpc/ws", (yield* RpcUpgrades).handle]
    ])
    const readiness = yield* Readiness
    const { bounds } = options
    const refused = bindProblem(options)
    if (refused !== undefined) return yield* refused
    if (isInsecure(options)) {
      yield* Effect.logWarning(
        `Listening on ${options.host} without TLS: passwords and messages can be read on the network.`
      )
    }
    const https = options.publicUrl?.protocol === "https:"
    const run = yield* FiberSet.makeRuntime<never, void>()
    const files = yield* readStaticFiles(options.pageFolder ?? builtPage)

    const start = (server: Server, port: number) => {
      const ownOrigin = httpOrigin(isWildcard(options.host) ? "localhost" : options.host, port)
      const origin = options.publicUrl?.origin ?? ownOrigin
      const own = ownOrigins(options, port, addresses())
      // Processes behind one address share their cookies.
      const publicPort = options.publicUrl === undefined ? port : Number(options.publicUrl.port || 80)
      const origins = new Set([...own, ...options.origins])
      const inFlight = attach(server, {
        bounds,
        headers: securityHeaders(https),
        edge: makeEdge({
          origins,
          metrics: options.metrics ?? "local",
          openAt: options.publicUrl?.origin,
          page: pageRoutes(files, origin, pagePolicy(own)),
          readiness,
          routes: cookieSessions(routes, sessionCookie(https, publicPort), origins)
        }),
        addressOf: makeAddressReader(options.trustedProxies),
        readPeer: makePeerReader(options.trustedProxies, https),
        upgradeRules: () => ({
          origins,
          isTaken: (path) => takers.get(path) !== undefined,
          draining: readiness.isDraining()
        }),
        takeSocket: (request, socket, head, address) => takers.get(request.url ?? "")?.(request, socket, head, address),
        run
      })
      const publicOne = origin === ownOrigin ? "" : ` (public address: ${origin})`
      return HttpServer.of({ port, origin, addresses: `${ownOrigin}${publicOne}`, inFlight })
    }
    const { service } = yield* Effect.acquireRelease(
      listen(makeNodeServer(bounds), options, start),
      ({ server, service }) => stop(server, service.inFlight, bounds.drainTimeoutMs)
    )
    yield* Effect.logInfo(`Listening at ${service.addresses}`)
    return service
  })
)

/** `start` runs in the turn in which the port opens, before a connection can be accepted. */
const listen = (
  server: Server,
  { host, port }: HttpOptions["Type"],
  start: (server: Server, port: number) => HttpServer["Type"]
): Effect.Effect<{ readonly server: Server; readonly service: HttpServer["Type"] }, ListenFailed> =>
  Effect.async((resume) => {
    const onError = (error: NodeJS.ErrnoException) =>
      resume(Effect.fail(new ListenFailed({ host, port, code: error.code ?? "unknown" })))
    server.once("error", onError)
    server.listen({ host: host.replace(/^\[(.*)\]$/, "$1"), port, backlog }, () => {
      server.off("error", onError)
      // Errors of accepting (too many open files) are temporary; the listener goes on.
      server.on("error", () => undefined)
      const address = server.address()
      const service = start(server, typeof address === "object" && address !== null ? address.port : port)
      resume(Effect.succeed({ server, service }))
    })
    return Effect.sync(() => server.close())
  })

const stop = (server: Server, inFlight: () => number, timeoutMs: number): Effect.Effect<void> =>
  Effect.sync(() => {
    server.close()
    server.closeIdleConnections()
  }).pipe(
    Effect.zipRight(
      // Bounded by its own schedule: a release can't be interrupted, so a timeout around it would leave it running.
      Effect.retry(
        Effect.suspend(() => (inFlight() === 0 ? Effect.void : Effect.fail("answering" as const))),
        Schedule.upTo(Schedule.spaced("20 millis"), timeoutMs)
      )
    ),
    Effect.ignore,
    Effect.ensuring(Effect.sync(() => server.closeAllConnections()))
  )

/** The addresses of this machine at the start. */
const addresses = (): ReadonlyArray<string> =>
  Object.values(networkInterfaces()).flatMap((each) => (each ?? []).map(({ address }) => address))
