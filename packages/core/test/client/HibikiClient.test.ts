import { assert, describe, it } from "@effect/vitest"
import { type Clock, Effect, Exit, Fiber, Layer, Option, Random, Scope, TestClock } from "effect"
import { type HibikiClient, makeHibikiClient } from "../../src/client/HibikiClient.ts"
import type { OutboxRow } from "../../src/client/outbox/OutboxRow.ts"
import { OutboxStore } from "../../src/client/outbox/OutboxStore.ts"
import type { ClientStore } from "../../src/client/store/ClientStore.ts"
import { ClientStoreMemory, OutboxStoreMemory } from "../../src/client/store/ClientStoreMemory.ts"
import type { CommandId } from "../../src/domain/Ids.ts"
import { ConversationId } from "../../src/domain/Ids.ts"
import { makeWallClock, ofIds } from "../world/wallClock.ts"
import { device, friend, instance, me, room, room2, ScriptedServer, uuid } from "./scriptedServer.ts"

/** Lets everything that can happen now happen, then moves the clock. */
const pass = (ms: number) => Effect.zipRight(settle, Effect.zipRight(TestClock.adjust(ms), settle))
const settle = Effect.repeatN(Effect.yieldNow(), 60)

const stores = Layer.merge(OutboxStoreMemory, ClientStoreMemory)

const scenario = (
  run: (world: {
    server: ScriptedServer
    client: HibikiClient
  }) => Effect.Effect<void, unknown, OutboxStore | ClientStore | Scope.Scope>,
  prepare: (server: ScriptedServer) => void = () => undefined,
  clock?: Clock.Clock
) =>
  Effect.gen(function* () {
    const server = new ScriptedServer()
    prepare(server)
    const made = makeHibikiClient({ device, instance }).pipe(Effect.provide(server.layer))
    const client = yield* clock === undefined ? made : Effect.withClock(made, clock)
    yield* client.start
    yield* pass(0)
    yield* run({ server, client })
  }).pipe(Effect.scoped, Effect.provide(stores), Effect.withRandom(Random.make("client")))

const shown = (client: HibikiClient, id = room) => {
  const view = client.feed(id)
  return [
    ...(view?.entries ?? []).map((entry) =>
      entry._tag === "gap" ? `${entry.from}..${entry.to}` : entry.row.deleted ? "deleted" : (entry.row.text ?? "")
    ),
    ...(view?.pending ?? []).map((post) => `${post.text} (${post.state})`)
  ]
}
const unread = (client: HibikiClient, id = room) =>
  client.conversations().find((line) => line.conversationId === id)?.unread
const cut = (server: ScriptedServer) => server.live?.end(1006)

/** Takes `putMs` for each put, and can be interrupted meanwhile. */
const keptIn = (kept: Map<CommandId, OutboxRow>, putMs = 0): Layer.Layer<OutboxStore> =>
  Layer.succeed(
    OutboxStore,
    OutboxStore.of({
      load: Effect.sync(() => [...kept.values()]),
      put: (rows) =>
        Effect.zipRight(
          putMs === 0 ? Effect.void : Effect.sleep(putMs),
          Effect.sync(() => {
            for (const row of rows) kept.set(row.id, row)
          })
        ),
      remove: (ids) =>
        Effect.sync(() => {
          for (const id of ids) kept.delete(id)
        })
    })
  )

