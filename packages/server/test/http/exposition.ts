/** Prometheus' text format, version 0.0.4, read as strictly as its own tools lint it. */

/** How the names of a process' metrics begin: ours, and the standard ones of a process and of node. */
export const ourPrefixes = ["hibiki_", "process_", "nodejs_"]

/** Every fault of a page of metrics, in words. `prefixes`: how all names begin. */
export const expositionFaults = (text: string, prefixes: ReadonlyArray<string> = [""]): ReadonlyArray<string> => {
  const faults: Array<string> = []
  const families = new Map<string, Family>()
  const series = new Map<string, number>()
  let current: string | undefined
  if (text !== "" && !text.endsWith("\n")) faults.push("the last line has no end")
  const family = (name: string): Family => {
    const known = families.get(name)
    if (known !== undefined) {
      if (current !== name) faults.push(`${name} stands apart from itself`)
      return known
    }
    const made: Family = { help: false, type: undefined, samples: 0 }
    families.set(name, made)
    current = name
    return made
  }
  for (const line of text.split("\n").slice(0, -1)) {
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (\S.*)$/.exec(line)
    const sample =
      /^([a-zA-Z_:][\w:]*)(?:\{([a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*"(?:,[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*")*)\})? (\S+)$/.exec(
        line
      )
    if (comment !== null) {
      const [, kind, name = "", rest = ""] = comment
      const its = family(name)
      if (its.samples > 0) faults.push(`${kind} of ${name} comes after its samples`)
      if (kind === "HELP" ? its.help : its.type !== undefined) faults.push(`${kind} of ${name} stands twice`)
      if (kind === "HELP") its.help = true
      else if (["counter", "gauge", "histogram", "summary", "untyped"].includes(rest)) its.type = rest
      else faults.push(`${name} has no such TYPE: ${rest}`)
    } else if (sample !== null && isNumber(sample[3] ?? "")) {
      const [, name = "", labels = "", value] = sample
      const its = family(familyOf(name, families))
      its.samples++
      const key = `${name}{${labels
        .split(/,(?=[a-zA-Z_]\w*=")/)
        .sort()
        .join()}}`
      if (series.has(key)) faults.push(`${key} stands twice`)
      series.set(key, Number((value ?? "").replace("Inf", "Infinity")))
    } else faults.push(`a line that is none: ${line}`)
  }
  for (const [name, its] of families)
    faults.push(...familyFaults(name, its, prefixes), ...(its.type === "histogram" ? bucketFaults(name, series) : []))
  return faults
}

interface Family {
  help: boolean
  type: string | undefined
  samples: number
}

const isNumber = (text: string): boolean => /^(?:[+-]?Inf|NaN|[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i.test(text)

/** A histogram's samples have names of their own. */
const familyOf = (name: string, families: ReadonlyMap<string, Family>): string => {
  const base = name.replace(/_(?:bucket|sum|count)$/, "")
  return families.get(base)?.type === "histogram" ? base : name
}

/** Names are in base units: seconds, bytes. */
const otherUnits =
  /_(?:ms|milliseconds|us|microseconds|minutes|hours|days|kb|mb|kilobytes|megabytes|percent)(?:_total)?$/

const familyFaults = (
  name: string,
  { help, samples, type }: Family,
  prefixes: ReadonlyArray<string>
): ReadonlyArray<string> => [
  ...(help ? [] : [`${name} has no HELP`]),
  ...(type === undefined ? [`${name} has no TYPE`] : []),
  ...(samples === 0 ? [`${name} has no sample`] : []),
  ...(type !== undefined && (type === "counter") !== name.endsWith("_total")
    ? [`${name} is a ${type}: counters alone end with _total`]
    : []),
  ...(otherUnits.test(name) ? [`${name} is in a unit that is not the base one`] : []),
  ...(prefixes.some((prefix) => name.startsWith(prefix))
    ? []
    : [`${name} does not begin with ${prefixes.join(" or ")}`])
]

/** By its labels: buckets rise, and the last one is all. */
const bucketFaults = (name: string, series: ReadonlyMap<string, number>): ReadonlyArray<string> => {
  const buckets = new Map<string, Array<readonly [number, number]>>()
  for (const [key, value] of series) {
    const bound = key.startsWith(`${name}_bucket{`) ? /le="([^"]*)"/.exec(key)?.[1] : undefined
    if (bound === undefined) continue
    const others = key
      .slice(name.length + "_bucket".length)
      .replace(/,?le="[^"]*"/, "")
      .replace("{,", "{")
    buckets.set(others, [...(buckets.get(others) ?? []), [Number(bound.replace("Inf", "Infinity")), value]])
  }
  return [...buckets].flatMap(([labels, all]) => {
    const sorted = [...all].sort(([a], [b]) => a - b)
    const [bound, last] = sorted.at(-1) ?? [0, 0]
    return [
      ...(bound === Number.POSITIVE_INFINITY ? [] : [`${name}${labels} has no bucket of +Inf`]),
      ...(last === series.get(`${name}_count${labels}`) ? [] : [`${name}${labels}: its last bucket is not its count`]),
      ...(sorted.every(([, value], at) => at === 0 || value >= (sorted[at - 1]?.[1] ?? 0))
        ? []
        : [`${name}${labels}: its buckets do not rise`])
    ]
  })
}
