/** Under what an address is limited. */

/**
 * An IPv4 address itself; of an IPv6 address its first 64 bits, since one household or server has all addresses of such
 * a network.
 */
export const addressKey = (address: string): string =>
  address.includes(":") ? `${groupsOf(address, 4)}::/64` : address

/**
 * The network that an address is in, as one party may hold it: /24 of IPv4, /48 of IPv6. Turns are taken by it, and
 * accounts know it.
 */
export const networkOf = (address: string): string => {
  if (address.includes(":")) return `${groupsOf(address, 3)}::/48`
  const parts = address.split(".")
  return parts.length === 4 ? `${parts.slice(0, 3).join(".")}.0/24` : address
}

/** The block that a network is in, as one party rents or is given it: /16 of IPv4, /32 of IPv6. */
export const blockOf = (network: string): string =>
  network.includes(":") ? `${groupsOf(network, 2)}::/32` : network.replace(/^(\d+\.\d+)\.\d+\.0\/24$/, "$1.0.0/16")

/** The first groups of an IPv6 address, in one spelling. */
const groupsOf = (address: string, count: number): string => {
  const [head = "", tail] = address.toLowerCase().split("%", 1).join("").split("::")
  const groups = head === "" ? [] : head.split(":")
  // What `::` stands for: as many zero groups as are missing.
  const rest = tail === undefined || tail === "" ? [] : tail.split(":")
  const all =
    tail === undefined
      ? groups
      : [...groups, ...Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => "0"), ...rest]
  return all
    .slice(0, count)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")
}
