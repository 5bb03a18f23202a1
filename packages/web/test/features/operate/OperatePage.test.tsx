// @vitest-environment jsdom
/** The console's frame and screens: what they ask for, what they show of it, and by which keys. */
import { assert, beforeEach, describe, it } from "@effect/vitest"
import type { ActorsRow, SocketsRow, StoreRow } from "@hibiki/core/protocol/rpc/OperateRpcs"
import { fireEvent, screen, waitFor } from "@solidjs/testing-library"
import { vi } from "vitest"
import { OperatePage } from "../../../src/features/operate/OperatePage.tsx"
import { operateWordsEn } from "../../../src/features/operate/operateWords.en.ts"
import { operateWordsJa } from "../../../src/features/operate/operateWords.ja.ts"
import { traceWordsEn } from "../../../src/features/operate/traceWords.en.ts"
import { operateStage } from "./operateStage.tsx"
import { node, seconds } from "./panelRows.ts"

const words = operateWordsEn
const sealed = "65csKKRRabcdefghijklmn1"

/** jsdom draws nothing, and says so at each attempt. */
beforeEach(() => {
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null)
  return () => vi.restoreAllMocks()
})

const open = (path = "/operate", language: "en" | "ja" = "en") => {
  const shown = operateStage(OperatePage, { path, language, route: "/operate/:screen?" })
  const wanted = (tag: string) => [...shown.streams].map(({ panel }) => panel).filter(({ _tag }) => _tag === tag)
  return { ...shown, wanted }
}

const actor = (path: string, more: Partial<ActorsRow> = {}): ActorsRow => ({
  key: `n1 ${path}`,
  node: "n1",
  path,
  kind: "user",
  label: "",
  state: "idle",
  depth: 0,
  handled: 0,
  restarts: 0,
  ...more
})

const socket = (more: Partial<SocketsRow> = {}): SocketsRow => ({
  key: "n1 s1",
  node: "n1",
  socket: "s1",
  user: sealed,
  device: sealed,
  kind: "browser",
  unsent: 0,
  lagging: false,
  pending: 0,
  silentMs: 0,
  conversations: 1,
  ...more
})

const cells = (row: Element | null) => [...(row?.children ?? [])].map(({ textContent }) => textContent)
const rows = () => [...document.querySelectorAll("tbody tr")]
const heading = (name: string) => screen.getByRole("columnheader", { name })

describe("the console's frame", () => {
  it("watches the figures and the processes, and says when all is well", () => {
    const { feed, streams } = open()
    assert.sameMembers(
      [...streams].map(({ panel }) => panel._tag),
      ["Now", "Nodes"]
    )
    screen.getByText(words.health.unknown)
    feed("Now", { rows: seconds(0, 60) })
    feed("Nodes", { rows: [node("n1")] })
    screen.getByText(words.health.well)
    screen.getByText(words.pulses.live)
  })

  it("says what is wrong and what to do, the worst first", () => {
    const { feed } = open()
    feed("Now", { rows: seconds(0, 60, () => ({ errors: 1 })) })
    feed("Nodes", { rows: [node("n1")], silent: ["worker w1"] })
    assert.deepStrictEqual(
      [...document.querySelectorAll(".operate-finding")].map(({ textContent }) => textContent),
      ["No answer from worker w1", "60 errors within the last minute"]
    )
    screen.getByText(words.health.findings.silent({ rule: "silent", processes: [] }).advice)
  })

  it("pauses by its button and by P, and then asks for nothing", () => {
    const { feed, streams } = open()
    feed("Nodes", { rows: [node("n1")] })
    fireEvent.click(screen.getByRole("button", { name: words.pause }))
    assert.strictEqual(streams.size, 0)
    screen.getByText(words.pulses.paused)
    fireEvent.keyDown(document.body, { key: "p" })
    assert.strictEqual(streams.size, 2)
    fireEvent.keyDown(document.body, { key: "p", ctrlKey: true })
    assert.strictEqual(streams.size, 2, "printing is no pause")
  })

  it("is stale when its stream is silent for more than three seconds", async () => {
    vi.useFakeTimers()
    try {
      const { feed } = open()
      feed("Now", { rows: seconds(0, 60) })
      feed("Nodes", { rows: [node("n1")] })
      await vi.advanceTimersByTimeAsync(3_000)
      screen.getByText(words.pulses.live)
      await vi.advanceTimersByTimeAsync(1_000)
      screen.getByText(words.pulses.stale)
      feed("Now", { rows: seconds(0, 60) })
      feed("Nodes", { rows: [node("n1")] })
      screen.getByText(words.pulses.live)
    } finally {
      vi.useRealTimers()
    }
  })

  it("shows nothing to an administrator who no longer is one", () => {
    const { streamOf } = open()
    streamOf("Nodes").state("gone")
    screen.getByText(words.gone)
    assert.isNull(screen.queryByRole("tablist"))
  })

  it("changes its screen by arrows on its tabs, with the address", async () => {
    const { history } = open()
    const tab = screen.getByRole("tab", { name: words.screens.now })
    tab.focus()
    fireEvent.keyDown(tab, { key: "ArrowRight" })
    await waitFor(() => assert.strictEqual(history.get(), "/operate/nodes"))
    assert.strictEqual(document.activeElement, screen.getByRole("tab", { name: words.screens.nodes }))
  })

  it("is in the language of the page, and changes with it", () => {
    const { feed, setLanguage } = open("/operate", "ja")
    feed("Now", { rows: seconds(0, 60) })
    feed("Nodes", { rows: [node("n1")] })
    screen.getByText(operateWordsJa.health.well)
    setLanguage("en")
    screen.getByText(words.health.well)
  })
})

