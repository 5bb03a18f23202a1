import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Random, TestClock } from "effect"
import { SocketFactory } from "../../src/client/connection/SocketFactory.ts"
import { TicketSource } from "../../src/client/connection/TicketSource.ts"
import { SnapshotSource, SourceNotFound, SourceUnavailable } from "../../src/client/feed/SnapshotSource.ts"
import { type HibikiClient, makeHibikiClient } from "../../src/client/HibikiClient.ts"
import { ClientStoreMemory, OutboxStoreMemory } from "../../src/client/store/ClientStoreMemory.ts"
import { type ConversationId, DeviceId, InstanceId, type UserId } from "../../src/domain/Ids.ts"
import type { MessageRow } from "../../src/domain/MessageRow.ts"
import { isKnownRow } from "../../src/domain/RowKinds.ts"
import { makeUuidV7 } from "../../src/domain/Uuid.ts"
import { defaultGatewaySettings } from "../../src/gateway/GatewaySettings.ts"
import { Conversations, type PageFrom } from "../../src/ports/Conversations.ts"
import { makeWorld } from "../world/ChatWorld.ts"
import { group } from "../world/logRuns.ts"

type World = Effect.Effect.Success<ReturnType<typeof makeWorld>>

const settle = Effect.repeatN(Effect.yieldNow(), 100)
const pass = (ms: number) => Effect.zipRight(settle, Effect.zipRight(TestClock.adjust(ms), settle))

/** Links of one device. A cut loses what is on its way in both directions, and each side learns of it on its own. */
class Links {
  cuts = 0
  #end: (() => void) | undefined
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  cut(): void {
    if (this.#end !== undefined) this.cuts++
    this.#end?.()
    this.#end = undefined
  }

  readonly layer = Layer.succeed(
    SocketFactory,
    SocketFactory.of({
      open: (handlers) => {
        let isUp = true
        const later = (act: () => void) => queueMicrotask(() => isUp && act())
        const end = (code: number) => {
          if (!isUp) return
          isUp = false
          handlers.onClose(code)
        }
        const connection = this.#world.gateway.connect({
          address: "127.0.0.1",
          origin: "",
          write: (frames) => later(() => frames.forEach((frame) => handlers.onMessage(frame.text))),
          bufferedBytes: () => 0,
          silentMs: () => 0,
          setReading: () => undefined,
          close: ({ code }) => queueMicrotask(() => end(code))
        })
        this.#end = () => {
          end(1006)
          connection.closed()
        }
        later(handlers.onOpen)
        return {
          send: (text) => later(() => connection.text(text)),
          close: () => {
            isUp = false
            connection.closed()
          }
        }
      }
    })
  )
}

const sourceOf = (world: World, user: UserId, failing: { now: boolean }) =>
  world.provide(
    Effect.map(Conversations, (conversations) => {
      const found = <A>(read: Effect.Effect<A | undefined, unknown>) =>
        Effect.suspend(() => (failing.now ? Effect.fail(new SourceUnavailable({ cause: "down" })) : read)).pipe(
          Effect.mapError((cause) => new SourceUnavailable({ cause })),
          Effect.flatMap((value) => (value === undefined ? Effect.fail(new SourceNotFound()) : Effect.succeed(value)))
        )
      return Layer.succeed(
        SnapshotSource,
        SnapshotSource.of({
          snapshot: Effect.catchTag(
            found(conversations.snapshot(user)),
            "SourceNotFound",
            (cause) => new SourceUnavailable({ cause })
          ),
          conversation: (id) => found(conversations.summary(user, id)),
          page: ({ before, conversationId, limit }) => {
            const from: PageFrom = before === undefined ? { _tag: "Latest" } : { _tag: "Before", seq: before }
            return found(conversations.page(user, conversationId, from, limit ?? 10))
          },
          changedSince: ({ asOf, conversationId, from, to }) =>
            found(conversations.changedSince(user, conversationId, asOf, from, to)),
          receipts: () => Effect.succeed([])
        })
      )
    })
  )

const makeClient = (world: World, user: UserId) =>
  Effect.gen(function* () {
    const device = DeviceId.make(yield* makeUuidV7)
    const links = new Links(world)
    const failing = { now: false }
    const layer = Layer.mergeAll(
      links.layer,
      yield* sourceOf(world, user, failing),
      Layer.succeed(TicketSource, TicketSource.of({ fetch: Effect.succeed(`${user}_${device}`) })),
      OutboxStoreMemory,
      ClientStoreMemory
    )
    const client = yield* makeHibikiClient({ device, instance: InstanceId.make(yield* makeUuidV7) }).pipe(
      Effect.provide(layer)
    )
    yield* client.start
    return { client, links, failing, user }
  })

type Actor = Effect.Effect.Success<ReturnType<typeof makeClient>>

const rowsOf = (client: HibikiClient, log: ConversationId): ReadonlyArray<MessageRow> =>
  (client.feed(log)?.entries ?? []).flatMap((entry) => (entry._tag === "row" ? [entry.row] : []))

