/**
 * A client whose stores, calls and network fail for a while: it loses nothing, comes back soon, and rests when there is
 * nothing to do.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Random, type Scope, TestClock } from "effect"
import { SnapshotSource, SourceUnavailable } from "../../src/client/feed/SnapshotSource.ts"
import { type HibikiClient, makeHibikiClient } from "../../src/client/HibikiClient.ts"
import type { OutboxRow } from "../../src/client/outbox/OutboxRow.ts"
import { OutboxStore, OutboxStoreFailed } from "../../src/client/outbox/OutboxStore.ts"
import { ClientStore } from "../../src/client/store/ClientStore.ts"
import { ClientStoreMemory, clientStoreMemory, OutboxStoreMemory } from "../../src/client/store/ClientStoreMemory.ts"
import { type CommandId, ConversationId } from "../../src/domain/Ids.ts"
import { device, instance, me, room, room2, ScriptedServer, uuid } from "./scriptedServer.ts"

const settle = Effect.repeatN(Effect.yieldNow(), 60)
const pass = (ms: number) => Effect.zipRight(settle, Effect.zipRight(TestClock.adjust(ms), settle))
const passEach = (seconds: number) => Effect.repeatN(pass(1_000), seconds - 1)
const personal = ConversationId.make(me)

type Ports = Layer.Layer<Exclude<Effect.Effect.Context<ReturnType<typeof makeHibikiClient>>, Scope.Scope>>

const withClient = (ports: Ports, use: (client: HibikiClient) => Effect.Effect<void>, viewer?: typeof me) =>
  Effect.gen(function* () {
    const client = yield* makeHibikiClient({ device, instance, ...(viewer === undefined ? {} : { viewer }) })
    yield* client.start
    yield* pass(0)
    yield* use(client)
  }).pipe(Effect.scoped, Effect.provide(ports))

/** Each turn of a client's loop draws once from it. */
const turnCounter = () => {
  const inner = Random.make("client")
  const count = { turns: 0 }
  const next = Effect.suspend(() => {
    count.turns++
    return inner.next
  })
  const random: Random.Random = Object.defineProperty(Object.create(inner), "next", { value: next })
  return { count, counted: Effect.withRandom(random) }
}
/** Between two moments nothing is due, so that a loop that takes more than some turns goes round for nothing. */
const turnsIn = (count: { readonly turns: number }, passing: Effect.Effect<void>) =>
  Effect.suspend(() => {
    const before = count.turns
    return Effect.map(passing, () => count.turns - before)
  })

