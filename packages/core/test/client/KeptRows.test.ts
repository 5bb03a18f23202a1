import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Feed } from "../../src/client/feed/Feed.ts"
import { viewOf } from "../../src/client/feed/FeedView.ts"
import { keepChange, keptRowsMax } from "../../src/client/feed/KeptFeed.ts"
import type { LogEvent } from "../../src/domain/Event.ts"
import { CommandId } from "../../src/domain/Ids.ts"
import { pass, scenario, shown } from "./keptWorld.ts"
import { friend, me, room, room2, uuid } from "./scriptedServer.ts"

describe("rows that a client keeps", () => {
  it.effect("are shown after a restart without a call, with what was missed applied to them", () =>
    scenario(({ live, server }) =>
      Effect.gen(function* () {
        server.post("a")
        server.post("b")
        yield* live((client) =>
          Effect.gen(function* () {
            client.open(room)
            yield* pass(1_500)
            assert.deepStrictEqual(shown(client), ["a", "b"])
          })
        )
        server.happen(room, { kind: "edited", target: 1, text: "A" })
        server.post("c")
        server.calls = []
        yield* live((client) =>
          Effect.gen(function* () {
            client.open(room)
            yield* pass(100)
            assert.deepStrictEqual(shown(client), ["A", "b", "c"])
            assert.deepStrictEqual(
              server.calls.filter((call) => call !== "snapshot"),
              []
            )
          })
        )
      })
    )
  )

  it.effect("are shown before a server answers when it is known who this is, with posts of this device", () =>
    scenario(({ live, server }) =>
      Effect.gen(function* () {
        server.post("a")
        yield* live((client) =>
          Effect.zipRight(
            Effect.sync(() => void client.open(room)),
            pass(1_500)
          )
        )
        server.opens = "never"
        server.callsFail = true
        yield* live(
          (client) =>
            Effect.gen(function* () {
              client.open(room)
              assert.isUndefined(client.feed(room))
              yield* pass(0)
              assert.deepStrictEqual(shown(client), ["a"])
              client.post(room, "mine")
              assert.deepStrictEqual(
                client.feed(room)?.pending.map((post) => post.text),
                ["mine"]
              )
            }),
          true
        )
      })
    )
  )

  it.effect("are asked about where the stream jumped over what changed in them", () =>
    scenario(({ live, server }) =>
      Effect.gen(function* () {
        for (let n = 1; n <= 60; n++) server.post(`a${n}`)
        yield* live((client) =>
          Effect.zipRight(
            Effect.sync(() => void client.open(room)),
            pass(1_500)
          )
        )
        server.happen(room, { kind: "edited", target: 12, text: "A" })
        for (let n = 0; n < 5; n++) server.post(`d${n}`)
        server.catchUpMost = 2
        server.calls = []
        yield* live((client) =>
          Effect.gen(function* () {
            client.open(room)
            yield* pass(100)
            assert.deepStrictEqual(shown(client).slice(0, 4), ["1..10", "a11", "A", "a13"])
            assert.deepStrictEqual(
              server.calls.filter((call) => call !== "snapshot"),
              ["page latest", "changed 60 11 15"]
            )
          })
        )
      })
    )
  )

  it.effect(
    "of all conversations that changed are kept in one save a second, and what did not change is not kept again",
    () =>
      scenario(({ live, saves, server }) =>
        live((client) =>
          Effect.gen(function* () {
            client.open(room)
            yield* pass(2_000)
            saves.length = 0
            for (let n = 0; n < 20; n++) {
              server.post(`a${n}`)
              if (n % 2 === 0) server.post(`b${n}`, room2)
              yield* pass(50)
            }
            yield* pass(1_000)
            assert.isAtMost(saves.length, 2)
            assert.strictEqual(saves.flatMap(({ feeds }) => feeds.flatMap(({ put }) => put)).length, 30)
            assert.isTrue(saves.some(({ feeds }) => feeds.length === 2))
            saves.length = 0
            server.happen(room, { kind: "edited", target: 3, text: "A" })
            yield* pass(2_000)
            assert.deepStrictEqual(
              saves.flatMap(({ feeds }) => feeds.flatMap(({ put }) => put.map((row) => row.seq))),
              [3]
            )
          })
        )
      )
  )

  it.effect("that its store refused are kept as soon as it takes changes again", () =>
    scenario(({ disk, live, saves, server, store }) =>
      live((client) =>
        Effect.gen(function* () {
          client.open(room)
          yield* pass(2_000)
          disk.broken = true
          for (const text of ["a", "b"]) {
            server.post(text)
            // Asked less and less often: at the end there is half a minute between two tries.
            yield* pass(60_000)
          }
          assert.deepStrictEqual((yield* store.feed(room))?.rows, [])
          disk.broken = false
          saves.length = 0
          yield* pass(0)
          assert.strictEqual(saves.length, 0)
          client.keepNow()
          yield* pass(0)
          assert.deepStrictEqual(
            (yield* store.feed(room))?.rows.map((row) => "text" in row && row.text),
            ["a", "b"]
          )
        })
      )
    )
  )

  it.effect("of a log that is another one, or not the user's any more, are dropped", () =>
    scenario(({ live, server, store }) =>
      Effect.gen(function* () {
        for (const text of ["a", "b", "c"]) server.post(text)
        server.post("other", room2)
        yield* live((client) =>
          Effect.gen(function* () {
            client.open(room)
            client.open(room2)
            yield* pass(1_500)
          })
        )
        assert.strictEqual((yield* store.feed(room2))?.rows.length, 1)
        server.log(room).length = 1
        server.logs.delete(room2)
        yield* live(() => pass(1_500))
        assert.strictEqual((yield* store.feed(room))?.cursor, 1)
        assert.deepStrictEqual((yield* store.feed(room))?.rows, [])
        assert.isUndefined(yield* store.feed(room2))
      })
    )
  )
})

