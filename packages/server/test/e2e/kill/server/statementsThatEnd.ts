/** Ends the process at a statement: of the append, of a migration, or at the first of all. */
import type { SqlError } from "@effect/sql/SqlError"
import { Effect } from "effect"
import { storeQuery } from "../../../../src/sql/batchSql.ts"
import type { Point } from "../points.ts"
import { endHere } from "./endHere.ts"
import type { OverStatement } from "./overStatements.ts"

/** `postsAtLeast`: a batch of fewer is not what the load is for. */
export const statementsThatEnd = (point: Point, postsAtLeast = 20): OverStatement => {
  switch (point) {
    case "opened":
      return () => end(point)
    case "migrating":
    case "migrationCommit":
    case "nextMigration":
      return inMigration(point)
    case "beforeCommit":
    case "afterCommit":
    case "answeredFirst":
      return inAppend(point, postsAtLeast)
    default:
      return (_connection, _sql, _params, run) => run
  }
}

const end = (point: Point, more?: string): Effect.Effect<never> =>
  Effect.zipRight(
    Effect.sync(() => endHere(point, more)),
    Effect.never
  )

/** The statements of a migration take about as long. */
const migrationMs = 30

const inMigration = (point: "migrating" | "migrationCommit" | "nextMigration"): OverStatement => {
  let isInserted = false
  let isCommitted = false
  return (_connection, sql, _params, run) => {
    if (isCommitted) return end(point)
    if (isInserted && sql === "COMMIT") {
      if (point === "migrationCommit") return end(point)
      isCommitted = true
    }
    if (sql.startsWith("insert into schema_version")) isInserted = true
    // A migration is several statements in one text, the only one that is as long.
    if (point === "migrating" && sql.length > 1_000) setTimeout(() => endHere(point), Math.random() * migrationMs)
    return run
  }
}

/** Long enough for answers and events to reach the devices. */
const answeredFirstMs = 500

/** From the signal on: an append of this load is the one. */
const inAppend = (point: "beforeCommit" | "afterCommit" | "answeredFirst", postsAtLeast: number): OverStatement => {
  let isArmed = false
  let isHeld = false
  let found: { readonly connection: unknown; readonly more: string; readonly isWritten: Effect.Latch } | undefined
  process.on("SIGUSR2", () => {
    isArmed = true
  })
  return <A>(connection: unknown, sql: string, params: ReadonlyArray<unknown>, run: Effect.Effect<A, SqlError>) => {
    if (isHeld) return Effect.never
    if (isArmed && found === undefined && sql === storeQuery && postsOf(params) >= postsAtLeast) {
      const isWritten = Effect.unsafeMakeLatch(false)
      found = { connection, more: ` with ${postsOf(params)} posts`, isWritten }
      return Effect.tap(run, () => isWritten.open)
    }
    if (found === undefined || found.connection !== connection || sql !== "commit") return run
    const { isWritten, more } = found
    if (point === "afterCommit") return Effect.zipRight(run, end(point, more))
    if (point === "beforeCommit") return Effect.zipRight(isWritten.await, end(point, more))
    // The connection takes nothing more: the commit never comes.
    isHeld = true
    setTimeout(() => endHere(point, more), answeredFirstMs)
    return Effect.zipRight(isWritten.await, Effect.succeed([] as A))
  }
}

/** Its tenth parameter lists the kinds of the events that are written. */
const postsOf = (params: ReadonlyArray<unknown>): number => String(params[9]).split("posted").length - 1