describe("now", () => {
  it("has a number for each figure, with its unit, and says where nothing was measured", async () => {
    const { feed } = open()
    feed("Now", { rows: seconds(0, 60, () => ({ commands: 312, sockets: 1_902, acceptedMs: [3.2, 41.6, 88] })) })
    const tile = (name: string) => document.querySelector(`[data-tile="${name}"]`)?.textContent
    assert.strictEqual(tile("messages"), "Messages312per secondat most 312 within 10 minutes")
    assert.strictEqual(tile("sockets"), "Sockets1,902at most 1,902 within 10 minutes")
    assert.strictEqual(tile("accepted"), "Send to accepted42ms p95p50 3.2p99 88")
    assert.strictEqual(tile("arrived"), "Stored to gateway–nothing measured within a minute")
    await screen.findByText("1,902 now, 1,902 at most, 1,902 at least")
  })
})

describe("processes", () => {
  const table = async () => {
    const shown = open("/operate/nodes")
    shown.feed("Nodes", {
      at: 90_000,
      rows: [
        node("n1", { values: { redisUp: 1, cpuSeconds: 0.5, memoryBytes: 1_048_576, sockets: 7 } }),
        node("n2", { role: "worker", missed: 4, values: { cpuSeconds: 0.75 } })
      ]
    })
    await screen.findByRole("table", { name: words.nodes.caption })
    return shown
  }

  it("say whether they answer, in words, and what they use", async () => {
    await table()
    const [first, second] = rows()
    assert.deepStrictEqual(cells(first ?? null).slice(0, 7), [
      "gatewayhost-n1",
      "answers",
      "1m",
      "50%",
      "1 MB",
      "0",
      "7"
    ])
    assert.deepStrictEqual(cells(second ?? null).slice(0, 2), ["workerhost-n2", "no answer for 4 seconds"])
  })

  it("are sorted by a heading's button, which keeps its focus", async () => {
    const { feed } = await table()
    const button = screen.getByRole("button", { name: words.nodes.cpu })
    button.focus()
    fireEvent.click(button)
    assert.strictEqual(heading(words.nodes.cpu).getAttribute("aria-sort"), "descending")
    assert.deepStrictEqual(
      rows().map((row) => row.getAttribute("data-row")),
      ["n2", "n1"]
    )
    feed("Nodes", { rows: [node("n1", { values: { cpuSeconds: 0.9 } }), node("n2", { values: { cpuSeconds: 0.2 } })] })
    assert.deepStrictEqual(
      rows().map((row) => row.getAttribute("data-row")),
      ["n1", "n2"]
    )
    fireEvent.click(button)
    assert.strictEqual(heading(words.nodes.cpu).getAttribute("aria-sort"), "ascending")
    assert.strictEqual(document.activeElement, button)
  })
})

