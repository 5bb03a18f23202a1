/** The settings of the HTTP edge: where it listens, whom it trusts, and its bounds. */
import { isIPv6 } from "node:net"
import { isLoopback } from "@hibiki/node/isLoopback"
import { Context, Data } from "effect"

export interface HttpBounds {
  /** The size of one request body. */ readonly bodyBytesMax: number
  /** All headers of one request; above it 431. */ readonly headerBytesMax: number
  /** Requests being decided at once, without those whose bodies are still to come; above it 503. */
  readonly requestsMax: number
  /** Requests whose bodies are still to come, at once. Above it the request that has waited longest is answered 503. */
  readonly bodiesMax: number
  /** Answers that their clients do not read at once, and their bytes. Above either the oldest is cut off. */
  readonly answersMax: number
  readonly answerBytesMax: number
  /** How long such an answer may take: this time, plus the time of its bytes at the minimum rate. */
  readonly answerTimeoutMs: number
  readonly answerBytesPerSecond: number
  /** Requests of one client address, with or without their bodies, so that it can't take all of them; above it 429. */
  readonly requestsPerAddressMax: number
  /**
   * Open connections, sockets included. Above it new ones are dropped. A twentieth below it new sockets are answered
   * 503.
   */
  readonly connectionsMax: number
  /**
   * Connections of one client address; above it a new one is closed. Does not count those of trusted proxies, nor
   * sockets, which have bounds of their own.
   */
  readonly connectionsPerAddressMax: number
  /** A connection that has not sent its headers, or its whole request, within this time is answered 408 and closed. */
  readonly headersTimeoutMs: number
  readonly requestTimeoutMs: number
  /** How often the two above are checked. A slow sender lives at most this much longer. */
  readonly sweepMs: number
  /**
   * How long an idle connection stays open: longer than nginx keeps its own (60 s), so that nginx never reuses one that
   * closes.
   */
  readonly keepAliveMs: number
  /**
   * A connection on which no byte moved for this long is closed, slow readers included. Not for sockets that were
   * handed over.
   */
  readonly inactivityMs: number
  /** A call that is not decided within this time is `Unavailable`. */ readonly callTimeoutMs: number
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
    /** The public address of this server. With https, all transport rules apply. */
    readonly publicUrl: URL | undefined
    /** Intentionally allows plain http on an address that is not loopback. */
    readonly insecureHttp: boolean
    /** Further origins of web clients, such as a development server's. */
    readonly origins: ReadonlyArray<string>
    /** The folder of the built page; the workspace's own by default. */
    readonly pageFolder?: string
    /** The readers of `/metrics`: programs on this machine (the default), anyone who reaches the port, or nobody. */
    readonly metrics?: "local" | "all" | "off"
    /** Addresses or CIDR ranges whose X-Forwarded-For and X-Forwarded-Proto are trusted. */
    readonly trustedProxies: ReadonlyArray<string>
    readonly bounds: HttpBounds
  }
>() {}

/** The options do not allow listening; `reason` is one sentence for the operator. */
export class BindRefused extends Data.TaggedError("BindRefused")<{ readonly reason: string }> {}

/** Whether the options may listen: outside loopback only behind an https URL, or if that is intentionally allowed. */
export const bindProblem = (options: HttpOptions["Type"]): BindRefused | undefined => {
  if (isLoopback(options.host) || options.publicUrl?.protocol === "https:" || options.insecureHttp) return undefined
  return new BindRefused({
    reason: `Listening on ${options.host} without TLS would send passwords in the clear: set HIBIKI_PUBLIC_URL to the https address that leads here, bind to 127.0.0.1, or set HIBIKI_INSECURE_HTTP=true.`
  })
}

/** Whether people will reach this server by plain http over a network. The operator gets a warning then. */
export const isInsecure = (options: HttpOptions["Type"]): boolean =>
  !isLoopback(options.host) && options.publicUrl?.protocol !== "https:"

/**
 * The exact origins of this server's own page: the public URL, or without one by plain http on loopback and the address
 * listened on. That may be all `addresses` of this machine. A name that only leads here is none of them, since anybody
 * can publish one.
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
  // As browsers write it: without the default port of http. Browsers can't open an address with a zone.
  return [...new Set(urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).origin))]
}

/** Whether it means every address of this machine. */
export const isWildcard = (host: string): boolean => ["0.0.0.0", "::", "[::]"].includes(host)

/** `host` may be an IPv6 address with or without its brackets. */
export const httpOrigin = (host: string, port: number): string => `http://${isIPv6(host) ? `[${host}]` : host}:${port}`
