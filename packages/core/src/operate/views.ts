/** How the answers of all processes become one table: pure, one function per panel. */
import type { PushesPending } from "../ports/PushStore.ts"
import type { QueueReading } from "../ports/QueueReadings.ts"
import type { LargeConversation, StoreReading } from "../ports/StoreReadings.ts"
import type { PathStep, ProcessAnswer } from "../protocol/Inspection.ts"
import type {
  ActorsRow,
  NodeRow,
  NowRow,
  PathRow,
  QueuesRow,
  SocketsRow,
  StoreRow
} from "../protocol/rpc/OperateRpcs.ts"
import { type CountName, classColumns, type DurationName, type LevelName, pathSteps, quantileOf } from "./readings.ts"

/** An answer, and how far its process's clock is ahead (ms). */
export interface Heard {
  readonly answer: ProcessAnswer
  readonly clockAheadMs: number
}

/** One second of one process, by column. */
export type Second = ReadonlyMap<string, number>

const secondsOf = ({ answer, clockAheadMs }: Heard): ReadonlyArray<readonly [number, Second]> => {
  const { body } = answer
  if (body._tag !== "Process") return []
  return body.seconds.map((row) => {
    const [second = 0, ...pairs] = row
    const values = new Map<string, number>()
    for (let at = 0; at + 1 < pairs.length; at += 2) {
      const name = body.columns[pairs[at] ?? -1]
      if (name !== undefined) values.set(name, pairs[at + 1] ?? 0)
    }
    return [second - Math.round(clockAheadMs / 1_000), values] as const
  })
}

/** Seconds of all processes, by their second and node: what the next questions add to. */
export type History = ReadonlyMap<number, ReadonlyMap<string, Second>>

/** Adds the answers, and forgets seconds before `from`. */
export const extendHistory = (history: History, heard: ReadonlyArray<Heard>, from: number): History => {
  const next = new Map([...history].filter(([second]) => second >= from))
  for (const each of heard)
    for (const [second, values] of secondsOf(each))
      if (second >= from) next.set(second, new Map(next.get(second)).set(each.answer.node, values))
  return next
}

const quantiles = [0.5, 0.95, 0.99] as const

/** The durations of one second in all processes: p50, p95 and p99 in ms. */
const durationsOf = (nodes: ReadonlyArray<Second>, name: DurationName): ReadonlyArray<number> | undefined => {
  const counts = classColumns(name).map((column) => nodes.reduce((sum, node) => sum + (node.get(column) ?? 0), 0))
  const found = quantiles.flatMap((quantile) => quantileOf(counts, quantile) ?? [])
  return found.length === 0 ? undefined : found.map((seconds) => Math.round(seconds * 10_000) / 10)
}

/**
 * One row a second, the oldest first. Leaves out the seconds from `until` on: some processes may not have noted them
 * yet.
 */
export const nowRows = (history: History, until: number): ReadonlyArray<NowRow> =>
  [...history]
    .filter(([second]) => second < until)
    .sort(([a], [b]) => a - b)
    .map(([second, byNode]) => {
      const nodes = [...byNode.values()]
      const sum = (...names: ReadonlyArray<CountName | LevelName>) =>
        nodes.reduce((all, node) => names.reduce((some, name) => some + (node.get(name) ?? 0), all), 0)
      const [acceptedMs, arrivedMs] = [durationsOf(nodes, "accepted"), durationsOf(nodes, "arrived")]
      return {
        key: String(second),
        commands: sum("commands"),
        sockets: sum("sockets"),
        requests: sum("requests"),
        errors: sum("failedRequests", "faults"),
        waiting: sum("lanes", "intake"),
        ...(acceptedMs === undefined ? {} : { acceptedMs }),
        ...(arrivedMs === undefined ? {} : { arrivedMs })
      }
    })

/** A process that misses this many questions is no longer listed. */
export const missedMax = 30

