/**
 * What stands in the database's address takes nothing away that Hibiki relies on, and what is dropped on the way is
 * found by the checks.
 */
import { connect, createServer, type Socket } from "node:net"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { checkPostgres } from "../../src/sql/checkPostgres.ts"
import { sqlPostgres } from "../../src/sql/SqlPostgres.ts"
import { freshDatabase, LiveDatabase } from "./liveKit.ts"

interface Session {
  readonly sync: string
  readonly isolation: string
  readonly jit: string
  readonly path: string
  readonly application: string
  readonly statement: string
  readonly lock: string
  readonly idle: string
}

const session = (url: string): Effect.Effect<Session | undefined, unknown> =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql<Session>`
      select current_setting('synchronous_commit') as sync, current_setting('default_transaction_isolation') as isolation,
        current_setting('jit') as jit, current_setting('search_path') as path, current_setting('application_name') as application,
        current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
        current_setting('idle_in_transaction_session_timeout') as idle`
  ).pipe(
    Effect.map(([row]) => row),
    Effect.provide(sqlPostgres({ url: Redacted.make(url), connections: 1, application: "hibiki api log" }))
  )

const asked: Session = {
  ...{ sync: "on", isolation: "read committed", jit: "off", path: '"$user", public' },
  ...{ application: "hibiki api log", statement: "5s", lock: "2s", idle: "10s" }
}

const addressOf = Effect.map(LiveDatabase, ({ url }) => Redacted.value(url))

/** Sets a default of the database until the test ends. */
const byDefault = (setting: string, value: string) =>
  Effect.gen(function* () {
    const url = yield* addressOf
    const alter = (change: string) =>
      Effect.flatMap(SqlClient.SqlClient, (sql) =>
        sql.unsafe(`alter database ${new URL(url).pathname.slice(1)} ${change}`)
      ).pipe(
        Effect.provide(sqlPostgres({ url: Redacted.make(url), connections: 1, application: "setter" })),
        Effect.orDie
      )
    yield* Effect.acquireRelease(alter(`set ${setting} = ${value}`), () => alter(`reset ${setting}`))
  })

/**
 * The first packet without one of its pairs: its length, the protocol's version, and names with their values, each
 * ended by a zero.
 */
const without = (name: string, packet: Buffer): Buffer => {
  const words = packet.subarray(8).toString("latin1").split("\0")
  const at = words.findIndex((word, n) => n % 2 === 0 && word === name)
  if (at >= 0) words.splice(at, 2)
  const rest = Buffer.from(words.join("\0"), "latin1")
  const head = Buffer.from(packet.subarray(0, 8))
  head.writeInt32BE(rest.length + 8)
  return Buffer.concat([head, rest])
}

/** A way to the server that drops the options of each connection, as a pooler does that was told to ignore them. */
const pooled = Effect.gen(function* () {
  const target = new URL(yield* addressOf)
  const [host, port] = [target.hostname, Number(target.port)]
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    const upstream = connect(port, host)
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket]
    ] as const) {
      sockets.add(one)
      one.on("error", () => undefined).on("close", () => other.destroy())
    }
    upstream.pipe(socket)
    socket.once("data", (packet) => {
      upstream.write(without("options", Buffer.from(packet)))
      socket.pipe(upstream)
    })
  })
  yield* Effect.async<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void)))
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      server.close()
      for (const socket of sockets) socket.destroy()
    })
  )
  const address = server.address()
  target.port = String(typeof address === "object" && address !== null ? address.port : 0)
  return Redacted.make(target.href)
})

describe("the database's address", () => {
  layer(freshDatabase, { excludeTestServices: true })((it) => {
    it.scoped("changes nothing of what is relied on, whatever stands in it, and its other options are taken", () =>
      Effect.gen(function* () {
        const url = yield* addressOf
        yield* byDefault("synchronous_commit", "off")
        assert.deepStrictEqual(yield* session(url), asked)
        assert.deepStrictEqual(yield* session(`${url}?options=-csearch_path%3Dpublic`), { ...asked, path: "public" })
        assert.deepStrictEqual(yield* session(`${url}?application_name=chat&statement_timeout=0&lock_timeout=1`), asked)
        const all = `${url}?sslmode=disable&options=-c+synchronous_commit%3Doff%20-c%20search_path=a,%5C%20b&fallback_application_name=x&idle_in_transaction_session_timeout=1&query_timeout=1`
        assert.deepStrictEqual(yield* session(all), { ...asked, path: "a, b" })
      })
    )

    it.scoped("that leads to where the options are dropped is refused by the check, which says why", () =>
      Effect.gen(function* () {
        const url = yield* pooled
        yield* checkPostgres(url)
        yield* byDefault("synchronous_commit", "off")
        const weak = yield* Effect.flip(checkPostgres(url))
        assert.strictEqual(weak.reason, "unsafe")
        assert.include(weak.sentence, "synchronous_commit is off")
        yield* checkPostgres((yield* LiveDatabase).url)
      })
    )

    it.scoped("is refused by the check where transactions begin as other ones than is relied on", () =>
      Effect.gen(function* () {
        yield* byDefault("default_transaction_isolation", "'repeatable read'")
        const other = yield* Effect.flip(checkPostgres(yield* pooled))
        assert.strictEqual(other.reason, "unsafe")
        assert.include(other.sentence, "repeatable read")
        yield* checkPostgres((yield* LiveDatabase).url)
      })
    )
  })
})
