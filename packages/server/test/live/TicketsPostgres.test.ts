/** Tickets keep their contract on Postgres, where those of a cluster lie that a device asks for. */
import { randomUUID } from "node:crypto"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import { DeviceId, UserId } from "@hibiki/core/domain/Ids"
import { TicketsInProcess } from "@hibiki/core/inprocess/TicketsInProcess"
import { Tickets, TicketsUnavailable } from "@hibiki/core/ports/Tickets"
import { SecretsMemory } from "@hibiki/testing/accounts/SecretsMemory"
import { ticketsContract } from "@hibiki/testing/contracts/TicketsContract"
import { Context, Duration, Effect, Layer } from "effect"
import { HotTickets, StoredTickets, TicketsCluster } from "../../src/roles/TicketsCluster.ts"
import { TicketsSql } from "../../src/sql/TicketsSql.ts"
import { freshDatabase, liveClient } from "./liveKit.ts"

const live = { excludeTestServices: true } as const
const database = liveClient(12).pipe(Layer.provideMerge(freshDatabase))
const onPostgres = TicketsSql.pipe(Layer.provide(SecretsMemory), Layer.provideMerge(database))
const owner = Effect.sync(() => ({
  userId: UserId.make(randomUUID()),
  deviceId: DeviceId.make(randomUUID()),
  sessionVersion: 3
}))
const ttl = Duration.seconds(30)

layer(onPostgres, live)("Tickets on Postgres", (it) =>
  ticketsContract({ it, assert, pass: (time) => Effect.sleep(time) })
)

describe("tickets in Postgres", () => {
  layer(
    onPostgres,
    live
  )((it) => {
    it.effect("are kept as hashes, and those that nobody used go when others come", () =>
      Effect.gen(function* () {
        const [tickets, sql] = [yield* Tickets, yield* SqlClient.SqlClient]
        const ann = yield* owner
        const lapsed = yield* Effect.replicateEffect(tickets.issue(ann, "", Duration.millis(1), "open"), 30)
        const kept = Effect.map(sql<{ hash: string }>`select hash from tickets`, (rows) => rows.map(({ hash }) => hash))
        assert.strictEqual(
          (yield* kept).some((hash) => lapsed.includes(hash)),
          false
        )
        yield* Effect.sleep("5 millis")
        yield* Effect.replicateEffect(tickets.issue(ann, "", ttl, "open"), 2)
        assert.strictEqual((yield* kept).length, 2)
      })
    )

    it.effect("are of the sign-in as it is now, and not as the process that issues them remembers it", () =>
      Effect.gen(function* () {
        const [tickets, sql] = [yield* Tickets, yield* SqlClient.SqlClient]
        const remembered = yield* owner
        const { deviceId, userId } = remembered
        yield* sql`insert into users (id, handle, display_name, created_at) values (${userId}, ${`h${userId.slice(0, 8)}`}, 'ann', 0)`
        yield* sql`
          insert into devices (id, user_id, name, kind, created_at, last_used_at, session_version)
          values (${deviceId}, ${userId}, 'one', 'browser', 0, 0, ${remembered.sessionVersion + 1})`
        const ticket = yield* tickets.issue(remembered, "", ttl, "open")
        assert.deepStrictEqual(yield* tickets.redeem(ticket, ""), {
          ...remembered,
          sessionVersion: remembered.sessionVersion + 1
        })
      })
    )
  })
})

/** One process, from which Redis may be away. */
const stage = Effect.gen(function* () {
  const state = { away: false }
  const hot = Context.get(yield* Layer.build(TicketsInProcess), Tickets)
  const unless = <A>(call: Effect.Effect<A, TicketsUnavailable>) =>
    Effect.suspend(() => (state.away ? Effect.fail(new TicketsUnavailable({ cause: "away" })) : call))
  const here = TicketsCluster.pipe(
    Layer.provide(
      Layer.succeed(HotTickets, {
        issue: (...given) => unless(hot.issue(...given)),
        redeem: (...given) => unless(hot.redeem(...given))
      })
    ),
    Layer.provide(Layer.effect(StoredTickets, Tickets))
  )
  return { state, tickets: Context.get(yield* Layer.build(here), Tickets) } as const
})

describe("a cluster's tickets", () => {
  layer(
    onPostgres.pipe(Layer.provideMerge(SecretsMemory)),
    live
  )((it) => {
    it.scoped("for a later socket lie in Redis, and what lies in one place is not looked for in the other", () =>
      Effect.gen(function* () {
        const [{ tickets }, sql, ann] = [yield* stage, yield* SqlClient.SqlClient, yield* owner]
        const ticket = yield* tickets.issue(ann, "", ttl, "resume")
        assert.deepStrictEqual(yield* sql`select hash from tickets`, [])
        assert.strictEqual(yield* tickets.redeem(`stored_${ticket}`, ""), undefined)
        assert.deepStrictEqual(yield* tickets.redeem(ticket, ""), ann)
      })
    )

    it.scoped("that a device asks for are good once, whether Redis is there or not", () =>
      Effect.gen(function* () {
        const [{ state, tickets }, ann] = [yield* stage, yield* owner]
        for (const away of [true, false]) {
          state.away = away
          const ticket = yield* tickets.issue(ann, "", ttl, "open")
          // As the protocol has it.
          assert.match(ticket, /^[A-Za-z0-9_-]{1,128}$/)
          assert.deepStrictEqual(yield* tickets.redeem(ticket, ""), ann)
          assert.strictEqual(yield* tickets.redeem(ticket, ""), undefined)
        }
      })
    )

    it.scoped(
      "that a device asks for are good at a gateway from which Redis alone is away, and once among all gateways",
      () =>
        Effect.gen(function* () {
          const [api, cut, ann] = [yield* stage, yield* stage, yield* owner]
          cut.state.away = true
          const [one, two] = [
            yield* api.tickets.issue(ann, "", ttl, "open"),
            yield* api.tickets.issue(ann, "", ttl, "open")
          ]
          assert.deepStrictEqual(yield* cut.tickets.redeem(one, ""), ann)
          assert.strictEqual(yield* api.tickets.redeem(one, ""), undefined)
          assert.deepStrictEqual(yield* api.tickets.redeem(two, ""), ann)
          assert.strictEqual(yield* cut.tickets.redeem(two, ""), undefined)
        })
    )

    it.scoped("for a later socket are not made while Redis is away: its device fetches one", () =>
      Effect.gen(function* () {
        const [{ state, tickets }, sql, ann] = [yield* stage, yield* SqlClient.SqlClient, yield* owner]
        state.away = true
        assert.strictEqual((yield* Effect.flip(tickets.issue(ann, "", ttl, "resume")))._tag, "TicketsUnavailable")
        assert.deepStrictEqual(yield* sql`select hash from tickets`, [])
      })
    )
  })
})