/** One row a process, by role and host. Processes that did not answer keep their last row and count the questions. */
export const nodeRows = (before: ReadonlyArray<NodeRow>, heard: ReadonlyArray<Heard>): ReadonlyArray<NodeRow> => {
  const rows = new Map(before.map((row) => [row.key, { ...row, missed: row.missed + 1 }]))
  for (const each of heard) {
    const { host, node, role, startedAt, version } = each.answer
    const [, last] = secondsOf(each).at(-1) ?? []
    rows.set(node, {
      key: node,
      node,
      role,
      host,
      version,
      startedAt,
      clockAheadMs: Math.round(each.clockAheadMs),
      missed: 0,
      values: Object.fromEntries([...(last ?? [])].filter(([name]) => !/\d$/.test(name)))
    })
  }
  return [...rows.values()]
    .filter(({ missed }) => missed < missedMax)
    .sort((a, b) => compare(a.role, b.role) || compare(a.host, b.host) || a.startedAt - b.startedAt)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** A table whose rows are cut at `limit`, and how many there would be. */
export interface Cut<Row> {
  readonly total: number
  readonly rows: ReadonlyArray<Row>
}

export const actorRows = (heard: ReadonlyArray<Heard>, orderBy: keyof typeof actorOrders, limit: number) =>
  cut<ActorsRow>(
    heard.flatMap(({ answer: { body, node } }) =>
      body._tag === "Actors"
        ? [{ total: body.total, rows: body.rows.map((row) => ({ ...row, key: `${node} ${row.path}`, node })) }]
        : []
    ),
    actorOrders[orderBy],
    limit
  )

const actorOrders = {
  depth: (row: ActorsRow) => row.depth,
  handled: (row: ActorsRow) => row.handled,
  restarts: (row: ActorsRow) => row.restarts,
  failed: (row: ActorsRow) => row.lastFailure?.at ?? 0
} as const

export const socketRows = (heard: ReadonlyArray<Heard>, orderBy: keyof typeof socketOrders, limit: number) =>
  cut<SocketsRow>(
    heard.flatMap(({ answer: { body, node } }) =>
      body._tag === "Sockets"
        ? [{ total: body.total, rows: body.rows.map((row) => ({ ...row, key: `${node} ${row.socket}`, node })) }]
        : []
    ),
    socketOrders[orderBy],
    limit
  )

const socketOrders = {
  unsent: (row: SocketsRow) => row.unsent,
  silent: (row: SocketsRow) => row.silentMs,
  pending: (row: SocketsRow) => row.pending
} as const

const cut = <Row extends { readonly key: string }>(
  tables: ReadonlyArray<Cut<Row>>,
  rankOf: (row: Row) => number,
  limit: number
): Cut<Row> => ({
  total: tables.reduce((sum, { total }) => sum + total, 0),
  rows: tables
    .flatMap(({ rows }) => rows)
    .sort((a, b) => rankOf(b) - rankOf(a) || compare(a.key, b.key))
    .slice(0, limit)
})

/**
 * One row a queue, then what is due in the store. Undefined: that source could not be read, and its rows stay as they
 * were.
 */
export const queueRows = (
  before: ReadonlyArray<QueuesRow>,
  readings: ReadonlyArray<QueueReading> | undefined,
  pending: PushesPending | undefined
): ReadonlyArray<QueuesRow> => [
  ...(readings?.map(queueRow) ?? before.filter((row) => !isStored(row))),
  ...(pending === undefined ? before.filter(isStored) : dueRows(pending))
]

const isStored = ({ queue }: QueuesRow): boolean => queue === "looks" || queue === "pushes"

const queueRow = ({ consumers, depth, partition, queue }: QueueReading): QueuesRow => ({
  key: partition === undefined ? queue : `${queue} ${partition}`,
  queue,
  ...(partition === undefined ? {} : { partition }),
  ...(depth === undefined ? {} : { depth }),
  ...(consumers === undefined ? {} : { consumers })
})

const dueRows = ({ looks, looksLateMs, pushes, pushesLateMs }: PushesPending): ReadonlyArray<QueuesRow> => [
  { key: "looks", queue: "looks", depth: looks, lateMs: looksLateMs },
  { key: "pushes", queue: "pushes", depth: pushes, lateMs: pushesLateMs }
]

/** `before`: the reading before this one, for rates. `seal`: returns the pseudonym of an id. */
export const storeRows = (
  before: StoreReading | undefined,
  { at, eventsAdded, replicas, tables, ...figures }: StoreReading,
  largest: ReadonlyArray<LargeConversation>,
  seal: (id: string) => string
): ReadonlyArray<StoreRow> => {
  const eventsPerSecond = before === undefined ? undefined : rateOf(before, { at, eventsAdded })
  return [
    { _tag: "Figures", key: "figures", ...known(figures), ...known({ eventsPerSecond }) },
    ...tables.map((table) => ({ _tag: "Table" as const, key: `table ${table.name}`, ...known(table) })),
    ...replicas.map((replica, at) => ({ _tag: "Replica" as const, key: `replica ${at}`, ...known(replica) })),
    ...largest.map(({ events, id, kind }) => {
      const conversation = seal(id)
      const key = `conversation ${conversation}`
      return { _tag: "Conversation" as const, key, conversation, kind, events: roundedDown(events) }
    })
  ]
}

/** Undefined: the store's clock or its statistics began anew. */
const rateOf = (
  before: StoreReading,
  { at, eventsAdded }: Pick<StoreReading, "at" | "eventsAdded">
): number | undefined => {
  const [seconds, events] = [(at - before.at) / 1_000, eventsAdded - before.eventsAdded]
  return seconds <= 0 || events < 0 ? undefined : Math.round((events / seconds) * 10) / 10
}

/** To two digits, and to 5 at least. */
export const roundedDown = (count: number): number => {
  const step = Math.max(5, 10 ** (String(count).length - 2))
  return Math.floor(count / step) * step
}

/** Without what is undefined. */
const known = <Values extends object>(values: Values): Defined<Values> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<Values>

type Defined<Values> = {
  readonly [Name in keyof Values as undefined extends Values[Name] ? never : Name]: Values[Name]
} & { readonly [Name in keyof Values as undefined extends Values[Name] ? Name : never]?: NonNullable<Values[Name]> }

/** The totals of a process at a time of this process's clock (ms). */
interface PathSample {
  readonly at: number
  readonly steps: ReadonlyArray<PathStep>
}

/** Of each process its samples of the last minute, the oldest first. */
export type PathSamples = ReadonlyMap<string, ReadonlyArray<PathSample>>

/** Samples lie this far apart (ms), except the newest; older ones are forgotten. */
const sampleEveryMs = 5_000
const pathWindowMs = 60_000

/** Adds the answers. A process that has not answered within the window is forgotten. */
export const extendPath = (samples: PathSamples, heard: ReadonlyArray<Heard>, at: number): PathSamples => {
  const next = new Map(samples)
  for (const { answer } of heard) {
    if (answer.body._tag !== "Path") continue
    const known = next.get(answer.node) ?? []
    const [last, earlier] = [known.at(-1), known.at(-2)]
    const isBetween = last !== undefined && earlier !== undefined && last.at - earlier.at < sampleEveryMs
    next.set(answer.node, [...(isBetween ? known.slice(0, -1) : known), { at, steps: answer.body.steps }])
  }
  const from = at - pathWindowMs
  return new Map(
    [...next].flatMap(([node, all]) => {
      const recent = all.filter((sample) => sample.at >= from)
      return recent.length === 0 ? [] : [[node, recent] as const]
    })
  )
}

/** One row a step, in the order of the way, from the measures of all processes between their first and last sample. */
export const pathRows = (samples: PathSamples): ReadonlyArray<PathRow> =>
  Object.keys(pathSteps).map((step) => {
    const grown = [...samples.values()].flatMap((all) => stepGrowth(all, step) ?? [])
    const bounds = grown[0]?.bounds ?? []
    // During an upgrade processes may have other bounds: those count, and do not enter the percentiles.
    const alike = grown.filter((each) => String(each.bounds) === String(bounds))
    const counts = Array.from({ length: bounds.length + 1 }, (_, at) => sumOf(alike, ({ counts }) => counts[at] ?? 0))
    const msOf = (quantile: number) => {
      const seconds = quantileOf(counts, quantile, bounds)
      return seconds === undefined ? undefined : Math.round(seconds * 100_000) / 100
    }
    const waiting = grown.flatMap((each) => each.waiting ?? [])
    return {
      key: step,
      perSecond: Math.round(sumOf(grown, ({ perSecond }) => perSecond) * 10) / 10,
      ...known({ p50Ms: msOf(0.5), p99Ms: msOf(0.99) }),
      ...(waiting.length === 0 ? {} : { waiting: sumOf(waiting, (count) => count) })
    }
  })

const stepGrowth = (all: ReadonlyArray<PathSample>, step: string) => {
  const [first, last] = [all[0], all.at(-1)]
  const found = (sample: PathSample | undefined) => sample?.steps.find((each) => each.step === step)
  const [before, now] = [found(first), found(last)]
  if (first === undefined || last === undefined || before === undefined || now === undefined) return undefined
  const counts = now.counts.map((count, at) => Math.max(0, count - (before.counts[at] ?? 0)))
  const seconds = (last.at - first.at) / 1_000
  const perSecond = seconds <= 0 ? 0 : sumOf(counts, (count) => count) / seconds
  return { bounds: now.bounds, counts, perSecond, waiting: now.waiting }
}

const sumOf = <Item>(items: ReadonlyArray<Item>, read: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + read(item), 0)