const id = (n: number) => CommandId.make(uuid(0x9_000 + n))
const posted = (seq: number): LogEvent => ({ seq, id: id(seq), by: friend, at: seq, kind: "posted", text: `t${seq}` })
const edited = (seq: number, target: number): LogEvent => ({
  seq,
  id: id(seq),
  by: friend,
  at: seq,
  kind: "edited",
  target,
  text: `e${seq}`
})

describe("what a feed tells a store", () => {
  it("is its newest rows, with the rest as a gap, and each time only what changed", () => {
    const feed = new Feed(room, me)
    feed.placeAt(0)
    feed.events(Array.from({ length: 600 }, (_, n) => posted(n + 1)))
    const first = feed.takeChange()
    assert.deepInclude(first, { anew: true, from: 101, cursor: 600, gaps: [{ from: 1, to: 100 }] })
    assert.strictEqual(first.put.length, keptRowsMax)
    feed.events([edited(601, 50), edited(602, 300), posted(603)])
    const second = feed.takeChange()
    assert.deepInclude(second, { anew: false, from: 102, cursor: 603 })
    assert.deepStrictEqual(
      second.put.map((row) => row.seq),
      [300, 603]
    )
    const kept = keepChange(keepChange(undefined, first), second)
    assert.strictEqual(kept.rows.length, keptRowsMax)
    const restored = new Feed(room, me)
    restored.placeAt(kept.cursor)
    restored.restore(kept)
    const view = viewOf(restored, [], [], true, 0)
    assert.deepStrictEqual(view.entries[0], { _tag: "gap", from: 1, to: 101 })
    assert.deepStrictEqual(
      view.entries.flatMap((entry) => (entry._tag === "row" ? [entry.row] : [])),
      feed.newest(keptRowsMax)
    )
  })

  it("is everything again after it could not be kept", () => {
    const feed = new Feed(room, me)
    feed.placeAt(0)
    feed.events([posted(1), posted(2)])
    feed.takeChange()
    feed.events([posted(3)])
    feed.takeChange()
    feed.keepAnew()
    assert.deepInclude(feed.takeChange(), { anew: true, put: feed.newest(3) })
  })

  it("rows that were kept before many changes are taken in as stale", () => {
    const before = new Feed(room, me)
    before.placeAt(0)
    before.events([posted(1), posted(2)])
    const kept = keepChange(undefined, before.takeChange())
    const feed = new Feed(room, me)
    feed.placeAt(2)
    feed.events(Array.from({ length: 1_001 }, (_, n) => edited(n + 3, 1)))
    feed.restore(kept)
    assert.deepStrictEqual(feed.stale, [{ from: 1, to: 2, asOf: 2 }])
    assert.strictEqual(feed.row(1)?.text, "e1003")
  })
})
