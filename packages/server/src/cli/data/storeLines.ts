/**
 * The whole content of a store, as the lines of an export between its header and its end: read within one transaction,
 * in order, some at a time.
 */
import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import { Effect } from "effect"
import { LineDigest, lineOf, type StoreTable, storeTables } from "./ExportFormat.ts"

/** Rows in memory at once: an event's body has at most 16 KiB. */
const rowsAtOnce = 500

/** Passes on the rows of each table. */
export const forEachLine = <E, R>(
  sql: SqlClient,
  visit: (lines: ReadonlyArray<string>) => Effect.Effect<void, E, R>
): Effect.Effect<ReadonlyMap<StoreTable, number>, E | SqlError, R> =>
  Effect.gen(function* () {
    const rows = new Map<StoreTable, number>()
    const [meta] = yield* sql<{
      readonly json: string
    }>`select json_build_object('epoch', epoch)::text as json from store_meta`
    yield* visit([lineOf("store", meta?.json ?? "{}")])
    for (const { key, name } of storeTables) {
      const logs = name === "events" ? new LogLines() : undefined
      yield* sql.unsafe(
        `declare hibiki_export no scroll cursor for select row_to_json(t)::text as json, t.${key[0]}::text as first from ${name} t order by ${key.join(", ")}`
      )
      let count = 0
      for (;;) {
        const page = yield* sql.unsafe<Row>(`fetch ${rowsAtOnce} from hibiki_export`)
        count += page.length
        yield* visit(logs === undefined ? page.map(({ json }) => lineOf(name, json)) : logs.of(page))
        if (page.length < rowsAtOnce) break
      }
      if (logs !== undefined) yield* visit(logs.rest())
      yield* sql.unsafe("close hibiki_export")
      rows.set(name, count)
    }
    return rows
  })

interface Row {
  readonly json: string
  /** The first column of the key: of an event its log. */
  readonly first: string
}

/** Events, and after those of each log their count and digest. */
class LogLines {
  #log: string | undefined
  #digest = new LineDigest()

  of(page: ReadonlyArray<Row>): ReadonlyArray<string> {
    const lines: Array<string> = []
    for (const { first, json } of page) {
      if (first !== this.#log) lines.push(...this.rest())
      this.#log = first
      this.#digest.add(json)
      lines.push(lineOf("events", json))
    }
    return lines
  }

  /** The line of the log that was read last. */
  rest(): ReadonlyArray<string> {
    if (this.#log === undefined) return []
    const { lines: events, sha256 } = this.#digest.end()
    const line = lineOf("log", JSON.stringify({ id: this.#log, events, sha256 }))
    this.#log = undefined
    this.#digest = new LineDigest()
    return [line]
  }
}