describe("a client in trouble", () => {
  it.effect(
    "keeps what its outbox store refused as soon as the store takes it, a row that was taken back included",
    () =>
      Effect.gen(function* () {
        const server = new ScriptedServer()
        const kept = new Map<CommandId, OutboxRow>()
        const disk = { broken: false }
        const onDisk = (operation: "put" | "remove", act: () => void) =>
          Effect.suspend(() => (disk.broken ? new OutboxStoreFailed({ operation, cause: "full" }) : Effect.sync(act)))
        const store = OutboxStore.of({
          load: Effect.sync(() => [...kept.values()]),
          put: (rows) => onDisk("put", () => rows.forEach((row) => void kept.set(row.id, row))),
          remove: (ids) => onDisk("remove", () => ids.forEach((id) => void kept.delete(id)))
        })
        const ports = Layer.mergeAll(server.layer, Layer.succeed(OutboxStore, store), ClientStoreMemory)
        yield* withClient(ports, (client) =>
          Effect.gen(function* () {
            server.opens = "refused"
            server.live?.end(1006)
            yield* pass(0)
            const [regretted, typo] = [client.post(room, "regretted"), client.post(room, "typo")]
            yield* pass(10)
            assert.strictEqual(kept.size, 2)
            disk.broken = true
            if (regretted._tag === "Queued") client.withdraw(regretted.id)
            if (typo._tag === "Queued") client.rewrite(typo.id, "fixed")
            yield* pass(10)
            disk.broken = false
            yield* pass(2_000)
            assert.deepStrictEqual(
              [...kept.values()].map(({ body }) => body),
              [{ kind: "post", text: "fixed" }]
            )
          })
        )
        server.opens = "at once"
        yield* withClient(ports, () => pass(60_000))
        assert.deepStrictEqual(server.texts(), ["fixed"])
      })
  )

  it.effect(
    "says that its outbox is not kept from the first refusal until the store takes it, also while it is tried again",
    () =>
      Effect.gen(function* () {
        const server = new ScriptedServer()
        server.opens = "refused"
        const disk = { full: false, puts: 0 }
        const full = new OutboxStoreFailed({ operation: "put", cause: "full" })
        const store = OutboxStore.of({
          load: Effect.succeed([]),
          // Takes a second to say so.
          put: () =>
            Effect.suspend(() => {
              disk.puts++
              return disk.full ? Effect.delay(full, 1_000) : Effect.void
            }),
          remove: () => Effect.void
        })
        yield* withClient(
          Layer.mergeAll(server.layer, Layer.succeed(OutboxStore, store), ClientStoreMemory),
          (client) =>
            Effect.gen(function* () {
              const rows = () => client.feed(room)?.pending.map(({ unkept }) => unkept)
              client.post(room, "kept")
              yield* pass(10)
              assert.isFalse(client.inspect().unkept)
              disk.full = true
              client.post(room, "not kept")
              assert.deepStrictEqual(rows(), [undefined, "writing"])
              yield* pass(1_000)
              assert.isTrue(client.inspect().unkept)
              assert.deepStrictEqual(rows(), [undefined, "refused"])
              yield* pass(1_000)
              assert.deepStrictEqual([disk.puts, client.inspect().unkept], [3, true])
              disk.full = false
              yield* passEach(4)
              assert.isFalse(client.inspect().unkept)
              assert.deepStrictEqual(rows(), [undefined, undefined])
            })
        )
      })
  )

  it.effect("asks at once for what failed without a connection when there is one again", () =>
    Effect.gen(function* () {
      const server = new ScriptedServer()
      server.post("a")
      server.opens = "refused"
      server.callsFail = true
      yield* withClient(Layer.mergeAll(server.layer, OutboxStoreMemory, ClientStoreMemory), (client) =>
        Effect.gen(function* () {
          yield* passEach(64)
          assert.strictEqual(client.conversations().length, 0)
          server.opens = "at once"
          server.callsFail = false
          client.retryNow()
          yield* passEach(2)
          assert.strictEqual(client.status()._tag, "live")
          assert.isAbove(client.conversations().length, 0)
        })
      )
    }).pipe(Effect.withRandom(Random.make("client")))
  )

  it.effect("rests while kept rows lie there that nobody opens", () =>
    Effect.gen(function* () {
      const server = new ScriptedServer()
      server.post("a")
      server.post("b", room2)
      const { count, counted } = turnCounter()
      const ports = Layer.mergeAll(server.layer, OutboxStoreMemory, Layer.succeed(ClientStore, clientStoreMemory()))
      const life = withClient(
        ports,
        (client) =>
          Effect.gen(function* () {
            client.setVisible(false)
            yield* passEach(10)
            // Pings of a hidden page are far apart.
            assert.isAtMost(yield* turnsIn(count, passEach(50)), 10)
          }),
        me
      )
      yield* counted(life)
      yield* counted(life)
    })
  )

  it.effect("rests while a line that failed waits for a snapshot", () =>
    Effect.gen(function* () {
      const server = new ScriptedServer()
      const { count, counted } = turnCounter()
      const source = yield* Effect.provide(SnapshotSource, server.layer)
      let broken = false
      const slow = SnapshotSource.of({
        ...source,
        snapshot: Effect.suspend(() => (broken ? Effect.never : source.snapshot)),
        conversation: (id) =>
          Effect.suspend(() =>
            broken
              ? Effect.zipRight(Effect.sleep(100), new SourceUnavailable({ cause: "down" }))
              : source.conversation(id)
          )
      })
      const ports = Layer.mergeAll(
        server.layer,
        Layer.succeed(SnapshotSource, slow),
        OutboxStoreMemory,
        ClientStoreMemory
      )
      yield* counted(
        withClient(ports, (client) =>
          Effect.gen(function* () {
            client.setVisible(false)
            yield* pass(3_000)
            broken = true
            for (const id of [room, personal]) server.live?.sentTo.set(id, 9)
            server.live?.send({ op: "behind", conversationId: room, head: 9 })
            yield* pass(10)
            server.live?.send({ op: "behind", conversationId: personal, head: 9 })
            yield* pass(200)
            yield* pass(1_500)
            assert.isAtMost(yield* turnsIn(count, pass(100)), 5)
          })
        )
      )
    })
  )

  it.effect("rests while receipts that failed wait for the list of a store that was restored", () =>
    Effect.gen(function* () {
      const server = new ScriptedServer()
      const { count, counted } = turnCounter()
      const source = yield* Effect.provide(SnapshotSource, server.layer)
      let [hangs, fails] = [false, false]
      const slow = SnapshotSource.of({
        ...source,
        snapshot: Effect.suspend(() =>
          hangs
            ? Effect.never
            : Effect.map(source.snapshot, (all) => ({
                ...all,
                conversations: all.conversations.map((line) => ({ ...line, kind: "direct" as const }))
              }))
        ),
        receipts: (id) => Effect.suspend(() => (fails ? new SourceUnavailable({ cause: "down" }) : source.receipts(id)))
      })
      const ports = Layer.mergeAll(
        server.layer,
        Layer.succeed(SnapshotSource, slow),
        OutboxStoreMemory,
        ClientStoreMemory
      )
      yield* counted(
        withClient(ports, (client) =>
          Effect.gen(function* () {
            fails = true
            client.open(room)
            client.setVisible(false)
            yield* pass(500)
            hangs = true
            server.restore()
            yield* Effect.repeatN(pass(500), 11)
            assert.isAtMost(yield* turnsIn(count, pass(100)), 5)
          })
        )
      )
    })
  )

  it.effect("tells that nobody is active here though much waits to be sent, and rests meanwhile", () =>
    Effect.gen(function* () {
      const server = new ScriptedServer()
      for (let n = 0; n < 300; n++) server.post("a", ConversationId.make(uuid(0x10_000 + n)))
      const { count, counted } = turnCounter()
      yield* counted(
        withClient(Layer.mergeAll(server.layer, OutboxStoreMemory, ClientStoreMemory), (client) =>
          Effect.gen(function* () {
            yield* pass(5_000)
            for (const { conversationId } of client.conversations()) client.post(conversationId, "to all")
            yield* pass(10)
            client.setActive(false)
            assert.isAtMost(yield* turnsIn(count, Effect.repeatN(Effect.yieldNow(), 500)), 20)
            yield* Effect.repeatN(pass(100), 4)
            assert.lengthOf(server.ops("presence"), 1)
          })
        )
      )
    })
  )

  it.effect("rests when nobody looks before anything is known", () =>
    Effect.gen(function* () {
      const server = new ScriptedServer()
      server.opens = "never"
      server.callsFail = true
      const { count, counted } = turnCounter()
      yield* withClient(Layer.mergeAll(server.layer, OutboxStoreMemory, ClientStoreMemory), (client) =>
        Effect.gen(function* () {
          client.setVisible(false)
          yield* pass(0)
          assert.isAtMost(yield* turnsIn(count, pass(100)), 3)
        })
      ).pipe(counted)
    })
  )

  it.effect("sends while its store does not answer, after the time of one read", () =>
    Effect.gen(function* () {
      const server = new ScriptedServer()
      const ids = Array.from({ length: 16 }, (_, n) => ConversationId.make(uuid(0x10_000 + n)))
      for (const id of ids) server.post("a", id)
      const store = ClientStore.of({
        ...clientStoreMemory(),
        load: Effect.succeed({ epoch: server.epoch, cursors: ids.map((id) => [id, 1] as const), reads: [] }),
        feed: () => Effect.never
      })
      yield* withClient(
        Layer.mergeAll(server.layer, OutboxStoreMemory, Layer.succeed(ClientStore, store)),
        (client) =>
          Effect.gen(function* () {
            for (const id of ids) server.post("b", id)
            yield* pass(10)
            client.post(room, "mine")
            yield* passEach(6)
            assert.include(server.texts(), "mine")
            // Ends what still reads.
            yield* passEach(10)
          }),
        me
      )
    }).pipe(Effect.withRandom(Random.make("client")))
  )
})
