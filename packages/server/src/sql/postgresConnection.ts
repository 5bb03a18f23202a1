/**
 * How a connection to Postgres is asked for: by the person's address, in which nothing stands in the place of what
 * Hibiki relies on.
 */
import { Redacted } from "effect"
import type { ClientConfig } from "pg"

export interface PostgresConnection {
  readonly url: Redacted.Redacted
  /** Seen in pg_stat_activity, by which it is known what runs. */
  readonly application: string
  /** A statement that runs longer is cancelled by the server; half a second later the client gives up as well. */
  readonly statementTimeoutMs: number
  readonly connectTimeoutMs: number
}

const bounds = { lockTimeoutMs: 2_000, idleInTransactionMs: 10_000, graceMs: 500 }

/**
 * Whatever the role's defaults are: an acknowledged message is on disk, and each statement sees what its lock waited
 * for.
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
    // Tried: on a network that swallows everything, only a timeout on the client's side ends a query.
    query_timeout: statementTimeoutMs + bounds.graceMs,
    statement_timeout: statementTimeoutMs,
    lock_timeout: bounds.lockTimeoutMs,
    idle_in_transaction_session_timeout: bounds.idleInTransactionMs,
    // Of two that set the same the later one holds.
    options: options === undefined ? guarantees : `${options} ${guarantees}`
  }
}

/** What is Hibiki's to say. pg would take it from the address, whatever it is told besides. */
const ours = new Set([
  "options",
  "application_name",
  "fallback_application_name",
  "statement_timeout",
  "lock_timeout",
  "idle_in_transaction_session_timeout",
  "query_timeout"
])

/** The address without what is Hibiki's, all else as it was written, and the person's options. */
const parted = (url: string): { readonly address: string; readonly options: string | undefined } => {
  const [, place = "", query, rest = ""] = /^([^?#]*)(?:\?([^#]*))?(.*)$/s.exec(url) ?? []
  if (query === undefined) return { address: url, options: undefined }
  const kept = query.split("&").filter((pair) => [...new URLSearchParams(pair).keys()].every((name) => !ours.has(name)))
  return {
    address: `${place}${kept.length === 0 ? "" : `?${kept.join("&")}`}${rest}`,
    options: new URLSearchParams(query).getAll("options").at(-1)
  }
}