/** One thing that a person or the network does. */
const act = (actor: Actor, log: ConversationId, seen: Record<string, number>) =>
  Effect.gen(function* () {
    const { client, failing, links } = actor
    const dice = yield* Random.nextIntBetween(0, 20)
    const rows = rowsOf(client, log).filter((row) => row.kind === "posted" && row.deleted === undefined)
    const row = rows[yield* Random.nextIntBetween(0, Math.max(1, rows.length))]
    const ownRows = rows.filter(({ by }) => by === actor.user)
    const own = ownRows[yield* Random.nextIntBetween(0, Math.max(1, ownRows.length))]
    const count = (what: string) => {
      seen[what] = (seen[what] ?? 0) + 1
    }
    if (dice < 9) client.post(log, `t${yield* Random.nextInt}`)
    else if (dice < 11) links.cut()
    else if (dice === 11) failing.now = !failing.now
    else if (dice === 12) yield* Effect.ignore(client.loadOlder(log))
    else if (dice === 13) client.read(log, client.feed(log)?.cursor ?? 0)
    else if (dice === 14) {
      if (client.feed(log)?.pending.length === 0) client.post(log, "meant otherwise")
      const pending = client.feed(log)?.pending[0]
      if (pending !== undefined && client.withdraw(pending.id) === undefined) count("withdrawn")
    } else if (own !== undefined && dice === 15) client.edit(log, own.seq, `e${yield* Random.nextInt}`)
    else if (own !== undefined && dice === 16) client.delete(log, own.seq)
    else if (row !== undefined)
      client.react(log, row.seq, "👍", row.reactions?.some((reaction) => reaction.mine) !== true)
    if (dice % 3 === 0) yield* pass(yield* Random.nextIntBetween(0, 3_000))
  })

const run = (seed: number, seen: Record<string, number>) =>
  Effect.gen(function* () {
    const world = yield* makeWorld()
    const [ann, bob] = [yield* world.user("ann"), yield* world.user("bob")]
    const logs = [yield* world.provide(group(ann, [bob])), yield* world.provide(group(bob, [ann]))]
    const actors = [yield* makeClient(world, ann), yield* makeClient(world, ann), yield* makeClient(world, bob)]
    yield* pass(0)
    for (const { client } of actors) for (const log of logs) client.open(log)
    for (let step = 0; step < 120; step++) {
      const [actor, log] = [
        actors[yield* Random.nextIntBetween(0, actors.length)],
        logs[yield* Random.nextIntBetween(0, 2)]
      ]
      if (actor !== undefined && log !== undefined) yield* act(actor, log, seen)
    }
    for (const { failing } of actors) failing.now = false
    for (let round = 0; round < 12; round++) yield* pass(10_000)
    for (const log of logs) {
      const page = yield* world.provide(Effect.flatMap(Conversations, (c) => c.page(ann, log, { _tag: "Latest" }, 200)))
      for (const { client, links, user } of actors) {
        for (let pages = 0; pages < 30; pages++) yield* Effect.zipRight(client.loadOlder(log), settle)
        const own = yield* world.provide(
          Effect.flatMap(Conversations, (c) => c.page(user, log, { _tag: "Latest" }, 200))
        )
        assert.strictEqual(client.status()._tag, "live", `seed ${seed}`)
        assert.deepStrictEqual(rowsOf(client, log), own?.rows ?? [], `seed ${seed}`)
        assert.deepStrictEqual(
          client.feed(log)?.pending.filter((post) => post.state !== "failed"),
          [],
          `seed ${seed}`
        )
        const line = yield* world.provide(Effect.flatMap(Conversations, (c) => c.summary(user, log)))
        assert.deepStrictEqual(
          client.conversations().find((summary) => summary.conversationId === log),
          line,
          `seed ${seed}`
        )
        seen["cuts"] = (seen["cuts"] ?? 0) + links.cuts
      }
      const rows = page?.rows.filter(isKnownRow) ?? []
      assert.strictEqual(new Set(rows.map((row) => row.id)).size, rows.length)
      seen["rows"] = (seen["rows"] ?? 0) + rows.length
      seen["edited"] = (seen["edited"] ?? 0) + rows.filter((row) => row.editedAt !== undefined).length
      seen["deleted"] = (seen["deleted"] ?? 0) + rows.filter((row) => row.deleted === true).length
    }
  }).pipe(Effect.scoped, Effect.withRandom(Random.make(seed)))

describe("clients at a real gateway with links that are cut", () => {
  it.effect(
    "end with the rows, list and counts that the store has",
    () =>
      Effect.gen(function* () {
        const seen: Record<string, number> = {}
        for (let seed = 1; seed <= 4; seed++) yield* run(seed, seen)
        for (const what of ["cuts", "rows", "edited", "deleted"]) assert.isAbove(seen[what] ?? 0, 3, what)
        assert.isAbove(seen["withdrawn"] ?? 0, 0)
      }),
    120_000
  )
})

describe("a client with much to send", () => {
  it.effect(
    "sends what waited without a network as fast as one may send to one conversation, in its order, and nothing is lost",
    () =>
      Effect.gen(function* () {
        const { sends, sendsInOne } = defaultGatewaySettings
        const world = yield* makeWorld({ settings: { sends, sendsInOne } })
        const ann = yield* world.user("ann")
        const log = yield* world.provide(group(ann, []))
        const { client } = yield* makeClient(world, ann)
        const texts = Array.from({ length: 200 }, (_, n) => `${n}`)
        client.open(log)
        for (const text of texts) client.post(log, text)
        const stored = world.provide(
          Effect.map(
            Effect.flatMap(Conversations, (c) => c.page(ann, log, { _tag: "Latest" }, 200)),
            (page) => (page?.rows ?? []).filter(isKnownRow).flatMap((row) => (row.kind === "posted" ? [row.text] : []))
          )
        )
        let seconds = 0
        for (; (yield* stored).length < texts.length && seconds < 120; seconds++) {
          assert.isAtMost((yield* stored).length, sendsInOne.burst + 50 + seconds * sendsInOne.ratePerSecond)
          for (let step = 0; step < 10; step++) yield* pass(100)
        }
        assert.deepStrictEqual(yield* stored, texts)
        const least = (texts.length - sendsInOne.burst - 50) / sendsInOne.ratePerSecond
        assert.isAtLeast(seconds, Math.floor(least))
        assert.isAtMost(seconds, least + 20)
      }).pipe(Effect.scoped)
  )
})
