/** Ends the process at a statement: of the append, of a migration, or at the first of all. */
import { Effect } from "effect"
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
  process.on("SIGUSR2", () => {
    isArmed = true
  })
  return (connection, sql, params, run) => {
    if (isHeld) return Effect.never
    const posts = isArmed && sql.startsWith("select hibiki_append(") ? postsOf(params[0]) : 0
    if (posts < postsAtLeast) return run
    const more = ` with ${posts} posts`
    if (point === "afterCommit") return Effect.zipRight(run, end(point, more))
    const uncommitted = Effect.zipRight(connection.executeUnprepared("BEGIN", [], undefined), run)
    if (point === "beforeCommit") return Effect.zipRight(uncommitted, end(point, more))
    // The connection takes nothing more: the commit never comes.
    isHeld = true
    setTimeout(() => endHere(point, more), answeredFirstMs)
    return uncommitted
  }
}

/** Those of logs that hold nothing else, and those that stand beside other commands. */
const postsOf = (batch: unknown): number => {
  const { ordered = [], posts }: Batch = JSON.parse(String(batch))
  return (posts?.body.length ?? 0) + ordered.filter(({ body }) => body.kind === "post").length
}

interface Batch {
  readonly posts?: { readonly body: ReadonlyArray<unknown> }
  readonly ordered?: ReadonlyArray<{ readonly body: { readonly kind: string } }>
}
