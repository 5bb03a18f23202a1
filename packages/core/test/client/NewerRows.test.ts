/** Rows of a kind that only a newer server has: their places count, and nothing of them is shown. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Feed } from "../../src/client/feed/Feed.ts"
import { PersonalFeed } from "../../src/client/list/PersonalFeed.ts"
import type { HistoryPage } from "../../src/domain/Conversation.ts"
import { CommandId, Epoch } from "../../src/domain/Ids.ts"
import type { MessageRow, NewerRow } from "../../src/domain/MessageRow.ts"
import { pass, scenario, shown } from "./keptWorld.ts"
import { friend, me, room, type ScriptedServer, uuid } from "./scriptedServer.ts"

const base = (seq: number) => ({ seq, rev: seq, id: CommandId.make(uuid(0x900 + seq)), by: friend, at: seq })
const posted = (seq: number, text = `${seq}`): MessageRow => ({ ...base(seq), kind: "posted", text })
const newer = (seq: number): NewerRow => ({ ...base(seq), kind: "constructor" as NewerRow["kind"] })
const page = (asOf: number, rows: HistoryPage["rows"], more: Partial<HistoryPage> = {}): HistoryPage => ({
  rows,
  asOf,
  moreBefore: false,
  moreAfter: false,
  ...more
})
const inShort = (feed: Feed) =>
  feed.timeline().map((entry) => (entry._tag === "gap" ? [entry.from, entry.to] : entry.row.seq))

describe("a feed, of rows of a kind that is not known", () => {
  it("shows nothing and holds their places: what lies between is no gap, read or unread", () => {
    const feed = new Feed(room, me)
    feed.behind(4)
    feed.page(page(4, [posted(1), newer(2), newer(3), posted(4)]), {})
    assert.deepStrictEqual(inShort(feed), [1, 4])
    assert.isTrue(feed.isHeld(1, 4))
    assert.strictEqual(feed.countOthers(1, 4), 2)
    assert.isUndefined(feed.row(2))
  })

  it("takes a page of nothing else as what it covers, so that the next is asked for below it", () => {
    const feed = new Feed(room, me)
    feed.behind(9)
    feed.page(page(9, [newer(6), newer(9)], { moreBefore: true }), {})
    assert.deepStrictEqual(inShort(feed), [[1, 5]])
    assert.isTrue(feed.isHeld(6, 9))
  })

  it("is right again by an answer of what changed that holds them", () => {
    const feed = new Feed(room, me)
    feed.behind(2)
    feed.page(page(2, [posted(1), newer(2)]), {})
    feed.behind(5)
    feed.changed(
      page(5, [
        { ...posted(1, "A"), rev: 4 },
        { ...newer(2), rev: 5 }
      ]),
      2,
      1,
      2
    )
    assert.deepStrictEqual([feed.row(1)?.text, feed.stale], ["A", []])
    assert.deepStrictEqual(inShort(feed), [1, [3, 5]])
  })

  it("shows no change of a role that is not known, told by the stream or by a page", () => {
    const role = "guest" as "member"
    const feed = new Feed(room, me)
    feed.behind(1)
    feed.page(page(1, [{ ...base(1), kind: "roleChanged", userIds: [me], role }]), {})
    const { rev: _, ...event } = base(2)
    feed.events([{ ...event, kind: "roleChanged", userId: me, role }])
    assert.deepStrictEqual(inShort(feed), [])
    assert.isTrue(feed.isHeld(1, 2))
  })

  it("gives a store none of them, and takes none from a store that a newer page wrote", () => {
    const feed = new Feed(room, me)
    feed.behind(3)
    feed.restore({ conversationId: room, cursor: 3, gaps: [], stale: [], rows: [posted(1), newer(2), posted(3)] })
    assert.deepStrictEqual(inShort(feed), [1, 3])
    assert.isTrue(feed.isHeld(1, 3))
    feed.keepAnew()
    const { gaps, put } = feed.takeChange()
    assert.deepStrictEqual([gaps, put], [[], [posted(1), posted(3)]])
  })
})

/** Has rows of its own kind. */
const beNewer = (server: ScriptedServer): void => {
  const known = server.rows.bind(server)
  server.rows = (id, head) => {
    const polls = server.log(id).filter((event) => event.seq <= head && (event.kind as string) === "polled")
    const own = polls.map(
      ({ at, by, id, kind, seq }) => [seq, { seq, rev: seq, id, by, at, kind } as unknown as MessageRow] as const
    )
    return new Map([...known(id, head), ...own].sort(([a], [b]) => a - b))
  }
}

it.effect("are asked for once, and read past", () =>
  scenario(({ live, server }) =>
    Effect.gen(function* () {
      beNewer(server)
      const poll = () => server.happen(room, { kind: "polled", choices: ["a", "b"] })
      poll()
      server.post("a")
      for (let n = 0; n < 60; n++) poll()
      yield* live((client) =>
        Effect.gen(function* () {
          client.open(room)
          yield* pass(1_500)
          yield* client.loadOlder(room)
          yield* pass(1_500)
          assert.deepStrictEqual(shown(client), ["a"])
          poll()
          server.post("b")
          yield* pass(1_500)
          assert.deepStrictEqual(shown(client), ["a", "b"])
          const line = () => client.conversations().find(({ conversationId }) => conversationId === room)
          assert.deepInclude(line(), { unread: 2, head: 64 })
          client.read(room, 64)
          yield* pass(1_500)
          assert.deepInclude(line(), { unread: 0, readUpTo: 64 })
        })
      )
      server.calls = []
      yield* live((client) =>
        Effect.gen(function* () {
          client.open(room)
          yield* pass(1_500)
          assert.deepStrictEqual(shown(client), ["a", "b"])
          assert.deepStrictEqual(
            server.calls.filter((call) => call !== "snapshot"),
            []
          )
        })
      )
    })
  )
)

it("the list's line keeps one that is its newest as it is, whatever changes there", () => {
  const feed = new PersonalFeed(me)
  const last = newer(4)
  feed.snapshot({
    epoch: Epoch.make(uuid(0xe1)),
    asOf: 1,
    me: { userId: me, handle: "me", displayName: "Me", admin: false, invisible: false },
    conversations: [
      {
        ...{ conversationId: room, kind: "group", title: "t", role: "member", history: "all", members: 2 },
        ...{ head: 4, visibleFrom: 1, readUpTo: 4, unread: 0, last }
      }
    ]
  })
  const { rev: _, ...event } = base(5)
  feed.conversationEvents(room, [{ ...event, kind: "edited", target: 4, text: "x" }], () => undefined)
  assert.deepStrictEqual(feed.conversation(room)?.summary.last, last)
  feed.conversationEvents(room, [{ ...event, seq: 6, kind: "posted", text: "y" }], () => undefined)
  assert.strictEqual(feed.conversation(room)?.summary.last?.kind, "posted")
})
