/**
 * `hibiki import`: fills an empty store with an export, all of it or nothing, and compares the two before it commits.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import { Epoch } from "@hibiki/core/domain/Ids"
import { failed, misconfigured, Problem } from "@hibiki/node/Problem"
import { Clock, Console, Effect } from "effect"
import { forgetEpoch } from "../../redis/forgetEpoch.ts"
import type { ClusterServices } from "../../roles/services.ts"
import { isHeld, sqlState } from "../../sql/sqlState.ts"
import { transaction } from "../../sql/transaction.ts"
import { databaseFailed } from "../cluster/commandDatabase.ts"
import type { SettingsOf } from "../config/commandSettings.ts"
import { decodeEpoch, LineDigest, readLine, type StoreTable, storeTables } from "./ExportFormat.ts"
import { ExportReader } from "./ExportReader.ts"
import { sameTables } from "./sameTables.ts"
import { withoutHaste } from "./snapshotOf.ts"
import { forEachLine } from "./storeLines.ts"
import { costSince, countsText } from "./summary.ts"
import { withStore } from "./withStore.ts"

export const importStore = (settings: SettingsOf<"import">, path: string): Effect.Effect<void, Problem> =>
  Effect.gen(function* () {
    const since = yield* Clock.currentTimeMillis
    const reader = yield* ExportReader.open(path)
    // Before it creates a database or locks anything: the beginning of a file reveals most of its possible problems.
    const first = yield* reader.next()
    const rows = yield* withStore(settings, { makes: true, alone: true }, (services) => fill(reader, first, services))
    yield* Console.log(`Imported, read again and compared: ${countsText(rows)}.`)
    yield* Console.log(yield* costSince(since))
    yield* Console.log(
      "Devices go on here as if nothing had happened. Do not start the server that the export is of again."
    )
  }).pipe(Effect.scoped)

const fill = (reader: ExportReader, first: ReadonlyArray<string> | undefined, services: ClusterServices | undefined) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sameTables(sql)
    return yield* transaction(
      sql,
      Effect.gen(function* () {
        yield* withoutHaste(sql)
        yield* takeEmpty(sql)
        const rows = new Rows(sql)
        const stores = <A>(rows: Effect.Effect<A, SqlError | Problem>) =>
          reader.isOfOtherTables ? Effect.catchIf(rows, isOfRows, () => otherTables) : rows
        for (let lines = first; lines !== undefined; lines = yield* reader.next()) yield* stores(rows.add(lines))
        yield* stores(rows.flush)
        // An earlier try with the same export may have left entries.
        if (services !== undefined && rows.epoch !== undefined)
          yield* Effect.mapError(forgetEpoch(services.redisUrl, Epoch.make(rows.epoch)), () => redisAway)
        return yield* compare(sql, reader)
      })
    )
  }).pipe(Effect.mapError(problemOf))

/**
 * Locks out all other writers meanwhile. An empty store may contain only the link for its first administrator, which
 * becomes invalid.
 */
const takeEmpty = (sql: SqlClient.SqlClient) =>
  Effect.gen(function* () {
    yield* sql.unsafe(`lock table ${storeTables.map(({ name }) => name).join(", ")}, store_meta in exclusive mode`)
    const [found] = yield* sql<{ readonly some: boolean }>`
      select exists (select from users) or exists (select from conversations) or exists (select from events)
        or exists (select from audit_entries) as some`
    if (found?.some !== false)
      return yield* misconfigured(
        "This store is not empty: import into one that has no accounts and no messages. Nothing was changed."
      )
    yield* sql`delete from invites`
    // A server without people has counted none.
    yield* sql`delete from presence_buckets`
  })

/** Reads the store as the next export would. */
const compare = (sql: SqlClient.SqlClient, reader: ExportReader) =>
  Effect.gen(function* () {
    const digest = new LineDigest()
    const rows = yield* forEachLine(sql, (lines) =>
      Effect.sync(() => {
        for (const line of lines) digest.add(line)
      })
    )
    const stored = digest.end()
    if (stored.lines !== reader.end?.lines || stored.sha256 !== reader.end.sha256)
      return yield* reader.isOfOtherTables
        ? otherTables
        : failed("The stored rows differ from the export, so nothing was imported. This is a bug: please report it.")
    return rows
  })

/** The bounds of one statement. */
const batchMax = { rows: 500, characters: 1_048_576 }

/** Gathers rows of one table and stores many at once, in the order in which they came. */
class Rows {
  readonly #sql: SqlClient.SqlClient
  #table: StoreTable | undefined
  #rows: Array<string> = []
  #characters = 0
  epoch: string | undefined

  constructor(sql: SqlClient.SqlClient) {
    this.#sql = sql
  }

  add(lines: ReadonlyArray<string>): Effect.Effect<void, SqlError | Problem> {
    return Effect.forEach(
      lines,
      (line) => {
        const read = readLine(line)
        if (read === undefined) return unknownLine
        if (read.kind === "store") return this.#setEpoch(read.json)
        // The comparison at the end covers these lines.
        if (read.kind === "log") return Effect.void
        const table = storeTables.find(({ name }) => name === read.kind)?.name
        if (table === undefined) return unknownLine
        const full =
          this.#table !== table || this.#rows.length >= batchMax.rows || this.#characters >= batchMax.characters
        return Effect.zipRight(
          full ? this.flush : Effect.void,
          Effect.sync(() => this.#keep(table, read.json))
        )
      },
      { discard: true }
    )
  }

  #keep(table: StoreTable, json: string): void {
    this.#table = table
    this.#rows.push(json)
    this.#characters += json.length
  }

  get flush(): Effect.Effect<void, SqlError> {
    return Effect.suspend((): Effect.Effect<void, SqlError> => {
      const [table, rows] = [this.#table, `[${this.#rows.join(",")}]`]
      if (table === undefined || this.#rows.length === 0) return Effect.void
      this.#rows = []
      this.#characters = 0
      return Effect.asVoid(
        this.#sql.unsafe(`insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1::jsonb)`, [
          rows
        ])
      )
    })
  }

  #setEpoch(json: string): Effect.Effect<void, SqlError | Problem> {
    this.epoch = decodeEpoch(json)
    return this.epoch === undefined
      ? unknownLine
      : this.#sql`update store_meta set epoch = ${this.epoch}::uuid where one`
  }
}

const redisAway = failed("Redis did not answer, so nothing was imported: import again when it does.")

const unknownLine = misconfigured(
  "A line of the export is of a kind that this version does not know. Nothing was imported."
)

/** Another baseline made its tables, whose rows don't fit these. */
const otherTables = misconfigured(
  "The export is of another build of Hibiki, whose tables hold other things than these. Nothing was imported."
)

const isOfRows = (error: SqlError | Problem): boolean =>
  error instanceof Problem || /^(2[23]|42)/.test(sqlState(error) ?? "")

const problemOf = (error: SqlError | Problem): Problem => {
  if (error instanceof Problem) return error
  if (isHeld(error))
    return misconfigured(
      "Something else works on this store at present: stop it, and import again. Nothing was changed."
    )
  const state = sqlState(error) ?? ""
  // Does not show the content of a row.
  return /^2[23]/.test(state)
    ? misconfigured(
        `A row of the export can't be stored (SQL state ${state}): it is not what Hibiki wrote. Nothing was imported.`
      )
    : databaseFailed(error)
}
