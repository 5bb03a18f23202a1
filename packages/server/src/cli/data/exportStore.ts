/** `hibiki export`: writes the whole content of a store, as of one moment, into one file, for an import elsewhere. */
import { rename, rm, writeFile } from "node:fs/promises"
import * as SqlClient from "@effect/sql/SqlClient"
import { failed, misconfigured, Problem } from "@hibiki/node/Problem"
import { Clock, Console, Effect } from "effect"
import { movedMark } from "../../pglite/restoredMark.ts"
import { knownVersion } from "../../sql/Migration.ts"
import { ownSchema } from "../../sql/ownSchema.ts"
import { transaction } from "../../sql/transaction.ts"
import { placeForFile } from "../admin/placeForFile.ts"
import { databaseFailed } from "../cluster/commandDatabase.ts"
import type { SettingsOf } from "../config/commandSettings.ts"
import { dataFolder } from "../config/dataFolder.ts"
import { modeOf } from "../config/modeOf.ts"
import { version } from "../version.ts"
import { endLine, formatVersion, headerLine, LineDigest } from "./ExportFormat.ts"
import { type LineSink, openSink } from "./exportFiles.ts"
import { sameTables } from "./sameTables.ts"
import { snapshotOf } from "./snapshotOf.ts"
import { forEachLine } from "./storeLines.ts"
import { costSince, countsText } from "./summary.ts"
import { withStore } from "./withStore.ts"

export interface ExportOptions {
  /** `-`: the standard output. */
  readonly path: string
  readonly packed: boolean
  /** Whether the store moves, so that no server may use this folder any more. */
  readonly moving: boolean
}

export const exportStore = (
  settings: SettingsOf<"export">,
  { moving, packed, path }: ExportOptions
): Effect.Effect<void, Problem> =>
  Effect.gen(function* () {
    if (moving && (yield* modeOf(settings)) === "cluster")
      return yield* misconfigured(
        "--moving is for a folder: a cluster is not served any more when its processes are stopped."
      )
    const since = yield* Clock.currentTimeMillis
    if (path !== "-") yield* placeForFile(path)
    const rows = yield* withStore(settings, { makes: false, alone: false }, (services) =>
      // Not on the standard output, which may be the export itself.
      Console.error(`Exporting ${services === undefined ? dataFolder(settings) : "the cluster's database"} ...`).pipe(
        Effect.zipRight(writeWhole(path, packed)),
        Effect.tap(() => (moving ? markMoved(dataFolder(settings)) : Effect.void))
      )
    )
    yield* Console.error(`Written: ${countsText(rows)}. It holds everything, also what signs people in: keep it safe.`)
    yield* Console.error(yield* costSince(since))
  })

const markMoved = (folder: string) =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    attempt(() => writeFile(movedMark(folder), `${new Date(now).toISOString()}\n`))
  )

/** An interrupted export leaves no file that looks complete. */
const writeWhole = (path: string, packed: boolean) => {
  if (path === "-") return writeAll(path, packed)
  const unfinished = `${path}.unfinished`
  return writeAll(unfinished, packed).pipe(
    Effect.tap(() => attempt(() => rename(unfinished, path))),
    Effect.onError(() => Effect.promise(() => rm(unfinished, { force: true }).catch(() => undefined)))
  )
}

const writeAll = (path: string, packed: boolean) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sameTables(sql)
    const sink = yield* Effect.acquireRelease(
      Effect.sync(() => openSink(path, packed)),
      (open) => Effect.sync(() => open.abort())
    )
    const at = new Date(yield* Clock.currentTimeMillis).toISOString()
    const { fingerprint } = ownSchema.baseline
    yield* write(sink, [
      headerLine({
        format: formatVersion,
        tables: knownVersion(ownSchema),
        baseline: fingerprint,
        at,
        program: version
      })
    ])
    const digest = new LineDigest()
    const rows = yield* transaction(
      sql,
      Effect.zipRight(
        snapshotOf(sql),
        forEachLine(sql, (lines) => {
          for (const line of lines) digest.add(line)
          return write(sink, lines)
        })
      )
    )
    yield* write(sink, [endLine(digest.end())])
    yield* attempt(() => sink.end())
    return rows
  }).pipe(
    Effect.scoped,
    Effect.mapError((error) => (error instanceof Problem ? error : databaseFailed(error)))
  )

const write = (sink: LineSink, lines: ReadonlyArray<string>) => attempt(() => sink.write(lines))

const attempt = (run: () => Promise<void>): Effect.Effect<void, Problem> =>
  Effect.tryPromise({
    try: run,
    catch: (error) =>
      failed(`The export could not be written: ${error instanceof Error ? error.message : String(error)}`)
  })
