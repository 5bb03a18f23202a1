/** A Postgres that goes on on another timeline is noticed once, by a role that may nothing in particular. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Metric, Redacted } from "effect"
import { Client } from "pg"
import { postgresPromotions } from "../../src/sql/PostgresMetrics.ts"
import { sqlPostgres } from "../../src/sql/SqlPostgres.ts"
import { makeTimelineLook } from "../../src/sql/TimelineWatch.ts"
import { startPrivatePostgres } from "./privatePostgres.ts"

const promotions = Effect.map(Metric.value(postgresPromotions), ({ count }) => count)
/** On a connection of its own, as the pools of Hibiki keep away from a standby. */
const asked = async (url: string, statement: string) => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 120_000, query_timeout: 120_000 })
  await client.connect()
  try {
    return ((await client.query(statement)) as { readonly rows: ReadonlyArray<unknown> }).rows
  } finally {
    client.end(() => undefined)
  }
}
const clientAt = (url: string) => sqlPostgres({ url: Redacted.make(url), connections: 1, application: "hibiki-test" })

describe("a promoted Postgres", () => {
  it.scopedLive(
    "is told of once",
    () =>
      Effect.gen(function* () {
        const postgres = yield* Effect.acquireRelease(
          Effect.promise(() => startPrivatePostgres()),
          ({ stop }) => Effect.promise(() => stop())
        )
        const admin = (statement: string) => Effect.promise(() => asked(postgres.url, statement))
        yield* admin("create role plain login")
        const [found] = (yield* admin("select current_setting('data_directory') as folder")) as ReadonlyArray<{
          readonly folder: string
        }>
        const url = new URL(postgres.url)
        url.username = "plain"
        yield* Effect.gen(function* () {
          const look = yield* makeTimelineLook
          // The connection of before the restart is lost at the first question.
          const lookAgain = Effect.retry(look, { times: 2 })
          const before = yield* promotions
          yield* look
          yield* Effect.promise(() => postgres.halt("fast"))
          yield* Effect.promise(() => postgres.start())
          yield* lookAgain
          assert.strictEqual(yield* promotions, before, "a restart is none")
          yield* Effect.promise(() => postgres.halt("fast"))
          writeFileSync(join(found?.folder ?? "", "standby.signal"), "")
          yield* Effect.promise(() => postgres.start())
          assert.strictEqual((yield* Effect.either(lookAgain))._tag, "Left", "a standby tells none")
          yield* admin("select pg_promote()")
          yield* lookAgain
          assert.strictEqual(yield* promotions, before + 1)
          yield* look
          assert.strictEqual(yield* promotions, before + 1)
        }).pipe(Effect.provide(clientAt(url.href)))
      }),
    90_000
  )
})
