/**
 * How the console looks at one panel: asks its sources once, and returns the panel as it is now. A look remembers what
 * the next one adds to.
 */
import { Clock, Effect, Option } from "effect"
import { monotonicMs } from "../fibers/Time.ts"
import type { Inspection } from "../ports/Inspection.ts"
import type { PushStore } from "../ports/PushStore.ts"
import type { QueueReadings } from "../ports/QueueReadings.ts"
import type { Secrets } from "../ports/Secrets.ts"
import type { LargeConversation, StoreReading, StoreReadings } from "../ports/StoreReadings.ts"
import type { Question } from "../protocol/Inspection.ts"
import { inspectionLimits } from "../protocol/InspectionLimits.ts"
import type { NodeRow, Panel, PanelSource, PanelUpdate, QueuesRow, StoreRow } from "../protocol/rpc/OperateRpcs.ts"
import {
  actorRows,
  extendHistory,
  extendPath,
  type Heard,
  type History,
  nodeRows,
  nowRows,
  type PathSamples,
  pathRows,
  queueRows,
  socketRows,
  storeRows
} from "./views.ts"

/** A panel as it is now: an update with all rows. */
export type View = PanelUpdate

export interface Sources {
  readonly inspection: Inspection["Type"]
  readonly queues: QueueReadings["Type"]
  readonly pushes: Pick<PushStore["Type"], "pending">
  readonly store: StoreReadings["Type"]
  readonly secrets: Pick<Secrets["Type"], "seal">
}

/** Each call begins without a memory. */
export const makeLook = (sources: Sources, panel: Panel): Effect.Effect<View> => {
  if (panel._tag === "Queues") return lookAtQueues(sources)
  return panel._tag === "Store" ? lookAtStore(sources) : lookAtProcesses(sources.inspection, panel)
}

type ProcessPanel = Exclude<Panel, { readonly _tag: "Queues" | "Store" }>

/** One panel's memory between two questions. */
interface PanelState {
  readonly history: History
  readonly nodes: ReadonlyArray<NodeRow>
  readonly path: PathSamples
}

const lookAtProcesses = (inspection: Inspection["Type"], panel: ProcessPanel): Effect.Effect<View> => {
  let state: PanelState = { history: new Map(), nodes: [], path: new Map() }
  return Effect.gen(function* () {
    const askedAt = yield* Clock.currentTimeMillis
    const { alone, answers } = yield* inspection.ask(questionOf(panel, state))
    const at = yield* Clock.currentTimeMillis
    const heard = answers.map((answer) => ({ answer, clockAheadMs: answer.at - (askedAt + at) / 2 }))
    state = nextState(panel, state, heard, at)
    return viewOf(panel, state, heard, { at, alone })
  })
}

/** Seconds of history in each question after the first: one more than passed, since answers come at any time. */
const overlapSeconds = 5

const questionOf = (panel: ProcessPanel, { history }: PanelState): Question => {
  if (panel._tag === "Actors" || panel._tag === "Sockets" || panel._tag === "Path") return panel
  const wantsAll = panel._tag === "Now" && history.size === 0
  return { _tag: "Process", seconds: wantsAll ? inspectionLimits.historySeconds : overlapSeconds }
}

/** Every panel knows the processes, to name those that do not answer. */
const nextState = (panel: ProcessPanel, state: PanelState, heard: ReadonlyArray<Heard>, at: number): PanelState => ({
  nodes: nodeRows(state.nodes, heard),
  history:
    panel._tag === "Now"
      ? extendHistory(state.history, heard, Math.floor(at / 1_000) - inspectionLimits.historySeconds)
      : state.history,
  path: panel._tag === "Path" ? extendPath(state.path, heard, at) : state.path
})

/** A process may note a second this much after its end. */
const settledSeconds = 1

const viewOf = (
  panel: ProcessPanel,
  { history, nodes, path }: PanelState,
  heard: ReadonlyArray<Heard>,
  { alone, at }: { readonly at: number; readonly alone: boolean }
): View => {
  const silent = nodes.flatMap(({ host, missed, role }) => (missed > 0 ? [`${role} ${host}`] : []))
  const frame = { at, whole: true, silent, alone, gone: [] }
  switch (panel._tag) {
    case "Now": {
      const rows = nowRows(history, Math.floor(at / 1_000) - settledSeconds)
      return { _tag: "Now", ...frame, total: rows.length, rows }
    }
    case "Nodes":
      return { _tag: "Nodes", ...frame, total: nodes.length, rows: nodes }
    case "Path": {
      const rows = pathRows(path)
      return { _tag: "Path", ...frame, total: rows.length, rows }
    }
    case "Actors":
      return { _tag: "Actors", ...frame, ...actorRows(heard, panel.orderBy, panel.limit) }
    case "Sockets":
      return { _tag: "Sockets", ...frame, ...socketRows(heard, panel.orderBy, panel.limit) }
  }
}

const lookAtQueues = ({ pushes, queues }: Sources): Effect.Effect<View> => {
  let rows: ReadonlyArray<QueuesRow> = []
  return Effect.gen(function* () {
    // The panel names what could not be read.
    const both = [Effect.option(queues.read), Effect.option(pushes.pending)] as const
    const [readings, pending] = yield* Effect.all(both, { concurrency: "unbounded" })
    rows = queueRows(rows, Option.getOrUndefined(readings), Option.getOrUndefined(pending))
    const unread: ReadonlyArray<PanelSource> = [
      ...(Option.isNone(readings) ? (["broker"] as const) : []),
      ...(Option.isNone(pending) ? (["store"] as const) : [])
    ]
    const at = yield* Clock.currentTimeMillis
    return { _tag: "Queues", at, whole: true, silent: [], alone: false, unread, gone: [], total: rows.length, rows }
  })
}

/** Pauses between readings of the store (ms), in which the panel says the same again. */
const storeEveryMs = 5_000
const largestEveryMs = 60_000
const largestMax = 10

const lookAtStore = ({ secrets, store }: Sources): Effect.Effect<View> => {
  let rows: ReadonlyArray<StoreRow> = []
  let before: StoreReading | undefined
  let largest: ReadonlyArray<LargeConversation> = []
  let isUnread = false
  const readLargest = atMostEvery(
    largestEveryMs,
    Effect.map(store.largest(largestMax), (found) => {
      largest = found
    })
  )
  const read = atMostEvery(
    storeEveryMs,
    Effect.gen(function* () {
      isUnread = true
      const reading = yield* store.read
      yield* readLargest
      const at = yield* Clock.currentTimeMillis
      rows = storeRows(before, reading, largest, (id) => secrets.seal(id, at))
      before = reading
      isUnread = false
    })
  )
  return Effect.gen(function* () {
    // The panel names what could not be read.
    yield* Effect.ignore(read)
    const at = yield* Clock.currentTimeMillis
    const unread: ReadonlyArray<PanelSource> = isUnread ? ["store"] : []
    return { _tag: "Store", at, whole: true, silent: [], alone: false, unread, gone: [], total: rows.length, rows }
  })
}

/** Runs at most once in `ms`, whether it succeeds or not. */
const atMostEvery = <E>(ms: number, run: Effect.Effect<void, E>): Effect.Effect<void, E> => {
  let nextAt = Number.NEGATIVE_INFINITY
  return Effect.flatMap(monotonicMs, (now) => {
    if (now < nextAt) return Effect.void
    nextAt = now + ms
    return run
  })
}