describe("a client", () => {
  it.effect("starts from a snapshot, states its places, and becomes live", () =>
    scenario(
      ({ client, server }) =>
        Effect.sync(() => {
          assert.strictEqual(client.status()._tag, "live")
          assert.deepStrictEqual(
            client.conversations().map((line) => [line.conversationId, line.unread]),
            [
              [room, 2],
              [room2, 0]
            ]
          )
          const [hello] = server.heard
          assert.deepInclude(hello, { op: "hello", ticket: "ticket0", epoch: server.epoch, last: true })
          assert.strictEqual(hello?.op === "hello" ? hello.cursors.find(([id]) => id === room)?.[1] : undefined, 2)
        }),
      (server) => {
        server.post("a")
        server.post("b")
      }
    )
  )

  it.effect("shows a post at once, and in its place when it is accepted, without its event coming again", () =>
    scenario(({ client, server }) =>
      Effect.gen(function* () {
        assert.strictEqual(client.post(room, "hello")._tag, "Queued")
        assert.deepStrictEqual(shown(client), ["hello (queued)"])
        yield* pass(0)
        assert.deepStrictEqual(shown(client), ["hello"])
        assert.deepStrictEqual(server.texts(), ["hello"])
        server.post("hi")
        yield* pass(0)
        assert.deepStrictEqual(shown(client), ["hello", "hi"])
        assert.strictEqual(unread(client), 1)
        assert.strictEqual(server.ops("range").length, 0)
      })
    )
  )

  it.effect("what can't be sent is not queued, and says why", () =>
    scenario(({ client }) =>
      Effect.sync(() => {
        assert.deepStrictEqual(client.post(room, "  "), { _tag: "NotQueued", code: "blank" })
        assert.deepStrictEqual(client.post(room, "a".repeat(4_001)), { _tag: "NotQueued", code: "too_long" })
        assert.deepStrictEqual(client.react(room, 1, "\ud800", true), { _tag: "NotQueued", code: "surrogate" })
      })
    )
  )

  it.effect("spells a reaction that is set as the server takes it, and one that is taken back as it stands there", () =>
    scenario(({ client, server }) =>
      Effect.gen(function* () {
        client.open(room)
        yield* pass(0)
        client.react(room, 1, "❤", true)
        client.react(room, 1, "❤", false)
        assert.deepStrictEqual(client.react(room, 1, "👍\u200d👍", true), { _tag: "NotQueued", code: "not_emoji" })
        yield* pass(100)
        assert.deepStrictEqual(
          server.ops("react").map((frame) => ("emoji" in frame ? frame.emoji : undefined)),
          ["❤\ufe0f", "❤"]
        )
      })
    )
  )

  it.effect(
    "sends what was written offline in order after it came back, with the resume ticket and from where it stood",
    () =>
      scenario(({ client, server }) =>
        Effect.gen(function* () {
          client.post(room, "one")
          yield* pass(0)
          server.opens = "refused"
          cut(server)
          yield* pass(0)
          for (const text of ["two", "three", "four"]) client.post(room, text)
          client.edit(room, 1, "ONE")
          client.post(room, "five")
          server.post("from a friend")
          yield* pass(10_000)
          assert.notStrictEqual(client.status()._tag, "live")
          server.opens = "at once"
          yield* pass(60_000)
          assert.strictEqual(client.status()._tag, "live")
          assert.deepStrictEqual(server.texts(), ["ONE", "from a friend", "two", "three", "four", "five"])
          assert.deepStrictEqual(shown(client), ["ONE", "from a friend", "two", "three", "four", "five"])
          const hellos = server.ops("hello")
          assert.deepInclude(hellos[1], { ticket: "resume1" })
          const hello = hellos.at(-1)
          assert.strictEqual(hello?.op === "hello" ? hello.cursors.find(([id]) => id === room)?.[1] : undefined, 1)
        })
      )
  )

  it.effect("a lost answer is asked for again under the same id: stored once, shown once", () =>
    scenario(({ client, server }) =>
      Effect.gen(function* () {
        server.answers = "lost"
        client.post(room, "once")
        yield* pass(9_000)
        assert.deepStrictEqual(shown(client), ["once (sent)"])
        yield* pass(1_500)
        assert.isTrue(client.feed(room)?.pending[0]?.unanswered)
        server.answers = "in place"
        yield* pass(2_000)
        assert.deepStrictEqual(shown(client), ["once"])
        assert.deepStrictEqual(server.texts(), ["once"])
        assert.strictEqual(server.ops("post").length, 2)
      })
    )
  )

  it.effect("what was sent on a socket that dies is shown as unanswered for as long as there is no other", () =>
    scenario(({ client, server }) =>
      Effect.gen(function* () {
        server.answers = "none"
        client.post(room, "once")
        yield* pass(100)
        assert.isFalse(client.feed(room)?.pending[0]?.unanswered)
        server.opens = "refused"
        cut(server)
        yield* pass(0)
        assert.isTrue(client.feed(room)?.pending[0]?.unanswered)
        client.post(room, "written meanwhile")
        yield* pass(60_000)
        assert.deepStrictEqual(
          client.feed(room)?.pending.map(({ state, unanswered }) => [state, unanswered]),
          [
            ["sent", true],
            ["queued", false]
          ]
        )
        server.opens = "at once"
        server.answers = "in place"
        client.retryNow()
        yield* pass(0)
        assert.deepStrictEqual(shown(client), ["once", "written meanwhile"])
      })
    )
  )

  it.effect(
    "who does not want to wait for the next try of a connected client need not, but where the server asked for it",
    () =>
      scenario(({ client, server }) =>
        Effect.gen(function* () {
          server.answers = "lost"
          client.post(room, "once")
          // Three answers are lost: it waits 4 s.
          yield* pass(33_500)
          assert.strictEqual(server.ops("post").length, 3)
          client.retryNow()
          yield* pass(0)
          assert.strictEqual(server.ops("post").length, 4)
          client.retryNow()
          yield* pass(9_000)
          assert.strictEqual(server.ops("post").length, 4)
          server.answers = "in place"
          yield* pass(1_500)
          client.retryNow()
          yield* pass(0)
          assert.deepStrictEqual(shown(client), ["once"])
          server.answers = "busy"
          client.post(room, "later")
          yield* pass(0)
          server.answers = "in place"
          client.retryNow()
          yield* pass(400)
          assert.deepStrictEqual(shown(client), ["once", "later (sent)"])
          yield* pass(200)
          assert.deepStrictEqual(server.texts(), ["once", "later"])
        })
      )
  )

  it.effect("busy is asked again after its delay, and nothing overtakes", () =>
    scenario(({ client, server }) =>
      Effect.gen(function* () {
        server.answers = "busy"
        client.post(room, "a")
        yield* pass(0)
        client.post(room, "b")
        yield* pass(400)
        assert.strictEqual(server.ops("post").length, 1)
        server.answers = "in place"
        yield* pass(200)
        assert.deepStrictEqual(server.texts(), ["a", "b"])
      })
    )
  )

  it.effect("a half-open link is noticed by 5 s of silence and 5 s without a pong, and what was on it goes again", () =>
    scenario(({ client, server }) =>
      Effect.gen(function* () {
        server.silent = true
        yield* pass(100)
        client.post(room, "in the dark")
        yield* pass(4_950)
        assert.strictEqual(server.ops("ping").length, 1)
        assert.strictEqual(client.status()._tag, "live")
        yield* pass(5_000)
        assert.strictEqual(client.status()._tag, "waiting")
        assert.isFalse(server.sockets[0]?.isOpen)
        server.silent = false
        yield* pass(2_000)
        assert.strictEqual(client.status()._tag, "live")
        assert.deepStrictEqual(shown(client), ["in the dark"])
        assert.deepStrictEqual(server.texts(), ["in the dark"])
      })
    )
  )

  it.effect("a half-open link is noticed as soon while the machine's clock is set back an hour, once and again", () =>
    Effect.flatMap(makeWallClock(ofIds), (wall) =>
      scenario(
        ({ client, server }) =>
          Effect.gen(function* () {
            server.silent = true
            yield* pass(100)
            wall.set(-3_600_000)
            yield* pass(4_950)
            assert.strictEqual(server.ops("ping").length, 1)
            wall.set(-3_600_000)
            client.post(room, "in the dark")
            yield* pass(5_000)
            assert.strictEqual(client.status()._tag, "waiting")
            assert.isFalse(server.sockets[0]?.isOpen)
            server.silent = false
            wall.set(-3_600_000)
            yield* pass(2_000)
            assert.strictEqual(client.status()._tag, "live")
            assert.deepStrictEqual(server.texts(), ["in the dark"])
          }),
        undefined,
        wall.clock
      )
    )
  )

  it.effect(
    "with the clock set back, a client that is shown pings, and one that is refused tells times of that clock",
    () =>
      Effect.flatMap(makeWallClock(ofIds), (wall) =>
        scenario(
          ({ client, server }) =>
            Effect.gen(function* () {
              client.setVisible(false)
              yield* pass(2_000)
              wall.set(-3_600_000)
              client.setVisible(true)
              yield* pass(0)
              assert.strictEqual(server.ops("ping").length, 1)
              server.opens = "refused"
              cut(server)
              yield* pass(0)
              wall.set(-3_600_000)
              const [status, now] = [client.status(), wall.millis()]
              assert.isTrue(status._tag === "waiting" && status.until >= now && status.until <= now + 2_000)
              const sent = client.post(room, "a")
              assert.strictEqual(client.feed(room)?.pending[0]?.at, now)
              assert.strictEqual(
                sent._tag === "Queued" ? Number.parseInt(sent.id.replace("-", "").slice(0, 12), 16) : 0,
                now
              )
            }),
          undefined,
          wall.clock
        )
      )
  )

  it.effect("with the clock set on, as after a sleep, what is overdue is done as soon as the client wakes", () =>
    Effect.flatMap(makeWallClock(ofIds), (wall) =>
      scenario(
        ({ client, server }) =>
          Effect.gen(function* () {
            yield* pass(100)
            wall.set(3_600_000)
            client.setActive(true)
            yield* pass(0)
            assert.strictEqual(server.ops("ping").length, 1)
          }),
        undefined,
        wall.clock
      )
    )
  )

  it.effect("a hole is asked for and nothing behind it is shown before", () =>
    scenario(({ client, server }) =>
      Effect.gen(function* () {
        server.post("a")
        server.post("b", room, true)
        server.silent = true
        server.live?.handlers.onMessage(
          JSON.stringify({
            op: "events",
            conversationId: room,
            events: [server.happen(room, { kind: "posted", text: "c" })]
          })
        )
        yield* pass(0)
        assert.deepStrictEqual(shown(client), ["a"])
        assert.deepInclude(server.ops("range")[0], { from: 2, to: 2 })
        server.silent = false
        yield* pass(5_000)
        assert.deepStrictEqual(shown(client), ["a", "b", "c"])
        assert.strictEqual(unread(client), 3)
      })
    )
  )

  it.effect("a range that is answered busy is asked for again after its delay, and holds up no post", () =>
    scenario(({ client, server }) =>
      Effect.gen(function* () {
        client.open(room)
        yield* pass(0)
        server.answers = "none"
        client.post(room, "mine")
        yield* pass(0)
        server.rangesBusy = true
        server.post("lost", room, true)
        server.post("after")
        yield* pass(900)
        assert.deepStrictEqual([server.ops("post").length, server.ops("range").length], [1, 1])
        server.rangesBusy = false
        yield* pass(200)
        assert.deepStrictEqual([server.ops("post").length, server.ops("range").length], [1, 2])
        assert.deepStrictEqual(shown(client), ["lost", "after", "mine (sent)"])
      })
    )
  )

  it.effect(
    "loads what is missing around a place far below, leaves the gaps on both sides, and fills them from either end",
    () =>
      scenario(
        ({ client, server }) =>
          Effect.gen(function* () {
            client.open(room)
            yield* pass(0)
            const before = shown(client)
            assert.strictEqual(before[0], "1..250")
            yield* client.loadOlder(room, 126)
            yield* pass(0)
            assert.deepStrictEqual(
              [...shown(client).slice(0, 2), ...shown(client).slice(50, 53)],
              ["1..75", "m75", "m124", "126..250", "m250"]
            )
            yield* client.loadOlder(room, 126)
            yield* pass(0)
            assert.strictEqual(shown(client)[0], "1..25")
            yield* client.loadOlder(room, 251)
            yield* pass(0)
            assert.include(shown(client), "126..200")
            yield* client.loadNewer(room, 125)
            yield* pass(0)
            assert.include(shown(client), "176..200")
            yield* client.loadNewer(room, 160)
            yield* pass(0)
            const calls = server.calls.length
            yield* client.loadNewer(room, 160)
            assert.deepStrictEqual(
              [shown(client).length, server.calls.slice(calls - 2)],
              [276, ["page after 125", "page after 175"]]
            )
            assert.strictEqual(server.calls.length, calls, "nothing is missing any more")
          }),
        (server) => {
          for (let n = 0; n < 300; n++) server.post(`m${n}`)
        }
      )
  )

  it.effect(
    "after behind an open feed reads its newest rows and what changed below, and leaves the gap to the user",
    () =>
      scenario(
        ({ client, server }) =>
          Effect.gen(function* () {
            const close = client.open(room)
            yield* pass(0)
            assert.deepStrictEqual(shown(client), ["old", "older"])
            server.opens = "refused"
            server.catchUpMost = 10
            cut(server)
            for (let n = 0; n < 120; n++) server.post(`m${n}`)
            server.happen(room, { kind: "edited", target: 1, text: "OLD" })
            server.happen(room, { kind: "deleted", target: 2 })
            server.opens = "at once"
            yield* pass(60_000)
            assert.deepStrictEqual(shown(client).slice(0, 3), ["OLD", "deleted", "3..72"])
            assert.strictEqual(shown(client).at(-1), "m119")
            assert.isTrue(client.feed(room)?.entries.every((entry) => entry._tag === "gap" || !entry.stale))
            assert.strictEqual(unread(client), 100)
            yield* client.loadOlder(room)
            yield* client.loadOlder(room)
            yield* pass(0)
            yield* client.loadOlder(room)
            yield* pass(0)
            assert.deepStrictEqual(
              shown(client).filter((line) => line.includes("..")),
              []
            )
            assert.strictEqual(shown(client).length, 122)
            close()
          }),
        (server) => {
          server.post("old")
          server.post("older")
        }
      )
  )

  it.effect("in another epoch it drops its logs, sends posts again, and fails what names a number", () =>
    scenario(({ client, server }) =>
      Effect.gen(function* () {
        client.open(room)
        client.post(room, "before")
        yield* pass(0)
        server.answers = "none"
        client.post(room, "survives")
        client.post(room, "a reply", 1)
        client.react(room, 1, "👍", true)
        yield* pass(100)
        server.restore()
        server.answers = "in place"
        server.post("after the restore")
        yield* pass(5_000)
        assert.deepStrictEqual(server.texts(), ["after the restore", "survives"])
        assert.deepStrictEqual(shown(client), ["after the restore", "survives", "a reply (failed)"])
        assert.strictEqual(client.feed(room)?.pending[0]?.code, "epoch_changed")
        assert.strictEqual(client.feed(room)?.failed.length, 1)
        assert.strictEqual(client.inspect().epoch, server.epoch)
      })
    )
  )

  it.effect("what names a number that was seen in another epoch is shown as failed, whatever bears it now", () =>
    scenario(({ client, server }) =>
      Effect.gen(function* () {
        server.happen(room, { kind: "posted", text: "mine", by: me })
        client.open(room)
        yield* pass(1_500)
        const seenIn = client.feed(room)?.epoch
        assert.strictEqual(seenIn, server.epoch)
        server.restore()
        server.happen(room, { kind: "posted", text: "mine, of after the restore", by: me })
        yield* pass(5_000)
        client.edit(room, 1, "mine, better", seenIn)
        client.delete(room, 1, seenIn)
        client.react(room, 1, "👍", true, seenIn)
        client.post(room, "an answer", 1, seenIn)
        client.post(room, "no answer", undefined, seenIn)
        yield* pass(1_000)
        assert.deepStrictEqual(server.texts(), ["mine, of after the restore", "no answer"])
        assert.deepStrictEqual(shown(client), ["mine, of after the restore", "no answer", "an answer (failed)"])
        assert.deepStrictEqual(
          client
            .failed()
            .get(room)
            ?.map(({ body, code }) => `${body.kind} ${code}`),
          ["edit epoch_changed", "delete epoch_changed", "react epoch_changed", "post epoch_changed"]
        )
        client.edit(room, 1, "mine, seen anew", client.feed(room)?.epoch)
        yield* pass(1_000)
        assert.deepStrictEqual(server.texts(), ["mine, seen anew", "no answer"])
      })
    )
  )

  it.effect("a number that was seen in an epoch which this client has still to meet is kept until it does", () =>
    scenario(({ client, server }) =>
      Effect.gen(function* () {
        server.post("hello")
        yield* pass(1_500)
        server.restore()
        yield* pass(0)
        client.post(room, "an answer", 1, server.epoch)
        server.post("hello again")
        yield* pass(5_000)
        assert.deepStrictEqual(server.texts(), ["hello again", "an answer"])
      })
    )
  )

  it.effect("stops when it is replaced or revoked, keeps quiet, and starts again when a person says so", () =>
    scenario(({ client, server }) =>
      Effect.gen(function* () {
        server.live?.end(4409)
        yield* pass(2_500)
        assert.deepStrictEqual([client.status()._tag, server.sockets.length], ["live", 2])
        server.live?.end(4409)
        yield* pass(600_000)
        assert.deepStrictEqual(client.status(), { _tag: "stopped", reason: "replaced" })
        assert.strictEqual(server.sockets.length, 2)
        client.post(room, "kept")
        yield* client.start
        yield* pass(0)
        assert.deepStrictEqual(server.texts(), ["kept"])
        server.live?.send({ op: "revoked" })
        yield* pass(600_000)
        assert.deepStrictEqual(client.status(), { _tag: "stopped", reason: "revoked" })
        assert.strictEqual(server.sockets.length, 3)
      })
    )
  )

  it.effect("without a session it stops and says so; while calls fail it connects all the same", () =>
    Effect.gen(function* () {
      yield* scenario(
        ({ client }) =>
          Effect.sync(() => assert.deepStrictEqual(client.status(), { _tag: "stopped", reason: "signedOut" })),
        (server) => {
          server.signedOut = true
        }
      )
      yield* scenario(
        ({ client, server }) =>
          Effect.gen(function* () {
            assert.strictEqual(client.status()._tag, "live")
            server.callsFail = false
            yield* pass(5_000)
            assert.strictEqual(client.conversations().length, 2)
          }),
        (server) => {
          server.callsFail = true
        }
      )
    })
  )

  it.effect("acknowledges what came, together and at most once a second, and never what was not sent", () =>
    scenario(({ client, server }) =>
      Effect.gen(function* () {
        yield* pass(2_000)
        const before = server.ops("ack").length
        for (let n = 0; n < 20; n++) {
          server.post(`m${n}`)
          server.post(`n${n}`, room2)
          yield* pass(50)
        }
        yield* pass(1_000)
        const acks = server.ops("ack").slice(before)
        assert.isAtMost(acks.length, 3)
        const last = acks.at(-1)
        assert.deepStrictEqual(
          last?.op === "ack" ? new Map(last.cursors) : undefined,
          new Map([
            [room, 20],
            [room2, 20]
          ])
        )
        client.post(room, "mine")
        yield* pass(2_000)
        assert.strictEqual(client.status()._tag, "live")
      })
    )
  )

  it.effect("who turns away or leaves has told first how far they have read", () =>
    scenario(
      ({ client, server }) =>
        Effect.gen(function* () {
          const told = () => server.ops("read").map((frame) => frame.op === "read" && frame.seq)
          client.open(room)
          yield* pass(0)
          client.read(room, 1)
          yield* pass(0)
          client.read(room, 2)
          yield* pass(0)
          assert.deepStrictEqual(told(), [1])
          client.setVisible(false)
          yield* pass(0)
          assert.deepStrictEqual(told(), [1, 2])
          client.setVisible(true)
          client.read(room, 3)
          yield* pass(0)
          assert.deepStrictEqual(told(), [1, 2])
          yield* client.stop
          assert.deepStrictEqual(told(), [1, 2, 3])
          assert.strictEqual(server.heard.at(-1)?.op, "bye")
        }),
      (server) => {
        for (let n = 0; n < 5; n++) server.post(`m${n}`)
      }
    )
  )

  it.effect("reading is shown at once, told at most once in 2 s, and told again when its echo is lost", () =>
    scenario(
      ({ client, server }) =>
        Effect.gen(function* () {
          client.open(room)
          yield* pass(0)
          assert.strictEqual(unread(client), 5)
          for (let seq = 1; seq <= 4; seq++) {
            client.read(room, seq)
            yield* pass(100)
          }
          assert.strictEqual(unread(client), 1)
          assert.deepStrictEqual(
            server.ops("read").map((frame) => frame.op === "read" && frame.seq),
            [1]
          )
          yield* pass(2_000)
          assert.deepStrictEqual(
            server.ops("read").map((frame) => frame.op === "read" && frame.seq),
            [1, 4]
          )
          yield* pass(60_000)
          assert.strictEqual(server.ops("read").length, 2)
          server.silent = true
          client.read(room, 5)
          yield* pass(100)
          server.silent = false
          cut(server)
          yield* pass(5_000)
          assert.strictEqual(server.readUpTo.get(room), 5)
          assert.strictEqual(unread(client), 0)
        }),
      (server) => {
        for (let n = 0; n < 5; n++) server.post(`m${n}`)
      }
    )
  )

  it.effect(
    "keeps a row as handed over before its frame goes out, and sends it under the same id after a restart",
    () =>
      Effect.gen(function* () {
        const server = new ScriptedServer()
        const kept = new Map<CommandId, OutboxRow>()
        const store = keptIn(kept)
        const withClient = (use: (client: HibikiClient) => Effect.Effect<void>) =>
          Effect.gen(function* () {
            const client = yield* makeHibikiClient({ device, instance })
            yield* client.start
            yield* pass(0)
            yield* use(client)
          }).pipe(Effect.scoped, Effect.provide(Layer.mergeAll(server.layer, store, ClientStoreMemory)))
        let states: ReadonlyArray<string> = []
        yield* withClient((client) =>
          Effect.gen(function* () {
            server.answers = "lost"
            const live = server.live
            const receive = live?.receive.bind(live)
            if (live !== undefined)
              live.receive = (text) => {
                if (text.includes('"post"')) states = [...kept.values()].map((row) => row.state)
                receive?.(text)
              }
            client.post(room, "a")
            client.post(room, "b")
            yield* pass(100)
          })
        )
        assert.deepStrictEqual(states, ["sent", "sent"])
        assert.strictEqual(kept.size, 2)
        server.answers = "in place"
        yield* withClient((client) =>
          Effect.gen(function* () {
            yield* pass(100)
            assert.deepStrictEqual(server.texts(), ["a", "b"])
            assert.strictEqual(kept.size, 0)
            assert.deepStrictEqual(client.feed(room)?.pending, [])
          })
        )
      })
  )

  it.effect(
    "shows a post within the call that makes it, says that it is kept when it is, and sends it after that",
    () =>
      Effect.gen(function* () {
        const server = new ScriptedServer()
        const kept = new Map<CommandId, OutboxRow>()
        const client = yield* makeHibikiClient({ device, instance }).pipe(
          Effect.provide([server.layer, keptIn(kept, 100)])
        )
        yield* client.start
        yield* pass(0)
        const told: Array<string> = []
        const state = () =>
          (client.feed(room)?.pending ?? []).map(({ state, text, unkept }) => `${text}: ${state}, ${unkept ?? "kept"}`)
        client.subscribe(({ feeds }) => feeds.has(room) && told.push(...state()))
        client.post(room, "one")
        assert.deepStrictEqual(told, ["one: queued, writing"])
        yield* pass(99)
        assert.deepStrictEqual([server.ops("post").length, kept.size], [0, 0])
        // Another one while the store still writes.
        told.length = 0
        client.post(room, "two")
        assert.deepStrictEqual(told, ["one: sent, writing", "two: queued, writing"])
        server.answers = "none"
        yield* pass(1)
        assert.deepStrictEqual([server.ops("post").length, [...kept.values()].map(({ state }) => state)], [1, ["sent"]])
        assert.deepStrictEqual(state(), ["one: sent, kept", "two: queued, writing"])
        yield* pass(100)
        assert.deepStrictEqual(state(), ["one: sent, kept", "two: queued, kept"])
      }).pipe(Effect.scoped, Effect.provide(ClientStoreMemory), Effect.withRandom(Random.make("client")))
  )

  it.effect("is left at once when its scope has closed, and with it by who was leaving it", () =>
    Effect.gen(function* () {
      const server = new ScriptedServer()
      const scope = yield* Scope.make()
      const client = yield* makeHibikiClient({ device, instance }).pipe(
        Effect.provide(Layer.mergeAll(server.layer, keptIn(new Map(), 50), ClientStoreMemory)),
        Scope.extend(scope)
      )
      yield* client.start
      yield* pass(0)
      client.post(room, "a")
      yield* pass(10)
      const leaving = yield* Effect.fork(client.stop)
      const closing = yield* Effect.fork(Scope.close(scope, Exit.void))
      yield* pass(50)
      yield* Fiber.join(closing)
      const later = yield* Effect.fork(client.stop)
      yield* pass(0)
      for (const stopped of [leaving, later]) assert.isTrue(Option.isSome(yield* Fiber.poll(stopped)))
    })
  )

  it.effect("closed while its store still writes, keeps what it took", () =>
    Effect.gen(function* () {
      const server = new ScriptedServer()
      const kept = new Map<CommandId, OutboxRow>()
      const scope = yield* Scope.make()
      const client = yield* makeHibikiClient({ device, instance }).pipe(
        Effect.provide(Layer.mergeAll(server.layer, keptIn(kept, 50), ClientStoreMemory)),
        Scope.extend(scope)
      )
      yield* client.start
      yield* pass(0)
      client.post(room, "a")
      yield* pass(10)
      assert.strictEqual(kept.size, 0)
      const closing = yield* Effect.fork(Scope.close(scope, Exit.void))
      yield* pass(50)
      yield* Fiber.join(closing)
      assert.deepStrictEqual(
        [...kept.values()].map(({ body }) => body),
        [{ kind: "post", text: "a" }]
      )
    })
  )

  it.effect("goes on from its kept cursors after a restart, and shows what came meanwhile", () =>
    Effect.gen(function* () {
      const server = new ScriptedServer()
      server.post("a")
      const run = (use: (client: HibikiClient) => Effect.Effect<void>) =>
        Effect.gen(function* () {
          const client = yield* makeHibikiClient({ device, instance })
          yield* client.start
          yield* pass(0)
          yield* use(client)
          yield* client.stop
        }).pipe(Effect.scoped, Effect.provide(server.layer))
      yield* run(() => pass(1_500))
      assert.strictEqual(server.heard.at(-1)?.op, "bye")
      server.post("b")
      server.post("c")
      yield* run((client) =>
        Effect.sync(() => {
          assert.deepStrictEqual(shown(client), ["1..1", "b", "c"])
          assert.strictEqual(unread(client), 3)
        })
      )
    }).pipe(Effect.provide(stores))
  )

  it.effect("states more than 500 places in several frames", () =>
    scenario(
      ({ client, server }) =>
        Effect.sync(() => {
          assert.strictEqual(client.status()._tag, "live")
          const [hello, ...more] = server.heard
          assert.isTrue(hello?.op === "hello" && hello.cursors.length === 500 && !hello.last)
          assert.deepStrictEqual(
            more.map((frame) => frame.op === "cursors" && [frame.pairs.length, frame.last]),
            [
              [500, false],
              [203, true]
            ]
          )
        }),
      (server) => {
        for (let n = 0; n < 1_200; n++) server.log(ConversationId.make(uuid(0x10_000 + n)))
      }
    )
  )

  it.effect("sends much at a pace that a server does not take for a flood, and all of it", () =>
    scenario(
      ({ client, server }) =>
        Effect.gen(function* () {
          const before = server.heard.length
          const many = client.conversations().map((line) => line.conversationId)
          for (const id of many) {
            client.post(id, "to all")
            client.read(id, 1)
          }
          yield* pass(1_000)
          assert.isAtMost(server.heard.length - before, 150)
          for (let n = 0; n < 40; n++) yield* pass(1_000)
          for (const id of many) assert.deepStrictEqual(server.texts(id), ["a", "to all"])
          assert.strictEqual(server.readUpTo.size, many.length)
        }),
      (server) => {
        for (let n = 0; n < 300; n++) server.post("a", ConversationId.make(uuid(0x10_000 + n)))
        server.post("a", room)
        server.post("a", room2)
      }
    )
  )

  it.effect("asks for a conversation that it was added to, and lets go of one that it was removed from", () =>
    scenario(({ client, server }) =>
      Effect.gen(function* () {
        const added = ConversationId.make(uuid(0xc9))
        server.happen(added, {
          kind: "created",
          conversationKind: "group",
          title: "t",
          history: "all",
          members: [friend, me]
        })
        server.happen(ConversationId.make(me), { kind: "added", conversationId: added })
        server.happen(ConversationId.make(me), { kind: "removed", conversationId: room2 })
        yield* pass(100)
        assert.deepStrictEqual(
          client
            .conversations()
            .map((line) => line.conversationId)
            .sort(),
          [room, added].sort()
        )
        assert.isUndefined(client.feed(room2))
      })
    )
  )

  it.effect("takes back a post that may be stored by asking, and one that is not by dropping it", () =>
    scenario(({ client, server }) =>
      Effect.gen(function* () {
        server.answers = "lost"
        const sent = client.post(room, "regretted")
        yield* pass(100)
        server.answers = "in place"
        if (sent._tag === "Queued") assert.isUndefined(client.withdraw(sent.id))
        assert.deepStrictEqual(shown(client), ["regretted (withdrawn)"])
        yield* pass(12_000)
        assert.deepStrictEqual(server.texts(), [])
        assert.deepStrictEqual(shown(client), ["deleted"])
        server.opens = "refused"
        cut(server)
        yield* pass(0)
        const queued = client.post(room, "never sent")
        if (queued._tag === "Queued") assert.isUndefined(client.withdraw(queued.id))
        assert.deepStrictEqual(client.feed(room)?.pending, [])
      })
    )
  )

  it.effect("shows a reaction before it is settled, and tells listeners once a turn", () =>
    scenario(({ client, server }) =>
      Effect.gen(function* () {
        server.post("a")
        yield* pass(0)
        const changes: Array<ReadonlyArray<string>> = []
        const end = client.subscribe((change) => changes.push([...change.feeds]))
        server.answers = "none"
        client.react(room, 1, "👍", true)
        yield* pass(0)
        const [entry] = client.feed(room)?.entries ?? []
        assert.isTrue(entry?._tag === "row" && entry.changing)
        assert.deepStrictEqual(entry?._tag === "row" ? entry.row.reactions : undefined, [
          { emoji: "👍", count: 1, mine: true }
        ])
        assert.strictEqual(client.feed(room), client.feed(room))
        changes.length = 0
        for (let n = 0; n < 10; n++) server.post(`m${n}`)
        yield* pass(0)
        assert.deepStrictEqual(changes, [[room]])
        end()
        server.post("unheard")
        yield* pass(0)
        assert.strictEqual(changes.length, 1)
      })
    )
  )

  it.effect("what was not sent into a conversation that was left is shown, and can be discarded", () =>
    Effect.gen(function* () {
      const server = new ScriptedServer()
      server.answers = "none"
      yield* Effect.gen(function* () {
        const client = yield* makeHibikiClient({ device, instance })
        yield* client.start
        yield* pass(0)
        const posted = client.post(room, "the last word")
        yield* pass(10)
        assert.strictEqual(posted._tag, "Queued")
        if (posted._tag !== "Queued") return
        server.happen(ConversationId.make(me), { kind: "removed", conversationId: room })
        yield* pass(10)
        const told: Array<number | undefined> = []
        client.subscribe(({ feeds }) => told.push(feeds.has(room) ? client.failed().get(room)?.length : undefined))
        server.live?.send({ op: "refused", id: posted.id, conversationId: room, code: "not_found" })
        yield* pass(10)
        assert.deepStrictEqual(told, [1])
        assert.deepInclude(client.feed(room), { entries: [], cursor: 0 })
        assert.deepInclude(client.feed(room)?.pending[0], { text: "the last word", state: "failed", code: "not_found" })
        client.withdraw(posted.id)
        yield* pass(10)
        assert.deepStrictEqual(told, [1, undefined])
        assert.isUndefined(client.feed(room))
      }).pipe(Effect.scoped, Effect.provide(Layer.mergeAll(server.layer, OutboxStoreMemory, ClientStoreMemory)))
    }).pipe(Effect.withRandom(Random.make("client")))
  )

  for (const { kind, stays } of [
    { kind: "group", stays: ["the last word"] },
    { kind: "direct", stays: [] }
  ] as const)
    it.effect(`a post that can't be taken back any more is told once: ${kind}`, () =>
      Effect.gen(function* () {
        const server = new ScriptedServer()
        server.answers = "none"
        server.kind = kind
        yield* Effect.gen(function* () {
          const client = yield* makeHibikiClient({ device, instance })
          yield* client.start
          yield* pass(0)
          if (kind === "group") server.happen(ConversationId.make(me), { kind: "removed", conversationId: room })
          yield* pass(10)
          const told: Array<string> = []
          client.subscribe(({ stayed }) => {
            for (const { body } of stayed) told.push(body.kind === "post" ? body.text : body.kind)
          })
          const posted = client.post(room, "the last word")
          yield* pass(10)
          if (posted._tag !== "Queued") return assert.fail(posted._tag)
          assert.isUndefined(client.withdraw(posted.id))
          yield* pass(10)
          server.live?.send({ op: "refused", id: posted.id, conversationId: room, code: "forbidden" })
          yield* pass(10)
          assert.deepStrictEqual(told, [...stays])
          assert.strictEqual(client.inspect().outboxRows, 0)
        }).pipe(Effect.scoped, Effect.provide(Layer.mergeAll(server.layer, OutboxStoreMemory, ClientStoreMemory)))
      }).pipe(Effect.withRandom(Random.make("client")))
    )

  it.effect("a store that fails or hangs delays nothing for long and loses nothing in memory", () =>
    Effect.gen(function* () {
      const server = new ScriptedServer()
      const broken = Layer.mergeAll(
        Layer.succeed(
          OutboxStore,
          OutboxStore.of({ load: Effect.succeed([]), put: () => Effect.never, remove: () => Effect.never })
        ),
        ClientStoreMemory
      )
      yield* Effect.gen(function* () {
        const client = yield* makeHibikiClient({ device, instance })
        yield* client.start
        yield* pass(0)
        client.post(room, "a")
        yield* pass(6_000)
        yield* pass(6_000)
        assert.deepStrictEqual(server.texts(), ["a"])
      }).pipe(Effect.scoped, Effect.provide(Layer.merge(server.layer, broken)))
    })
  )
})
