/**
 * The SqlClient of the cluster mode: a pool of pg connections, which detects a silent network and a restart of the
 * server.
 */
import type { SqlClient } from "@effect/sql/SqlClient"
import * as PgClient from "@effect/sql-pg/PgClient"
import { releaseWithin } from "@hibiki/core/fibers/Time"
import { readAtLook } from "@hibiki/core/metrics/declareMetric"
import { Effect, Layer, Metric, type Redacted } from "effect"
import { Client, type ClientConfig, type Connected, Pool } from "pg"
import { poolConnections, poolWaiting, postgresBroken, postgresUnreached } from "./PostgresMetrics.ts"
import { postgresConnection } from "./postgresConnection.ts"

export interface PostgresOptions {
  readonly url: Redacted.Redacted
  /** The pool's size. */
  readonly connections: number
  /** Shown in pg_stat_activity. */
  readonly application: string
  /** The server cancels a statement that runs longer; half a second later the client gives up as well. */
  readonly statementTimeoutMs?: number | undefined
  /**
   * How long a query waits for a connection, a new one or a busy one. Less than a call's timeout, and more than a burst
   * lasts.
   */
  readonly connectTimeoutMs?: number | undefined
  /**
   * For appends. Queries made together are sent together. The server ends a transaction that its process leaves open
   * for a second, since it holds the locks of many logs.
   */
  readonly pipelined?: boolean | undefined
  /**
   * The pool replaces an older connection once nobody uses it: the name in the address may lead to another server by
   * then.
   */
  readonly lifetimeMs?: number | undefined
}

/**
 * Each call is a layer with a pool of its own: a process has one for appends and one for reads, so that neither waits
 * for the other. Connects on first use, so that a process starts while Postgres is unreachable.
 */
export const sqlPostgres = (options: PostgresOptions): Layer.Layer<SqlClient> =>
  Layer.orDie(PgClient.layerFromPool({ acquire: acquirePool(options) }))

const defaults = {
  statementTimeoutMs: 5_000,
  connectTimeoutMs: 4_000,
  idleTimeoutMs: 60_000,
  lifetimeMs: 600_000,
  endTimeoutMs: 5_000,
  idleInAppendMs: 1_000
}

const acquirePool = ({
  application,
  connections,
  connectTimeoutMs = defaults.connectTimeoutMs,
  lifetimeMs = defaults.lifetimeMs,
  pipelined = false,
  statementTimeoutMs = defaults.statementTimeoutMs,
  url
}: PostgresOptions) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const pool = new CountedPool({
        ...postgresConnection({ url, application, statementTimeoutMs, connectTimeoutMs }),
        Client: BoundedClient,
        ...(pipelined ? { pipeline: true, idle_in_transaction_session_timeout: defaults.idleInAppendMs } : {}),
        max: connections,
        onConnect: (client) => refuseReadOnly(client, connectTimeoutMs),
        idleTimeoutMillis: defaults.idleTimeoutMs,
        maxLifetimeSeconds: lifetimeMs / 1_000
      })
      // An idle connection that breaks would end the process. The pool drops it, and the next query gets another.
      pool.on("error", () => undefined)
      return pool
    }),
    (pool) => Effect.promise(() => pool.end()).pipe(releaseWithin(defaults.endTimeoutMs), Effect.ignore)
  ).pipe(
    Effect.tap((pool) => {
      // The last word of the application's name is the pool's purpose.
      const purpose = application.split(" ").at(-1) ?? application
      const [waiting, open] = [poolWaiting, poolConnections].map((gauge) => Metric.tagged(gauge, "pool", purpose))
      return readAtLook(() => {
        waiting?.unsafeUpdate(pool.waitingCount, [])
        open?.unsafeUpdate(pool.totalCount, [])
      })
    })
  )

/**
 * Ends a connection that has become useless, which pg would reuse. After a silent break each of the pool's connections
 * would cost some query a whole timeout, again and again. A connection that the server has just ended costs the next
 * query an error.
 */
class BoundedClient extends Client {
  readonly #answerWithinMs: number
  #running = 0

  constructor(config: ClientConfig) {
    super({ ...config, query_timeout: 0 })
    this.#answerWithinMs = config.query_timeout
  }

  /**
   * Hidden from @effect/sql-pg, which would ask the server to cancel the query of an interrupted fiber. It does so over
   * a second connection, for which it waits if all are in use. At times that came so late that it cancelled the next
   * query of the connection instead.
   */
  get processID(): undefined {
    return undefined
  }

  set processID(_: unknown) {
    // Nothing reads it.
  }

  /** Whether a query is in flight. */
  get isAsking(): boolean {
    return this.#running > 0
  }

  override query(...args: ReadonlyArray<unknown>): unknown {
    const done = args.at(-1)
    if (typeof done !== "function") return super.query(...args)
    this.#running++
    let isOver = false
    const finish = (error: unknown, result?: unknown) => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      this.#running--
      if (isLast(error)) {
        postgresBroken.unsafeUpdate(1, [])
        this.end(() => undefined)
      }
      done(error, result)
    }
    // Not pg's `query_timeout`, which keeps queries and answers in memory for long (docs/performance-notes.md, "Garbage
    // collection").
    const timer = setTimeout(
      () => finish(new Unanswered(`no answer within ${this.#answerWithinMs} ms`)),
      this.#answerWithinMs
    )
    return super.query(...args.slice(0, -1), finish)
  }
}

/** A query that the server did not answer. */
class Unanswered extends Error {}

/**
 * Counts how often no connection was available: Postgres was unreachable, or all connections were busy for too long.
 * Ends a connection that is returned in the middle of a query because its fiber was interrupted. So nobody waits behind
 * that query; the server ends it at its timeout at the latest.
 */
class CountedPool extends Pool {
  override connect(done: Connected): void {
    super.connect((error, client, release) => {
      if (error) postgresUnreached.unsafeUpdate(1, [])
      if (client instanceof BoundedClient) {
        client.release = (cause) =>
          release(cause ?? (client.isAsking ? new Error("given back in the middle of a query") : undefined))
      }
      done(error, client, client?.release ?? release)
    })
  }
}

/** The answer of a server that takes no writes: a standby, or a server set to read only. */
const readOnly = "25006"
/**
 * Another connection may lead to a better server: this one takes no writes, is shutting down, has crashed, or is not up
 * yet.
 */
const lastStates = new Set([readOnly, "57P01", "57P02", "57P03"])

const isLast = (error: unknown): boolean =>
  error instanceof Error &&
  (error instanceof Unanswered ||
    ("severity" in error && (error.severity === "FATAL" || error.severity === "PANIC")) ||
    ("code" in error && lastStates.has(String(error.code))))

class ReadOnlyServer extends Error {
  readonly code = readOnly
}

/**
 * A primary that has become a standby stays at its old address until the name leads elsewhere. It would answer reads
 * with old data. A device would then see a log that is shorter than it knows, and would treat everything in it as
 * replaced.
 */
const refuseReadOnly = async (client: Client, timeoutMs: number): Promise<void> => {
  const { rows } = (await client.query({ text: "show transaction_read_only", query_timeout: timeoutMs })) as {
    readonly rows: ReadonlyArray<{ readonly transaction_read_only: string }>
  }
  if (rows[0]?.transaction_read_only === "on")
    throw new ReadOnlyServer("the server takes no writes: it is a standby, or set to read only")
}
