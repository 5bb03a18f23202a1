/** Checks once before a process starts whether Hibiki can work with a Postgres. */
import { Data, Effect, Redacted } from "effect"
import { Client } from "pg"
import { type SchemaFacts, schemaQuery } from "./Migration.ts"
import { postgresConnection } from "./postgresConnection.ts"

/** In the format of `server_version_num`. */
const oldest = 150_000

export class DatabaseProblem extends Data.TaggedError("DatabaseProblem")<{
  readonly reason:
    | "address"
    | "unreachable"
    | "credentials"
    | "database"
    | "tooOld"
    | "unsafe"
    | "readOnly"
    | "notSetUp"
    | "newer"
    | "failed"
  /** For operators; without the address, which may contain a password. */
  readonly sentence: string
}> {}

export interface DatabaseFacts {
  readonly version: string
  /** Undefined if there are no tables yet. */
  readonly schema: SchemaFacts | undefined
}

const timeoutMs = 3_000

/** Connects like all others, so its findings hold for them, too. */
export const checkPostgres = (url: Redacted.Redacted): Effect.Effect<DatabaseFacts, DatabaseProblem> =>
  Effect.tryPromise({ try: () => ask(url), catch: problemOf })

const ask = async (url: Redacted.Redacted): Promise<DatabaseFacts> => {
  const address = Redacted.value(url)
  if (!/^postgres(ql)?:\/\//.test(address) || !URL.canParse(address)) throw new DatabaseProblem(sentences.address)
  const client = new Client(
    postgresConnection({ url, application: "hibiki check", statementTimeoutMs: timeoutMs, connectTimeoutMs: timeoutMs })
  )
  client.on("error", () => undefined)
  try {
    await client.connect()
    const [row] = await rowsOf<Row>(client, question)
    if (row === undefined) throw new DatabaseProblem(sentences.failed("it gave no answer"))
    if (Number(row.number) < oldest) throw new DatabaseProblem(sentences.tooOld(row.version))
    if (row.readOnly === "on") throw new DatabaseProblem(sentences.readOnly)
    if (row.fsync !== "on" || row.pages !== "on") throw new DatabaseProblem(sentences.unsafe)
    if (!waitsForDisk.has(row.sync)) throw new DatabaseProblem(sentences.hasty(row.sync))
    if (row.isolation !== "read committed") throw new DatabaseProblem(sentences.isolated(row.isolation))
    return { version: row.version, schema: row.hasSchema ? await schemaOf(client) : undefined }
  } finally {
    // Does not wait: a server that does not answer would never end the wait.
    client.end(() => undefined)
  }
}

interface Row {
  readonly version: string
  readonly number: string
  readonly fsync: string
  readonly pages: string
  readonly readOnly: string
  readonly sync: string
  readonly isolation: string
  readonly hasSchema: boolean
}

const question = `
  select current_setting('server_version') as version, current_setting('server_version_num') as number,
    current_setting('fsync') as fsync, current_setting('full_page_writes') as pages,
    current_setting('synchronous_commit') as sync, current_setting('transaction_isolation') as isolation,
    current_setting('transaction_read_only') as "readOnly", to_regclass('schema_version') is not null as "hasSchema"`

/** Values of synchronous_commit at which a confirmed commit is on disk, also on a standby that the server waits for. */
const waitsForDisk = new Set(["on", "remote_apply"])

const schemaOf = async (client: Client): Promise<SchemaFacts | undefined> => {
  const [facts] = await rowsOf<SchemaFacts>(client, schemaQuery)
  return facts
}

const rowsOf = async <R>(client: Client, query: string): Promise<ReadonlyArray<R>> =>
  ((await client.query(query)) as { readonly rows: ReadonlyArray<R> }).rows

const sentences = {
  address: {
    reason: "address",
    sentence: "The address of Postgres is not one: it begins with postgres://, then names a host and a database."
  },
  tooOld: (version: string) =>
    ({ reason: "tooOld", sentence: `Postgres is ${version}, and Hibiki needs 15 or newer: update it.` }) as const,
  readOnly: {
    reason: "readOnly",
    sentence:
      "Postgres takes no writes, as a standby or by its settings: let the URL lead to the primary, or switch default_transaction_read_only off."
  },
  unsafe: {
    reason: "unsafe",
    sentence: "Postgres runs with fsync or full_page_writes off, and could lose what it has confirmed: switch both on."
  },
  // Each connection requests it, and something on the way dropped it.
  hasty: (value: string) =>
    ({
      reason: "unsafe",
      sentence: `Postgres would confirm what is not on disk yet (synchronous_commit is ${value}; a pooler drops Hibiki's own setting): switch it on for this role, or let the URL pass the pooler by.`
    }) as const,
  isolated: (value: string) =>
    ({
      reason: "unsafe",
      sentence: `Postgres begins transactions as ${value} (a pooler drops Hibiki's own setting), so that sends fail: set default_transaction_isolation to read committed for this role.`
    }) as const,
  failed: (what: string) => ({ reason: "failed", sentence: `Postgres could not be used: ${what}.` }) as const
} as const

const problemOf = (cause: unknown): DatabaseProblem => {
  if (cause instanceof DatabaseProblem) return cause
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : ""
  const found = known.find(({ codes }) => codes.includes(code))
  if (found !== undefined) return new DatabaseProblem({ reason: found.reason, sentence: found.sentence })
  const message = cause instanceof Error ? cause.message : String(cause)
  return /timeout|terminated/i.test(message)
    ? new DatabaseProblem({
        reason: "unreachable",
        sentence: "Postgres does not answer at the address in its URL: check its name, its port and the network."
      })
    : new DatabaseProblem(sentences.failed(message.split("\n", 1)[0] ?? ""))
}

const known: ReadonlyArray<{
  readonly codes: ReadonlyArray<string>
  readonly reason: DatabaseProblem["reason"]
  readonly sentence: string
}> = [
  {
    codes: ["ECONNREFUSED"],
    reason: "unreachable",
    sentence: "Postgres refused the connection: nothing listens at the address in its URL; start it or correct the URL."
  },
  {
    codes: ["ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT", "ECONNRESET"],
    reason: "unreachable",
    sentence: "Postgres does not answer at the address in its URL: check its name, its port and the network."
  },
  {
    codes: ["57P03"],
    reason: "unreachable",
    sentence: "Postgres takes no connections: it is starting, recovering or shutting down. Its log tells which."
  },
  {
    codes: ["28P01", "28000"],
    reason: "credentials",
    sentence: "Postgres does not know this user, or the password is wrong: correct them in the URL."
  },
  {
    codes: ["3D000"],
    reason: "database",
    sentence: "Postgres has no database of that name: create it, or correct the URL's path."
  }
]
