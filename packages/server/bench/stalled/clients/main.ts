/** The process of all readers and writers of the bench. The first reader is the one that stalls. */
import { percentile } from "../../../../core/bench/report.ts"
import { LogReader, type Sent } from "../../kit/LogReader.ts"
import { OneByOne } from "../../kit/OneByOne.ts"
import { openLoop } from "../../kit/openLoop.ts"
import { answerOrders } from "../../kit/WorkerProcess.ts"
import { Writer } from "../../kit/Writer.ts"
import type { ClientOrders, Latencies, LoadOptions, LoadReport } from "../orders.ts"

const sent = new Map<string, Sent>()
let readers: ReadonlyArray<LogReader> = []
let writers: ReadonlyArray<Writer> = []
/**
 * Of each delivery when it was due and how long it took: numbers, and no objects, whose collection would keep the
 * others' waiting.
 */
let dues: Array<number> = []
let delivered: Array<number> = []
let posts = 0
let stalled = false
/**
 * What comes to the first reader all at once, after its stall, is read once the load is over: its work must not keep
 * the others' waiting in this process.
 */
const burst = new OneByOne()

/** Three bytes each, as a Japanese text has them; told apart by its number. */
const textOf = (length: number): string => `${posts++} `.padEnd(length, "響")

const theStaller = (): LogReader => {
  const [reader] = readers
  if (reader === undefined) throw new Error("no reader")
  return reader
}
const head = (): number => Math.max(...writers.map(({ lastSeq }) => lastSeq))

const stall = (): void => {
  stalled = true
  theStaller().socket.pause()
}

const readOn = (): void => {
  stalled = false
  theStaller().socket.resume()
}

const settledWithinMs = 60_000

/** All of these have read everything. */
const settled = async (who: ReadonlyArray<LogReader>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`not all read up to ${head()}, but up to ${who.map(({ cursor }) => cursor)}`)),
      settledWithinMs
    )
  })
  await Promise.race([Promise.all(who.map((reader) => reader.reach(head()))), late])
  clearTimeout(timer)
}

const latenciesOf = (latencies: ReadonlyArray<number>): Latencies => {
  const sorted = latencies.toSorted((a, b) => a - b)
  return {
    count: sorted.length,
    p50: percentile(sorted, 50),
    p99: percentile(sorted, 99),
    most: percentile(sorted, 100)
  }
}

const afterStallMs = 3_000

const load = async ({ perSecond, seconds, stall: time, textLength }: LoadOptions): Promise<LoadReport> => {
  dues = []
  delivered = []
  globalThis.gc?.()
  const busyCount = () => writers.reduce((sum, { busy }) => sum + busy, 0)
  const busyBefore = busyCount()
  const startMs = performance.now()
  if (time?.stalls) {
    setTimeout(stall, time.fromMs)
    setTimeout(readOn, time.untilMs)
  }
  burst.hold()
  await openLoop(perSecond, seconds, (turn, dueMs) => writers[turn % writers.length]?.post(textOf(textLength), dueMs))
  await Promise.all(writers.map((writer) => writer.done()))
  burst.letGo()
  await settled(stalled ? readers.slice(1) : readers)
  const stallEndMs = startMs + (time?.untilMs ?? Number.POSITIVE_INFINITY)
  const afterStall = delivered.filter((_, i) => {
    const dueMs = dues[i] ?? 0
    return dueMs >= stallEndMs && dueMs < stallEndMs + afterStallMs
  })
  return {
    latencies: latenciesOf(delivered),
    afterStall: latenciesOf(afterStall),
    busy: busyCount() - busyBefore,
    head: head()
  }
}

answerOrders<ClientOrders>({
  open: async ({ accounts, conversationId, origin, writers: count }) => {
    const measured = ({ dueMs }: Sent) => {
      dues.push(dueMs)
      delivered.push(performance.now() - dueMs)
    }
    const ofStaller = { pace: (take: () => void) => burst.add(take), onDelivery: () => undefined }
    const ofOthers = { onDelivery: measured }
    readers = accounts.map(
      (account, i) => new LogReader({ origin, account, conversationId, sent, ...(i === 0 ? ofStaller : ofOthers) })
    )
    for (const reader of readers) await reader.connect()
    writers = readers.slice(1, count + 1).map((reader) => new Writer(reader, conversationId, sent))
  },
  load,
  stall: async () => stall(),
  readOn: async () => {
    readOn()
    await settled([theStaller()])
  },
  readToEnd: async () => {
    const { socket } = theStaller()
    readOn()
    await socket.ended
    await burst.done()
    return { closeCode: socket.closeCode }
  },
  comeBack: async () => {
    const reader = theStaller()
    reader.socket.destroy()
    await reader.socket.ended
    // Where the old one ended.
    await burst.done()
    await reader.connect()
    await settled([reader])
    return { port: reader.socket.port }
  },
  check: async () => ({
    wrong: readers.flatMap(({ wrong }, i) => wrong.map((what) => `reader ${i}: ${what}`)),
    cursors: readers.map(({ cursor }) => cursor ?? 0)
  })
})
