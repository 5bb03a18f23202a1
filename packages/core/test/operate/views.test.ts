import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { applyChanges, changesBetween } from "../../src/domain/KeyedRows.ts"
import { durationBounds, quantileOf } from "../../src/operate/readings.ts"
import { SecondRing } from "../../src/operate/SecondRing.ts"
import {
  actorRows,
  extendHistory,
  extendPath,
  type Heard,
  missedMax,
  nodeRows,
  nowRows,
  pathRows,
  queueRows,
  roundedDown,
  storeRows
} from "../../src/operate/views.ts"
import type { ProcessAnswer } from "../../src/protocol/Inspection.ts"

const heardFrom = (node: string, body: ProcessAnswer["body"], parts: Partial<Heard> = {}): Heard => ({
  answer: { node, role: "gateway", host: "h", version: "1", startedAt: 1, at: 2, body },
  clockAheadMs: 0,
  ...parts
})
const seconds = (...rows: ReadonlyArray<ReadonlyArray<number>>): ProcessAnswer["body"] => ({
  _tag: "Process",
  columns: ["commands", "sockets", "accepted0", "accepted3", "failedRequests", "lanes"],
  seconds: rows
})

describe("changes of a table", () => {
  const row = FastCheck.record({ key: FastCheck.constantFrom("a", "b", "c", "d", "e"), value: FastCheck.nat(2) })
  const table = FastCheck.uniqueArray(row, { selector: ({ key }) => key })
  const isSame = (a: { value: number }, b: { value: number }) => a.value === b.value
  it("make any table of any other, and say nothing of rows that stay", () =>
    FastCheck.assert(
      FastCheck.property(table, table, (before, after) => {
        const changes = changesBetween(before, after, isSame)
        assert.deepStrictEqual(applyChanges(before, changes), after)
        for (const { key, value } of changes.rows)
          assert.isFalse(before.some((known) => known.key === key && known.value === value))
      })
    ))
  it("are empty between equal tables", () => {
    const same = [{ key: "a", value: 1 }]
    assert.deepStrictEqual(changesBetween(same, [{ key: "a", value: 1 }], isSame), {
      rows: [],
      gone: [],
      order: undefined
    })
  })
})

describe("a ring of seconds", () => {
  it("remembers the newest, leaves zeros out, and stays within its numbers", () => {
    const ring = new SecondRing(3, 2)
    assert.deepStrictEqual(ring.last(5), [])
    for (const second of [1, 2, 3, 4]) ring.add(second, [second === 3 ? 0 : second, 1 / 3])
    assert.deepStrictEqual(ring.last(5), [
      [2, 0, 2, 1, 0.333],
      [3, 1, 0.333],
      [4, 0, 4, 1, 0.333]
    ])
    assert.deepStrictEqual(ring.last(1), [[4, 0, 4, 1, 0.333]])
    assert.deepStrictEqual(
      ring.last(3, 8).map(([second]) => second),
      [3, 4]
    )
  })
})

describe("quantiles", () => {
  const counts = (...classes: ReadonlyArray<number>) => durationBounds.map((_, at) => classes[at] ?? 0).concat(0)
  it("lie where the observations lie, and above the last bound at that bound", () => {
    assert.strictEqual(quantileOf(counts(), 0.5), undefined)
    assert.strictEqual(quantileOf(counts(10), 0.5), 0.0005)
    assert.strictEqual(quantileOf(counts(0, 10), 0.5), 0.0015)
    assert.strictEqual(quantileOf(counts(10, 10), 0.5), 0.001)
    assert.strictEqual(quantileOf(durationBounds.map(() => 0).concat(3), 0.5), 10)
  })
  it("rise with their rank, and stay within the classes that have observations", () =>
    FastCheck.assert(
      FastCheck.property(
        FastCheck.array(FastCheck.nat(50), { minLength: durationBounds.length, maxLength: durationBounds.length }),
        (classes) => {
          const [low, high] = [0.1, 0.9].map((rank) => quantileOf([...classes, 0], rank))
          if (low === undefined || high === undefined) return assert.isTrue(classes.every((count) => count === 0))
          assert.isAtMost(low, high)
          const last = classes.findLastIndex((count) => count > 0)
          assert.isAtMost(high, durationBounds[last] ?? 0)
        }
      )
    ))
})

