/** Times the append: microseconds per post or read at several batch sizes, on a private Postgres and on PGlite. */

import { randomBytes, randomUUID } from "node:crypto"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as SqlClient from "@effect/sql/SqlClient"
import type { Command } from "@hibiki/core/commands/Command"
import { CommandId, ConversationId, type Epoch, personalLog, UserId } from "@hibiki/core/domain/Ids"
import { uuidV7 } from "@hibiki/core/domain/Uuid"
import { EventStore } from "@hibiki/core/ports/EventStore"
import { Effect, Layer, Redacted } from "effect"
import { SqlPglite } from "../src/pglite/SqlPglite.ts"
import { EventStoreSql } from "../src/sql/EventStoreSql.ts"
import { migrate } from "../src/sql/Migrations.ts"
import { sqlPostgres } from "../src/sql/SqlPostgres.ts"
import { startPrivatePostgres } from "../test/live/privatePostgres.ts"
import { cpuMicrosOf } from "./kit/cpuTime.ts"

const sizes = [1, 20, 100, 300]
const conversations = 2_000
const rowsBefore = Number(process.argv[2] ?? 100_000)
const seconds = Number(process.argv[3] ?? 3)
const subject = process.argv[5] === "reads" ? "read" : "post"

interface Pair {
  readonly log: ConversationId
  readonly users: readonly [UserId, UserId]
}

// Straight into the tables: what is timed is the append of posts.
const fill = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const pairs = Array.from(
    { length: conversations },
    (): Pair => ({
      log: ConversationId.make(randomUUID()),
      users: [UserId.make(randomUUID()), UserId.make(randomUUID())]
    })
  )
  const json = JSON.stringify(pairs.map(({ log, users }) => ({ log, a: users[0], b: users[1] })))
  const from = "jsonb_to_recordset($1::jsonb) as p(log uuid, a uuid, b uuid)"
  yield* sql.unsafe(`insert into conversations (id, kind, members) select log, 'direct', 2 from ${from}`, [json])
  yield* sql.unsafe(
    `insert into memberships (conversation_id, user_id, role, joined_seq) select log, u, 'member', 0 from ${from}, unnest(array[a, b]) u`,
    [json]
  )
  if (subject === "read") yield* fillReaders(json)
  return pairs
})

// Each has a log of a million events to read, and a personal log.
const fillReaders = (json: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const each = "jsonb_to_recordset($1::jsonb) as p(log uuid, a uuid, b uuid), unnest(array[a, b]) u"
    yield* sql.unsafe("update conversations set last_seq = 1000000 where kind = 'direct'")
    yield* sql.unsafe(`insert into conversations (id, kind, members) select u, 'personal', 1 from ${each}`, [json])
    yield* sql.unsafe(`insert into read_cursors (user_id, conversation_id, read_up_to) select u, log, 0 from ${each}`, [
      json
    ])
  })

let readUpTo = 0
/** Each further than the one before it, so that every one moves a cursor. */
const read = (pair: Pair, epoch: Epoch): Command => {
  const by = pair.users[Math.random() < 0.5 ? 0 : 1]
  return {
    ...post(pair, epoch),
    log: personalLog(by),
    by,
    body: { kind: "read", conversationId: pair.log, upTo: ++readUpTo }
  }
}

const post = (pair: Pair, epoch: Epoch): Command => ({
  log: pair.log,
  id: CommandId.make(uuidV7(Date.now(), randomBytes(10))),
  by: pair.users[Math.random() < 0.5 ? 0 : 1],
  device: null,
  epoch,
  body: { kind: "post", text: "a message of the usual length, some sixty letters of text or so" }
})

const bench = (name: string, cpu: Effect.Effect<() => number, unknown, SqlClient.SqlClient>) =>
  Effect.gen(function* () {
    yield* migrate()
    const pairs = yield* fill
    const store = yield* EventStore
    const make = subject === "read" ? read : post
    const cpuNow = yield* cpu
    const batch = (size: number) =>
      Array.from({ length: size }, () => make(pairs[Math.floor(Math.random() * pairs.length)] as Pair, store.epoch))
    const run = (size: number, until: (posts: number, startedAt: number) => boolean) =>
      Effect.gen(function* () {
        const startedAt = performance.now()
        const cpuBefore = cpuNow()
        let posts = 0
        while (until(posts, startedAt)) {
          const { decisions } = yield* store.append(batch(size))
          if (decisions.some(({ _tag }) => _tag !== "Appended")) return yield* Effect.dieMessage("not all were stored")
          posts += size
        }
        return { wall: ((performance.now() - startedAt) * 1_000) / posts, cpu: (cpuNow() - cpuBefore) / posts, posts }
      })
    for (const round of ["empty", "filled"]) {
      for (const size of sizes) {
        yield* run(size, (posts) => posts < size * 20)
        const { cpu, posts, wall } = yield* run(size, (_, startedAt) => performance.now() - startedAt < seconds * 1_000)
        console.log(
          `${name}, ${round}: batch ${size}: ${wall.toFixed(1)} µs a ${subject}, ${cpu.toFixed(1)} µs of CPU (${posts} ${subject}s)`
        )
      }
      if (round === "empty") yield* run(300, (posts) => posts < rowsBefore)
    }
  })

const onPostgres = Effect.acquireUseRelease(
  Effect.promise(startPrivatePostgres),
  ({ url, version }) => {
    const backend = Effect.map(
      Effect.flatMap(SqlClient.SqlClient, (sql) => sql<{ pid: number }>`select pg_backend_pid() as pid`),
      ([row]) =>
        () =>
          cpuMicrosOf(row?.pid ?? 0)
    )
    const client = sqlPostgres({
      url: Redacted.make(url),
      connections: 1,
      application: "bench",
      statementTimeoutMs: 60_000
    })
    return bench(version, backend).pipe(
      Effect.provide(EventStoreSql.pipe(Layer.provideMerge(Layer.effectDiscard(migrate())), Layer.provideMerge(client)))
    )
  },
  ({ stop }) => Effect.promise(stop)
)

const onPglite = Effect.acquireUseRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "hibiki-bench-"))),
  (folder) =>
    bench(
      "PGlite",
      Effect.succeed(() => process.cpuUsage().user + process.cpuUsage().system)
    ).pipe(
      Effect.provide(
        EventStoreSql.pipe(
          Layer.provideMerge(Layer.effectDiscard(migrate())),
          Layer.provideMerge(SqlPglite.layer({ folder }))
        )
      )
    ),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

await Effect.runPromise(
  Effect.zipRight(
    process.argv[4] === "pglite" ? Effect.void : onPostgres,
    process.argv[4] === "postgres" ? Effect.void : onPglite
  )
)
