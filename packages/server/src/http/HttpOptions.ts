/** What the HTTP edge is told by configuration: where it listens, whom it trusts, and its bounds. */
import { isIPv6 } from "node:net"
import { isLoopback } from "@hibiki/node/isLoopback"
import { Context, Data } from "effect"

export interface HttpBounds {
  /** One request body. */ readonly bodyBytesMax: number
  /** All headers of one request; above it 431. */ readonly headerBytesMax: number
  /** Requests being decided at once, those whose bodies are still to come left out; above it 503. */
  readonly requestsMax: number
  /** Requests whose bodies are waited for at once; above it the one that waits for longest is answered 503. */
  readonly bodiesMax: number
  /** Answers that were decided and not taken at once, and their bytes; above either the oldest is cut off. */
  readonly answersMax: number
  readonly answerBytesMax: number
  /** How long such an answer may take: so long, and the time of its bytes at the least rate. */
  readonly answerTimeoutMs: number
  readonly answerBytesPerSecond: number
  /** Requests of one client address, bodies or not, so that it can't take all of them; above it 429. */
  readonly requestsPerAddressMax: number
  /**
   * Open connections, sockets included; above it new ones are dropped, and a twentieth below it new sockets are
   * answered 503.
   */
  readonly connectionsMax: number
  /**
   * Those of one client address, trusted proxies left out, and sockets, which have bounds of their own; above it a new
   * one is closed.
   */
  readonly connectionsPerAddressMax: number
  /** A connection that has not sent its headers, or its whole request, by then is answered 408 and closed. */
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  /** How often the two above are looked at, so that a slow sender lives at most this much longer. */
  readonly sweepMs: number
  /**
   * An idle connection is kept so long: longer than nginx keeps its own (60 s), so that it never reuses one that
   * closes.
   */
  readonly keepAliveMs: number
  /**
   * A connection on which no byte moved so long is closed, slow readers included. Not for sockets that were handed on.
   */
  readonly inactivityMs: number
  /** A call that is not decided by then is `Unavailable`. */ readonly callTimeoutMs: number
  /** How long requests may still finish when the server stops. */ readonly drainTimeoutMs: number
}

export const httpBounds: HttpBounds = {
  bodyBytesMax: 65_536,
  headerBytesMax: 16_384,
  requestsMax: 256,
  bodiesMax: 1_024,
  answersMax: 1_024,
  answerBytesMax: 64 * 1_048_576,
  answerTimeoutMs: 30_000,
  answerBytesPerSecond: 4_096,
  requestsPerAddressMax: 128,
  connectionsMax: 20_000,
  connectionsPerAddressMax: 2_000,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 20_000,
  sweepMs: 1_000,
  keepAliveMs: 75_000,
  inactivityMs: 60_000,
  callTimeoutMs: 12_000,
  drainTimeoutMs: 5_000
}

export class HttpOptions extends Context.Tag("@hibiki/server/http/HttpOptions")<
  HttpOptions,
  {
    readonly host: string
    /** 0: any free port. */
    readonly port: number
    /** How the world reaches this server. With https, all transport rules hold. */
    readonly publicUrl: URL | undefined
    /** Plain http on an address that is not loopback, on purpose. */
    readonly insecureHttp: boolean
    /** Further origins of web clients, such as a development server's. */
    readonly origins: ReadonlyArray<string>
    /** Where the built page lies; the workspace's own when left out. */
    readonly pageFolder?: string
    /** Who may read `/metrics`: programs on this machine (the default), anyone who reaches the port, or nobody. */
    readonly metrics?: "local" | "all" | "off"
    /** Addresses or CIDR ranges whose X-Forwarded-For and X-Forwarded-Proto are believed. */
    readonly trustedProxies: ReadonlyArray<string>
    readonly bounds: HttpBounds
  }
>() {}

/** The options do not allow listening; `reason` is one sentence for the operator. */
export class BindRefused extends Data.TaggedError("BindRefused")<{ readonly reason: string }> {}

/** Whether the options may listen: outside loopback only behind an https URL, or when asked for on purpose. */
export const bindProblem = (options: HttpOptions["Type"]): BindRefused | undefined => {
  if (isLoopback(options.host) || options.publicUrl?.protocol === "https:" || options.insecureHttp) return undefined
  return new BindRefused({
    reason: `Listening on ${options.host} without TLS would send passwords in the clear: set HIBIKI_PUBLIC_URL to the https address that leads here, bind to 127.0.0.1, or set HIBIKI_INSECURE_HTTP=true.`
  })
}

/** Whether people will reach this server by plain http over a network, which the operator is warned of. */
export const isInsecure = (options: HttpOptions["Type"]): boolean =>
  !isLoopback(options.host) && options.publicUrl?.protocol !== "https:"

/**
 * Where this server's own page is reached, exactly: the public URL, or without one by plain http on loopback and the
 * address listened on.
 * That may be all `addresses` of this machine; a name that only leads here, which anybody can give out, is none of
 * them.
 */
export const ownOrigins = (
  { host, publicUrl }: HttpOptions["Type"],
  port: number,
  addresses: ReadonlyArray<string>
): ReadonlyArray<string> => {
  if (publicUrl !== undefined) return [publicUrl.origin]
  const urls = ["localhost", "127.0.0.1", "::1", ...(isWildcard(host) ? addresses : [host])].map((each) =>
    httpOrigin(each, port)
  )
  // As browsers write it: without the port that http has anyway. An address with a zone is none that they can open.
  return [...new Set(urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).origin))]
}

/** Whether it means every address of this machine. */
export const isWildcard = (host: string): boolean => ["0.0.0.0", "::", "[::]"].includes(host)

/** `host` may be an IPv6 address with or without its brackets. */
export const httpOrigin = (host: string, port: number): string => `http://${isIPv6(host) ? `[${host}]` : host}:${port}`
