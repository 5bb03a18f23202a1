/**
 * Where sockets go when they are not answered at the address of calls: in a cluster without a load balancer in front,
 * to each gateway in turn.
 */

const gateways = new Map<string, { readonly urls: ReadonlyArray<string>; next: number }>()

/** Of a server whose calls are at `url`. */
export const useGateways = (url: string, urls: ReadonlyArray<string>): void => {
  if (urls.length > 0) gateways.set(url, { urls, next: 0 })
}

/** The origin that answers a path of this server; the path's query counts for nothing. */
export const originFor = (url: string, path: string): string => {
  const found = path.split("?", 1)[0] === "/ws" ? gateways.get(url) : undefined
  return found?.urls[found.next++ % found.urls.length] ?? url
}

/** The same for the bytes of a request. */
export const originForBytes = (url: string, bytes: Uint8Array | string): string =>
  originFor(url, /^[A-Z]+ (\S+) HTTP/.exec(Buffer.from(bytes).subarray(0, 200).toString("latin1"))?.[1] ?? "")