describe("actors", () => {
  const table = async (path = "/operate/actors") => {
    const shown = open(path)
    await waitFor(() => assert.lengthOf(shown.wanted("Actors"), 1))
    shown.feed("Nodes", { rows: [node("n1")] })
    shown.feed("Actors", {
      total: 20_000,
      rows: [actor(`user/${sealed}`, { depth: 12, restarts: 1 }), actor("system")]
    })
    return shown
  }

  it("are asked for by mailbox at first, and show whose they are by a pseudonym's beginning", async () => {
    const { wanted } = await table()
    assert.deepStrictEqual(wanted("Actors"), [{ _tag: "Actors", prefix: "", orderBy: "depth", limit: 50 }])
    const [first] = rows()
    assert.deepStrictEqual(cells(first ?? null), [
      "user/65csKKRR…user",
      words.actors.states.idle,
      "12",
      "0",
      "–",
      "1",
      words.actors.never,
      "gatewayhost-n1",
      traceWordsEn.acts.stop
    ])
    assert.strictEqual(first?.querySelector("button")?.title, `user/${sealed}`)
    screen.getByText("2 of 20,000")
  })

  it("go down the tree by a press on a path, and up again", async () => {
    const { history, wanted } = await table()
    fireEvent.click(screen.getByRole("button", { name: words.actors.filterBy("user/65csKKRR…") }))
    await waitFor(() => assert.include(history.get(), `prefix=user%2F${sealed}`))
    assert.deepStrictEqual(
      wanted("Actors").map((panel) => panel._tag === "Actors" && panel.prefix),
      [`user/${sealed}`]
    )
    fireEvent.click(screen.getByRole("button", { name: "user" }))
    await waitFor(() => assert.strictEqual(history.get(), "/operate/actors?prefix=user"))
    fireEvent.click(screen.getByRole("button", { name: words.actors.all }))
    await waitFor(() => assert.strictEqual(history.get(), "/operate/actors"))
  })

  it("are ordered, filtered and cut by the server", async () => {
    const { wanted } = await table()
    fireEvent.click(screen.getByRole("button", { name: words.actors.restarts }))
    assert.strictEqual(heading(words.actors.restarts).getAttribute("aria-sort"), "descending")
    const choose = (label: string, value: string) =>
      fireEvent.change(screen.getByLabelText(label), { target: { value } })
    choose(words.actors.kind, "user")
    choose(words.actors.state, "running")
    choose(words.table.limit, "200")
    assert.deepStrictEqual(wanted("Actors"), [
      { _tag: "Actors", prefix: "", kind: "user", state: "running", orderBy: "restarts", limit: 200 }
    ])
  })
})

describe("sockets", () => {
  it("say who falls behind, in words, and lead to the person's actors", async () => {
    const { feed, wanted } = open("/operate/sockets")
    await waitFor(() => assert.lengthOf(wanted("Sockets"), 1))
    feed("Sockets", { rows: [socket({ lagging: true, unsent: 2_048, pending: 3, silentMs: 21_000 })] })
    assert.deepStrictEqual(cells(rows()[0] ?? null), [
      "65csKKRR…",
      "65csKKRR…",
      words.sockets.kinds.browser,
      words.sockets.lagging,
      "2 kB",
      "3",
      "21s",
      "1",
      "n1",
      traceWordsEn.acts.disconnect
    ])
    assert.strictEqual(
      screen.getByRole("link", { name: words.sockets.toActors("65csKKRR…") }).getAttribute("href"),
      `/operate/actors?prefix=${encodeURIComponent(`user/${sealed}`)}`
    )
    fireEvent.click(screen.getByRole("button", { name: words.sockets.silent }))
    assert.deepStrictEqual(wanted("Sockets"), [{ _tag: "Sockets", orderBy: "silent", limit: 50 }])
  })
})

describe("queues", () => {
  const table = async () => {
    const shown = open("/operate/queues")
    await waitFor(() => assert.lengthOf(shown.wanted("Queues"), 1))
    shown.feed("Queues", {
      rows: [
        { key: "partition 0", queue: "partition", partition: 0, depth: 1_204, consumers: 1 },
        { key: "partition 1", queue: "partition", partition: 1, depth: 2, consumers: 0 },
        { key: "partition 2", queue: "partition", partition: 2 },
        { key: "deadLetters", queue: "deadLetters", depth: 3 },
        { key: "looks", queue: "looks", depth: 0, lateMs: 90_000 }
      ]
    })
    return shown
  }

  it("say what waits and who takes it, and mark what needs somebody", async () => {
    await table()
    assert.deepStrictEqual(rows().map(cells), [
      ["Partition 0batches of commands", "1,204", "1", "–"],
      ["Partition 1batches of commands", "2", words.queues.nobody, "–"],
      ["Partition 2batches of commands", words.queues.missing, "–", "–"],
      ["Dead lettersbatches no worker could take", "3", "–", "–"],
      ["Due looksconversations to check for pushes", "0", "–", "1m"]
    ])
    assert.deepStrictEqual(
      [...document.querySelectorAll("tbody .operate-bad")].map(({ textContent }) => textContent),
      [words.queues.nobody, words.queues.missing, "3"]
    )
    fireEvent.click(screen.getByRole("button", { name: words.queues.depth }))
    assert.deepStrictEqual(
      rows().map((row) => row.getAttribute("data-row")),
      ["partition 0", "deadLetters", "partition 1", "looks", "partition 2"]
    )
  })

  it("stay while the broker is unreachable, and say so", async () => {
    const { streamOf } = await table()
    const frame = { at: 101_000, whole: false, silent: [], alone: false, gone: [], total: 5, rows: [] }
    streamOf("Queues").update({ _tag: "Queues", ...frame, unread: ["broker"] })
    screen.getByText(words.unread.broker)
    assert.lengthOf(rows(), 5)
    streamOf("Queues").update({ _tag: "Queues", ...frame, unread: [] })
    assert.isNull(screen.queryByText(words.unread.broker))
  })
})