describe("the panel of now", () => {
  it("adds the processes second by second, on one clock, and a second only once", () => {
    const one = heardFrom("one", seconds([100, 0, 5, 1, 2, 2, 4], [101, 0, 1]))
    const ahead = heardFrom("two", seconds([110, 0, 7, 1, 1, 3, 4, 4, 2]), { clockAheadMs: 10_020 })
    const history = extendHistory(extendHistory(new Map(), [one, ahead], 0), [one], 0)
    const [first, second, ...more] = nowRows(history, 1_000)
    assert.lengthOf(more, 0)
    assert.deepInclude(first, { key: "100", commands: 12, sockets: 3, errors: 2, waiting: 0 })
    // Four in the fastest class, four between 5 and 10 ms.
    assert.deepStrictEqual(first?.acceptedMs, [1, 9.5, 9.9])
    assert.deepStrictEqual(second, { key: "101", commands: 1, sockets: 0, requests: 0, errors: 0, waiting: 0 })
    assert.deepStrictEqual(
      nowRows(history, 101).map(({ key }) => key),
      ["100"]
    )
  })
  it("forgets what is older than its window", () => {
    const history = extendHistory(new Map(), [heardFrom("one", seconds([100, 0, 1], [101, 0, 2]))], 101)
    assert.deepStrictEqual([...history.keys()], [101])
  })
})

describe("the panel of processes", () => {
  it("keeps one that does not answer, counts that, and forgets it at last", () => {
    const silent = seconds([1, 1, 3])
    let rows = nodeRows([], [heardFrom("one", silent), heardFrom("two", silent)])
    assert.deepStrictEqual(
      rows.map(({ missed, node, values }) => [node, missed, values]),
      [
        ["one", 0, { sockets: 3 }],
        ["two", 0, { sockets: 3 }]
      ]
    )
    rows = nodeRows(rows, [heardFrom("two", silent)])
    assert.deepStrictEqual(
      rows.map(({ missed, node }) => [node, missed]),
      [
        ["one", 1],
        ["two", 0]
      ]
    )
    for (let asked = 1; asked < missedMax; asked++) rows = nodeRows(rows, [heardFrom("two", silent)])
    assert.deepStrictEqual(
      rows.map(({ node }) => node),
      ["two"]
    )
  })
})

describe("the panel of actors", () => {
  it("leads with the deepest mailboxes of all processes, and counts all", () => {
    const actors = (...depths: ReadonlyArray<number>): ProcessAnswer["body"] => ({
      _tag: "Actors",
      total: 100,
      rows: depths.map((depth) => ({
        ...{ path: `user/${depth}`, kind: "user", label: "", state: "idle" as const },
        ...{ depth, handled: 0, restarts: 0 }
      }))
    })
    const { rows, total } = actorRows([heardFrom("one", actors(9, 2)), heardFrom("two", actors(5, 4))], "depth", 3)
    assert.strictEqual(total, 200)
    assert.deepStrictEqual(
      rows.map(({ key }) => key),
      ["one user/9", "two user/5", "two user/4"]
    )
  })
})

describe("the panel of queues", () => {
  it("has a row for each queue, and keeps the rows of a source that could not be read", () => {
    const pending = { looks: 1, looksLateMs: 2, pushes: 3, pushesLateMs: 4 }
    const first = queueRows([], [{ queue: "push", depth: 7, consumers: 0 }], undefined)
    assert.deepStrictEqual(first, [{ key: "push", queue: "push", depth: 7, consumers: 0 }])
    const second = queueRows(first, undefined, pending)
    assert.deepStrictEqual(
      second.map(({ depth, key, lateMs }) => [key, depth, lateMs]),
      [
        ["push", 7, undefined],
        ["looks", 1, 2],
        ["pushes", 3, 4]
      ]
    )
    const third = queueRows(
      second,
      [{ queue: "partition", partition: 4, depth: undefined, consumers: undefined }],
      undefined
    )
    assert.deepStrictEqual(third[0], { key: "partition 4", queue: "partition", partition: 4 })
    assert.deepStrictEqual(third.slice(1), second.slice(1))
  })
})

