/**
 * The SqlClient of the cluster mode: a pool of pg connections that survive neither a silent network nor a restart
 * unnoticed.
 */
import type { SqlClient } from "@effect/sql/SqlClient"
import * as PgClient from "@effect/sql-pg/PgClient"
import { releaseWithin } from "@hibiki/core/fibers/Time"
import { Effect, Layer, type Redacted } from "effect"
import { Client, type ClientConfig, type Connected, Pool } from "pg"
import { postgresBroken, postgresUnreached } from "./PostgresMetrics.ts"
import { postgresConnection } from "./postgresConnection.ts"

export interface PostgresOptions {
  readonly url: Redacted.Redacted
  /** The pool's size. */
  readonly connections: number
  /** Seen in pg_stat_activity. */
  readonly application: string
  /** A statement that runs longer is cancelled by the server; half a second later the client gives up as well. */
  readonly statementTimeoutMs?: number | undefined
  /**
   * How long a query waits for a connection, a new one or one that others use: less than a call's deadline, and more
   * than a burst lasts.
   */
  readonly connectTimeoutMs?: number | undefined
  /**
   * For appends: what is asked together is sent together, and a transaction that its process leaves open for a second
   * is ended, since it holds the locks of many logs.
   */
  readonly pipelined?: boolean | undefined
  /**
   * A connection that is older is replaced once nobody uses it: the name in the address may lead to another server by
   * then.
   */
  readonly lifetimeMs?: number | undefined
}

/**
 * Each call is a layer with a pool of its own: a process has one for appends and one for reads, so that neither waits
 * for the other. Connects on first use, so that a process starts while Postgres is away.
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
      // An idle connection that breaks would end the process. The pool drops it, and whoever needs one gets another.
      pool.on("error", () => undefined)
      return pool
    }),
    (pool) => Effect.promise(() => pool.end()).pipe(releaseWithin(defaults.endTimeoutMs), Effect.ignore)
  )

/**
 * A connection that is of no more use is ended. pg would hand it out again: after a silent break each of the pool's
 * connections would cost somebody a whole timeout, again and again; and one that the server has just ended costs the
 * next query an error.
 */
class BoundedClient extends Client {
  readonly #answerWithinMs: number
  #running = 0

  constructor(config: ClientConfig) {
    super({ ...config, query_timeout: 0 })
    this.#answerWithinMs = config.query_timeout
  }

  /**
   * Hidden from @effect/sql-pg, which would ask the server to cancel the query of whoever was interrupted: by a second
   * connection, for which it waits where all are in use, and so late that at times the next one's query was cancelled
   * in its place.
   */
  get processID(): undefined {
    return undefined
  }

  set processID(_: unknown) {
    // Nobody asks for it.
  }

  /** Whether a query is under way. */
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
    // Not pg's `query_timeout`, which keeps alive what was asked and answered for long (docs/performance-notes.md,
    // "Garbage collection").
    const timer = setTimeout(
      () => finish(new Unanswered(`no answer within ${this.#answerWithinMs} ms`)),
      this.#answerWithinMs
    )
    return super.query(...args.slice(0, -1), finish)
  }
}

/** A query that the server says nothing to. */
class Unanswered extends Error {}

/**
 * Says how often nothing could be asked at all: Postgres away, or all connections busy for too long. A connection that
 * is given back in the middle of a query, since whoever asked was interrupted, is ended with it: nobody waits behind
 * that query, which the server ends at its timeout at the latest.
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

/** What a server answers that takes no writes: a standby, or one that is set so. */
const readOnly = "25006"
/**
 * Another connection may lead to a server that does what is asked: this one takes no writes, is being shut down, has
 * crashed, or is not up yet.
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
 * A primary that has become a standby is found at its old address until the name leads elsewhere. It would take reads,
 * and answer them with what is old by then: to a device whose log is shorter than it knows, everything of it would seem
 * replaced.
 */
const refuseReadOnly = async (client: Client, timeoutMs: number): Promise<void> => {
  const { rows } = (await client.query({ text: "show transaction_read_only", query_timeout: timeoutMs })) as {
    readonly rows: ReadonlyArray<{ readonly transaction_read_only: string }>
  }
  if (rows[0]?.transaction_read_only === "on")
    throw new ReadOnlyServer("the server takes no writes: it is a standby, or set to read only")
}