describe("the store", () => {
  const figures = { _tag: "Figures", key: "figures", databaseBytes: 1_048_576, connectionsMax: 400 } as const
  const show = async (...more: ReadonlyArray<StoreRow>) => {
    const shown = open("/operate/store")
    await waitFor(() => assert.lengthOf(shown.wanted("Store"), 1))
    shown.feed("Store", { rows: more })
    return shown
  }
  const figure = (name: string) => document.querySelector(`[data-figure="${name}"] dd`)?.textContent
  const rowsOf = (caption: string) => [...screen.getByRole("table", { name: caption }).querySelectorAll("tbody tr")]

  it("has its figures with units, and says which are not known", async () => {
    await show({ ...figures, eventsPerSecond: 4.6, connections: 12, idsUsed: 0.034 })
    assert.strictEqual(figure("databaseBytes"), "1 MBof the whole database")
    assert.strictEqual(figure("eventsPerSecond"), "4.6stored per second")
    assert.strictEqual(figure("connections"), "12of 400")
    assert.strictEqual(figure("oldestTransactionMs"), `–${words.store.noTransaction}`)
    assert.strictEqual(figure("idsUsed"), "3.4%until old rows must be frozen")
    screen.getByText(words.store.noReplicas)
  })

  it("sorts its tables, each by itself, and shows conversations by pseudonyms alone", async () => {
    const table = (name: string, bytes: number, deadRows: number): StoreRow => ({
      ...{ _tag: "Table", key: `table ${name}`, name, bytes, rows: 5, deadRows },
      ...(deadRows === 0 ? {} : { vacuumedMs: 120_000 })
    })
    await show(
      { ...figures, idsUsed: 0 },
      table("events", 2_048, 0),
      table("users", 1_024, 7),
      { _tag: "Replica", key: "replica 0", name: "standby", lagMs: 61_000, lagBytes: 2_048 },
      { _tag: "Conversation", key: "c", conversation: sealed, kind: "group", events: 12_000 }
    )
    assert.deepStrictEqual(rowsOf(words.store.tables).map(cells), [
      ["events", "2 kB", "5", "0", words.store.never],
      ["users", "1 kB", "5", "7", "2m ago"]
    ])
    fireEvent.click(screen.getByRole("button", { name: words.store.deadRows }))
    assert.deepStrictEqual(
      rowsOf(words.store.tables).map((row) => cells(row)[0]),
      ["users", "events"]
    )
    assert.deepStrictEqual(rowsOf(words.store.replicas).map(cells), [["standby", words.store.hidden, "1m", "2 kB"]])
    assert.deepStrictEqual(rowsOf(words.store.conversations).map(cells), [["65csKKRR…", "group", "12,000"]])
  })

  it("says so while the database does not answer", async () => {
    const { streamOf } = await show()
    const frame = { at: 101_000, whole: true, silent: [], alone: false, gone: [], total: 0, rows: [] }
    streamOf("Store").update({ _tag: "Store", ...frame, unread: ["store"] })
    screen.getByText(words.unread.store)
    screen.getByText(words.store.unread)
  })
})

describe("the way of messages", () => {
  it("has its steps in their order, and sorts them by how long they take", async () => {
    const { feed, wanted } = open("/operate/path")
    await waitFor(() => assert.lengthOf(wanted("Path"), 1))
    feed("Path", {
      rows: [
        { key: "lane", perSecond: 120, p50Ms: 0.4, p99Ms: 2, waiting: 1_204 },
        { key: "append", perSecond: 12.5, p50Ms: 3.4, p99Ms: 41, waiting: 0 },
        { key: "routes", perSecond: 0 }
      ]
    })
    const [about] = words.path.steps.lane
    assert.deepStrictEqual(cells(rows()[0] ?? null), [
      `${about}${words.path.steps.lane[1]}`,
      "120",
      "0.4",
      "2",
      "1,204"
    ])
    assert.deepStrictEqual(cells(rows()[2] ?? null).slice(1), ["0", "–", "–", "–"])
    fireEvent.click(screen.getByRole("button", { name: words.path.p99 }))
    assert.deepStrictEqual(
      rows().map((row) => row.getAttribute("data-row")),
      ["append", "lane", "routes"]
    )
  })
})
