/** What a process counts, as its /metrics tells. */

/** By name, over all labels; and by name with its labels. */
export type Counters = (name: string) => number

export const readCounters = async (url: string): Promise<Counters> => {
  const text = await (await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5_000) })).text()
  const sums = new Map<string, number>()
  for (const line of text.split("\n")) {
    const [, name = "", value = ""] = /^(hibiki_\w+)(?:\{.*\})? (\S+)$/.exec(line) ?? []
    if (name !== "") sums.set(name, (sums.get(name) ?? 0) + Number(value))
  }
  return (name) => sums.get(name) ?? 0
}
