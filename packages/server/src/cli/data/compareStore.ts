/** `hibiki import --check`: compares a store with an export, line by line and without changing anything. */
import * as SqlClient from "@effect/sql/SqlClient"
import { failed, Problem } from "@hibiki/node/Problem"
import { Clock, Console, Effect } from "effect"
import { transaction } from "../../sql/transaction.ts"
import { databaseFailed } from "../cluster/commandDatabase.ts"
import type { SettingsOf } from "../config/commandSettings.ts"
import { readLine } from "./ExportFormat.ts"
import { ExportReader } from "./ExportReader.ts"
import { sameTables } from "./sameTables.ts"
import { snapshotOf } from "./snapshotOf.ts"
import { forEachLine } from "./storeLines.ts"
import { costSince, countsText } from "./summary.ts"
import { withStore } from "./withStore.ts"

export const compareStore = (settings: SettingsOf<"import">, path: string): Effect.Effect<void, Problem> =>
  Effect.gen(function* () {
    const since = yield* Clock.currentTimeMillis
    const rows = yield* withStore(settings, { makes: false, alone: false }, () => compareAll(path))
    yield* Console.log(`The store holds exactly what the export says: ${countsText(rows)}.`)
    yield* Console.log(yield* costSince(since))
  })

const compareAll = (path: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sameTables(sql)
    const reader = yield* ExportReader.open(path)
    const file = new Place(reader)
    return yield* transaction(
      sql,
      Effect.gen(function* () {
        yield* snapshotOf(sql)
        const rows = yield* forEachLine(sql, (lines) => file.follow(lines))
        yield* file.atEnd
        return rows
      })
    )
  }).pipe(
    Effect.scoped,
    Effect.mapError((error) => (error instanceof Problem ? error : databaseFailed(error)))
  )

/** The position in the file. */
class Place {
  readonly #reader: ExportReader
  #lines: ReadonlyArray<string> | undefined = []
  #at = 0
  #passed = 0

  constructor(reader: ExportReader) {
    this.#reader = reader
  }

  /** Checks that each is the next line of the file. */
  follow(stored: ReadonlyArray<string>, from = 0): Effect.Effect<void, Problem> {
    return Effect.suspend(() => {
      for (let i = from; i < stored.length; i++) {
        if (this.#lines !== undefined && this.#at >= this.#lines.length)
          return Effect.zipRight(this.#more, this.follow(stored, i))
        if (this.#lines?.[this.#at] !== stored[i]) return differs(this.#passed, stored[i], this.#lines?.[this.#at])
        this.#at++
        this.#passed++
      }
      return Effect.void
    })
  }

  get #more(): Effect.Effect<void, Problem> {
    return Effect.map(this.#reader.next(), (lines) => {
      this.#lines = lines
      this.#at = 0
    })
  }

  /** Checks that no line of the file is left. */
  get atEnd(): Effect.Effect<void, Problem> {
    return Effect.suspend(() => {
      if (this.#lines === undefined) return Effect.void
      if (this.#at < this.#lines.length) return differs(this.#passed, undefined, this.#lines[this.#at])
      return Effect.zipRight(this.#more, this.atEnd)
    })
  }
}

/** Does not show the content. */
const differs = (passed: number, stored: string | undefined, filed: string | undefined): Problem =>
  failed(
    `The store differs from the export behind ${passed} equal lines: it has ${kindOf(stored)}, and the export ${kindOf(filed)}.`
  )

const kindOf = (line: string | undefined): string =>
  line === undefined ? "nothing more" : `a line of "${readLine(line)?.kind ?? "?"}"`
