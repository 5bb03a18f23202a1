/**
 * How Hibiki connects to Postgres: by the operator's address, in which nothing may replace the settings that Hibiki
 * relies on.
 */
import { Redacted } from "effect"
import type { ClientConfig } from "pg"

export interface PostgresConnection {
  readonly url: Redacted.Redacted
  /** Shown in pg_stat_activity, so that operators see what runs. */
  readonly application: string
  /** The server cancels a statement that runs longer; half a second later the client gives up as well. */
  readonly statementTimeoutMs: number
  readonly connectTimeoutMs: number
}

const bounds = { lockTimeoutMs: 2_000, idleInTransactionMs: 10_000, graceMs: 500 }

/**
 * Independent of the role's defaults: an acknowledged message is on disk, and a statement that waited for a lock sees
 * the changes of the lock's former holder.
 */
const guarantees = "-c jit=off -c synchronous_commit=on -c default_transaction_isolation=read\\ committed"

export const postgresConnection = ({
  application,
  connectTimeoutMs,
  statementTimeoutMs,
  url
}: PostgresConnection): ClientConfig => {
  const { address, options } = parted(Redacted.value(url))
  return {
    connectionString: address,
    application_name: application,
    connectionTimeoutMillis: connectTimeoutMs,
    // Tested: on a network that swallows everything, only a timeout on the client's side ends a query.
    query_timeout: statementTimeoutMs + bounds.graceMs,
    statement_timeout: statementTimeoutMs,
    lock_timeout: bounds.lockTimeoutMs,
    idle_in_transaction_session_timeout: bounds.idleInTransactionMs,
    // If two set the same option, the later one wins.
    options: options === undefined ? guarantees : `${options} ${guarantees}`
  }
}

/** Settings that Hibiki decides. pg would take them from the address, even against its other arguments. */
const ours = new Set([
  "options",
  "application_name",
  "fallback_application_name",
  "statement_timeout",
  "lock_timeout",
  "idle_in_transaction_session_timeout",
  "query_timeout"
])

/** Returns the address without Hibiki's settings, all else as it was written, and the operator's options. */
const parted = (url: string): { readonly address: string; readonly options: string | undefined } => {
  const [, place = "", query, rest = ""] = /^([^?#]*)(?:\?([^#]*))?(.*)$/s.exec(url) ?? []
  if (query === undefined) return { address: url, options: undefined }
  const kept = query.split("&").filter((pair) => [...new URLSearchParams(pair).keys()].every((name) => !ours.has(name)))
  return {
    address: `${place}${kept.length === 0 ? "" : `?${kept.join("&")}`}${rest}`,
    options: new URLSearchParams(query).getAll("options").at(-1)
  }
}
