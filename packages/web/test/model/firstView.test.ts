import { assert, beforeEach, describe, it } from "@effect/vitest"
import type { FeedView } from "@hibiki/core/client/feed/FeedView"
import type { OutboxRow } from "@hibiki/core/client/outbox/OutboxRow"
import { CommandId, ConversationId, Epoch, UserId } from "@hibiki/core/domain/Ids"
import type { MessageRow, NewerRow } from "@hibiki/core/domain/MessageRow"
import { firstRows, firstView, readFirstView, shownView } from "../../src/model/firstView.ts"
import { freshBrowser, open } from "../lib/memoryDatabase.ts"

const uuid = (n: number) => `01890000-0000-7000-8000-${String(n).padStart(12, "0")}`
const log = ConversationId.make(uuid(500))
const row = (seq: number): MessageRow => ({
  seq,
  rev: seq,
  id: CommandId.make(uuid(seq)),
  by: UserId.make(uuid(77)),
  at: seq,
  kind: "posted",
  text: `${seq}`
})
const rows = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => row(from + i))
const post = (n: number, more: Partial<OutboxRow> = {}): OutboxRow => ({
  id: CommandId.make(uuid(n)),
  conversationId: log,
  order: n,
  epoch: null,
  at: n,
  body: { kind: "post", text: `post ${n}` },
  state: "queued",
  handedOver: false,
  ...more
})
/** Entries in short: a row's seq (with `~` when stale), or a gap as [from, to]. */
const inShort = (view: FeedView | undefined) =>
  view?.entries.map((entry) =>
    entry._tag === "gap" ? [entry.from, entry.to] : entry.stale ? `~${entry.row.seq}` : entry.row.seq
  )
const live = (entries: ReadonlyArray<number | readonly [number, number]>, more: Partial<FeedView> = {}): FeedView => ({
  conversationId: log,
  version: 9,
  epoch: null,
  cursor: 99,
  entries: entries.map((entry) =>
    typeof entry === "number"
      ? { _tag: "row", row: row(entry), stale: false, changing: false }
      : { _tag: "gap", from: entry[0], to: entry[1] }
  ),
  pending: [],
  failed: [],
  ...more
})
const head = { conversationId: log, cursor: 10, gaps: [], stale: [] }

describe("firstView", () => {
  it("shows kept rows with what of them is stale or missing", () => {
    const view = firstView(
      {
        ...head,
        gaps: [
          { from: 1, to: 2 },
          { from: 5, to: 7 }
        ],
        stale: [{ from: 3, to: 4, asOf: 4 }]
      },
      [row(3), row(4), row(8), row(9)],
      false,
      [],
      null
    )
    assert.deepStrictEqual(inShort(view), [[1, 2], "~3", "~4", [5, 7], 8, 9])
  })

  it("leaves away rows of a kind that is not known here, which a newer page kept, and tells of no gap in their place", () => {
    const newer = { ...row(9), kind: "constructor" as NewerRow["kind"] }
    assert.deepStrictEqual(inShort(firstView(head, [row(8), newer, row(10)], false, [], null)), [8, 10])
  })

  it("leaves away rows of gaps, and stands a gap for older rows", () => {
    const view = firstView({ ...head, gaps: [{ from: 6, to: 6 }] }, [row(5), row(6), row(7)], true, [], null)
    assert.deepStrictEqual(inShort(view), [[1, 4], 5, [6, 6], 7])
  })

  it("shows own posts that are still on their way in their order, but none that is a row already", () => {
    const own = [post(12), post(11), post(1), post(13, { body: { kind: "delete", target: 1 }, state: "failed" })]
    const view = firstView(head, [row(1)], false, own, null)
    assert.deepStrictEqual(
      view.pending.map(({ text }) => text),
      ["post 11", "post 12"]
    )
    assert.deepStrictEqual(
      view.failed.map(({ order }) => order),
      [13]
    )
  })
})

describe("readFirstView", () => {
  beforeEach(freshBrowser)

  it("reads the newest rows and this tab's own posts", async () => {
    const database = await open()
    for (const each of rows(1, 100)) await database.put("rows", each, [log, each.seq])
    await database.put("feeds", { ...head, cursor: 100 })
    await database.put("outbox", { id: uuid(201), tab: "mine", row: post(201) })
    await database.put("outbox", { id: uuid(202), tab: "other", row: post(202) })
    await database.put("outbox", { id: uuid(203), tab: "mine", row: post(203, { state: "sent", handedOver: true }) })
    const view = await readFirstView(database, log, "mine")
    assert.deepStrictEqual(inShort(view), [[1, 100 - firstRows], ...rows(101 - firstRows, 100).map(({ seq }) => seq)])
    assert.deepStrictEqual(
      view?.pending.map(({ text, unanswered }) => [text, unanswered]),
      [
        ["post 201", false],
        ["post 203", true]
      ]
    )
  })

  it("says whose numbers it shows", async () => {
    const database = await open()
    await database.put("rows", row(1), [log, 1])
    await database.put("feeds", head)
    assert.isNull((await readFirstView(database, log, "mine"))?.epoch)
    const epoch = Epoch.make(uuid(9))
    await database.put("meta", { epoch }, "epoch")
    const kept = await readFirstView(database, log, "mine")
    assert.strictEqual(kept?.epoch, epoch)
    // Still shown while the live view of another epoch does not reach down to it.
    assert.strictEqual(shownView(kept, live([[1, 8], 9], { epoch: Epoch.make(uuid(10)) }))?.epoch, epoch)
  })

  it("reads all of a short log, of which nothing older is missing", async () => {
    const database = await open()
    for (const each of rows(2, 4)) await database.put("rows", each, [log, each.seq])
    await database.put("rows", row(9), [ConversationId.make(uuid(501)), 9])
    await database.put("feeds", head)
    assert.deepStrictEqual(inShort(await readFirstView(database, log, "mine")), [2, 3, 4])
  })

  it("reads nothing where nothing is kept", async () => {
    const database = await open()
    assert.isUndefined(await readFirstView(database, log, "mine"))
    await database.put("feeds", { ...head, bare: true })
    assert.isUndefined(await readFirstView(database, log, "mine"))
  })
})

describe("shownView", () => {
  const kept = live([[1, 4], ...Array.from({ length: 30 }, (_, i) => i + 5)], { version: 0 })

  it("is what there is while the other is missing", () => {
    assert.isUndefined(shownView(undefined, undefined))
    assert.strictEqual(shownView(kept, undefined), kept)
    const one = live([3])
    assert.strictEqual(shownView(undefined, one), one)
  })

  it("stays with the kept rows until the live ones reach down to them", () => {
    assert.deepStrictEqual(inShort(shownView(kept, live([[1, 40], 41]))), inShort(kept))
    const reaches = live([[1, 33], 34, 35])
    assert.strictEqual(shownView(kept, reaches), reaches)
  })

  it("shows at once what is pending in the live view", () => {
    const pending = [{ id: CommandId.make(uuid(9)), at: 1, text: "now", state: "queued", unanswered: false }] as const
    const shown = shownView(kept, live([[1, 40]], { pending }))
    assert.deepStrictEqual(inShort(shown), inShort(kept))
    assert.deepStrictEqual(shown?.pending, pending)
    assert.strictEqual(shown?.version, 9)
  })

  it("gives way to a live view that is far ahead once that holds enough, or all there is", () => {
    const ahead = live([[1, 479], ...Array.from({ length: 20 }, (_, i) => i + 480)])
    assert.strictEqual(shownView(kept, ahead), ahead)
    const few = live([480])
    assert.strictEqual(shownView(kept, few), few)
  })
})