describe("the panel of the store", () => {
  const reading = (at: number, eventsAdded: number) => ({
    ...{ at, eventsAdded, databaseBytes: 1, connections: 2, connectionsMax: 3, oldestTransactionMs: undefined },
    ...{ idsUsed: 0.5, tables: [], replicas: [{ name: "b", state: "streaming", lagMs: undefined, lagBytes: 0 }] }
  })
  const rows = (before: ReturnType<typeof reading> | undefined, now: ReturnType<typeof reading>) =>
    storeRows(before, now, [], (id) => id)

  it("leaves out what is not known, and has a rate from two readings", () => {
    assert.deepStrictEqual(rows(undefined, reading(1_000, 50)), [
      { _tag: "Figures", key: "figures", databaseBytes: 1, connections: 2, connectionsMax: 3, idsUsed: 0.5 },
      { _tag: "Replica", key: "replica 0", name: "b", state: "streaming", lagBytes: 0 }
    ])
    const rateOf = (...given: Parameters<typeof rows>) =>
      rows(...given).flatMap((row) => (row._tag === "Figures" ? [row.eventsPerSecond] : []))
    assert.deepStrictEqual(rateOf(reading(1_000, 50), reading(6_000, 73)), [4.6])
    assert.deepStrictEqual(rateOf(reading(1_000, 50), reading(6_000, 3)), [undefined], "statistics began anew")
    assert.deepStrictEqual(rateOf(reading(6_000, 50), reading(6_000, 60)), [undefined], "the clock stood still")
  })

  it("rounds counts down, so that one more event does not show", () => {
    assert.deepStrictEqual(
      [0, 4, 37, 99, 100, 345, 12_345, 1_999_999].map(roundedDown),
      [0, 0, 35, 95, 100, 340, 12_000, 1_900_000]
    )
  })
})

describe("the panel of a message's way", () => {
  const step = (counts: ReadonlyArray<number>, waiting?: number, bounds = [0.001, 0.01]): ProcessAnswer["body"] => ({
    _tag: "Path",
    steps: [{ step: "lane", bounds, counts, ...(waiting === undefined ? {} : { waiting }) }]
  })
  const laneOf = (samples: ReturnType<typeof extendPath>) => pathRows(samples).find(({ key }) => key === "lane")
  const after = (...rounds: ReadonlyArray<readonly [at: number, heard: ReadonlyArray<Heard>]>) =>
    rounds.reduce((samples, [at, heard]) => extendPath(samples, heard, at), extendPath(new Map(), [], 0))

  it("adds what all processes measured since the panel opened, and what waits now", () => {
    const samples = after(
      [1_000, [heardFrom("one", step([50, 50, 50], 9)), heardFrom("two", step([0, 0, 0], 1))]],
      [3_000, [heardFrom("one", step([54, 50, 50], 2)), heardFrom("two", step([0, 4, 0], 1))]]
    )
    assert.deepStrictEqual(laneOf(samples), { key: "lane", perSecond: 4, p50Ms: 1, p99Ms: 9.82, waiting: 3 })
    assert.deepStrictEqual(
      pathRows(samples).find(({ key }) => key === "append"),
      { key: "append", perSecond: 0 }
    )
  })

  it("forgets what is older than a minute, and a process that no longer answers", () => {
    const rounds = Array.from({ length: 100 }, (_, second) => {
      const heard = [heardFrom("one", step([second < 30 ? second * 100 : 3_000 + second, 0, 0]))]
      return [second * 1_000, second === 0 ? [...heard, heardFrom("gone", step([1, 0, 0]))] : heard] as const
    })
    const samples = after(...rounds)
    assert.deepStrictEqual([...samples.keys()], ["one"])
    assert.isAtMost(samples.get("one")?.length ?? 0, 14)
    assert.strictEqual(laneOf(samples)?.perSecond, 1)
  })

  it("counts processes of another version, and leaves them out of percentiles", () => {
    const samples = after(
      [0, [heardFrom("one", step([0, 0, 0])), heardFrom("two", step([0, 0], undefined, [5]))]],
      [1_000, [heardFrom("one", step([2, 0, 0])), heardFrom("two", step([3, 0], undefined, [5]))]]
    )
    assert.deepStrictEqual(laneOf(samples), { key: "lane", perSecond: 5, p50Ms: 0.5, p99Ms: 0.99 })
  })
})
