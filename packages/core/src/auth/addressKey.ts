/** Under what an address is limited. */

/** An IPv4 address itself; of an IPv6 address its first 64 bits, since one household or server has all addresses of such a network. */
export const addressKey = (address: string): string => {
  if (!address.includes(":")) return address
  const [head = "", tail] = address.toLowerCase().split("%", 1).join("").split("::")
  const groups = head === "" ? [] : head.split(":")
  // What `::` stands for: as many zero groups as are missing.
  const rest = tail === undefined || tail === "" ? [] : tail.split(":")
  const all =
    tail === undefined ? groups : [...groups, ...Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => "0"), ...rest]
  return `${all
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ""))
    .join(":")}::/64`
}
