/** The other end of a request: the socket's address, or the address that a trusted proxy names. */
import type { IncomingHttpHeaders } from "node:http"
import { BlockList, isIP, isIPv6 } from "node:net"
import { isLoopback } from "@hibiki/node/isLoopback"

/** The trusted facts about the origin of a request. */
export interface Peer {
  /** For limits; "unknown" if the connection is already closed. */
  readonly address: string
  /** Whether the request travelled in the clear although a public https URL is set. */
  readonly inTheClear: boolean
  /**
   * Whether a program on this machine made the request itself, under a name of this machine: not a proxy for somebody
   * else, and not a page whose name leads here.
   */
  readonly isLocal: boolean
}

/**
 * Words in the names of headers by which proxies, load balancers and content networks name their client or announce
 * themselves: `x-forwarded-for`, `cf-connecting-ip`, `x-envoy-external-address`, `x-azure-clientip`. A program that
 * makes its own request sends none.
 */
const handedOn =
  /(^|-)(forwarded\w*|via|prox\w*|\w*ip(v[46])?|\w*addr(ess)?|amzn?|appengine|arr|cdn|cf|cloudfront|connecting|envoy|fastly|loop|original|originating|scheme|viewer)(-|$)/
const isHandedOn = (headers: IncomingHttpHeaders): boolean => Object.keys(headers).some((name) => handedOn.test(name))

const makeProxyCheck = (trustedProxies: ReadonlyArray<string>) => {
  const trusted = new BlockList()
  for (const proxy of trustedProxies) {
    const [address = "", prefix] = proxy.split("/")
    const family = isIPv6(address) ? "ipv6" : "ipv4"
    if (prefix === undefined) trusted.addAddress(address, family)
    else trusted.addSubnet(address, Number(prefix), family)
  }
  return (address: string): boolean => isIP(address) !== 0 && trusted.check(address, isIPv6(address) ? "ipv6" : "ipv4")
}

/**
 * Returns the address under which a connection counts. A trusted proxy's connection counts under none: it carries other
 * people's requests.
 */
export const makeAddressReader = (trustedProxies: ReadonlyArray<string>) => {
  const isTrusted = makeProxyCheck(trustedProxies)
  return (remoteAddress: string | undefined): string | undefined => {
    const address = remoteAddress === undefined ? undefined : plain(remoteAddress)
    return address === undefined || isTrusted(address) ? undefined : address
  }
}

/**
 * Reads peers. Forwarding headers count only when the socket's own address is a trusted proxy's: anybody can send them.
 */
export const makePeerReader = (trustedProxies: ReadonlyArray<string>, https: boolean) => {
  const isTrusted = makeProxyCheck(trustedProxies)

  return (remoteAddress: string | undefined, headers: IncomingHttpHeaders): Peer => {
    if (remoteAddress === undefined) return { address: "unknown", inTheClear: https, isLocal: false }
    const socketAddress = plain(remoteAddress)
    const isLocal = isLoopback(socketAddress) && isLoopback(hostName(headers.host)) && !isHandedOn(headers)
    if (!isTrusted(socketAddress)) {
      // A tool on this machine may connect to the port directly; from elsewhere requests come through the proxy.
      return { address: socketAddress, inTheClear: https && !isLocal, isLocal }
    }
    const proto = listed(headers["x-forwarded-proto"]).at(-1)
    return {
      address: forwardedFor(headers, isTrusted) ?? socketAddress,
      inTheClear: https && proto !== "https",
      isLocal
    }
  }
}

/** Without the port. */
const hostName = (host = ""): string => host.replace(/:\d*$/, "").toLowerCase()

/** The nearest address that is not one of our proxies: the other side wrote everything to the left of it. */
const forwardedFor = (headers: IncomingHttpHeaders, isTrusted: (address: string) => boolean): string | undefined => {
  let nearest: string | undefined
  for (const entry of listed(headers["x-forwarded-for"]).reverse()) {
    const address = plain(entry)
    if (isIP(address) === 0) return nearest
    nearest = address
    if (!isTrusted(address)) return nearest
  }
  return nearest
}

const listed = (header: string | ReadonlyArray<string> | undefined): Array<string> =>
  (typeof header === "string" ? header : (header ?? []).join(","))
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")

/** One spelling per address: an IPv4 client of a dual-stack socket is not written as IPv6. */
const plain = (address: string): string => (/^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address) ? address.slice(7) : address)
