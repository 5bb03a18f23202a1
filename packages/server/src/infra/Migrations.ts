/** Brings a database's schema to the version that this program knows, and refuses one that is too new for it. */
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import { Data, Effect, Schedule } from "effect"
import { isKnown, type Migration, type SchemaFacts, schemaQuery } from "./Migration.ts"
import { chat } from "./migrations/0001Chat.ts"
import { accounts } from "./migrations/0002Accounts.ts"
import { invisibility } from "./migrations/0003Invisibility.ts"
import { strangers } from "./migrations/0004Strangers.ts"
import { tickets } from "./migrations/0005Tickets.ts"
import { push } from "./migrations/0006Push.ts"
import { pushNoted } from "./migrations/0007PushNoted.ts"
import { mute } from "./migrations/0008Mute.ts"
import { pushAddresses } from "./migrations/0009PushAddresses.ts"
import { lostRefreshes } from "./migrations/0010LostRefreshes.ts"
import { signInEnds } from "./migrations/0011SignInEnds.ts"
import { replies } from "./migrations/0012Replies.ts"
import { plainPosts } from "./migrations/0013PlainPosts.ts"
import { finalForStrangers } from "./migrations/0014FinalForStrangers.ts"
import { graceByTheStore } from "./migrations/0015GraceByTheStore.ts"
import { departures } from "./migrations/0016Departures.ts"
import { ownersGiven } from "./migrations/0017Owners.ts"
import { proofs } from "./migrations/0018Proofs.ts"
import { endedByAndBy } from "./migrations/0019EndedByAndBy.ts"
import { editsBounded } from "./migrations/0020Edits.ts"
import { blocks } from "./migrations/0021Blocks.ts"
import { blocksRefuse } from "./migrations/0022BlocksRefuse.ts"
import { blocksWakeNobody } from "./migrations/0023BlocksWakeNobody.ts"
import { ticketOrigins } from "./migrations/0024TicketOrigins.ts"
import { activities } from "./migrations/0025Activities.ts"
import { mentions } from "./migrations/0026Mentions.ts"
import { blocksAdmit } from "./migrations/0027BlocksAdmit.ts"
import { favourites } from "./migrations/0028Favourites.ts"
import { mentionLettersKnown } from "./migrations/0029MentionLetters.ts"
import { storeTime } from "./migrations/0030StoreTime.ts"
import { takenBack } from "./migrations/0031TakenBack.ts"
import { pushPages } from "./migrations/0032PushPages.ts"
import { knownNetworks } from "./migrations/0033KnownNetworks.ts"
import { sharedInvites } from "./migrations/0034SharedInvites.ts"
import { batches } from "./migrations/0035Batches.ts"
import { isHeld } from "./sqlState.ts"
import { transaction } from "./transaction.ts"

/** The database belongs to a newer program, and this one does not run beside it. */
export class NewerSchema extends Data.TaggedError("NewerSchema")<{ readonly found: number; readonly known: number }> {}

/** All of them, in order. */
export const migrations: ReadonlyArray<Migration> = [
  chat,
  accounts,
  invisibility,
  strangers,
  tickets,
  push,
  pushNoted,
  mute,
  pushAddresses,
  lostRefreshes,
  signInEnds,
  replies,
  plainPosts,
  finalForStrangers,
  graceByTheStore,
  departures,
  ownersGiven,
  proofs,
  endedByAndBy,
  editsBounded,
  blocks,
  blocksRefuse,
  blocksWakeNobody,
  ticketOrigins,
  activities,
  mentions,
  blocksAdmit,
  favourites,
  mentionLettersKnown,
  storeTime,
  takenBack,
  pushPages,
  knownNetworks,
  sharedInvites,
  batches
]

/**
 * Runs what is missing, each migration in a transaction of its own under one lock, so that programs that start together run each
 * once. Gives the versions that this call ran. While somebody else holds a table it waits, up to an hour, of which `onHeld` is told once.
 */
export const migrate = (
  all: ReadonlyArray<Migration> = migrations,
  onHeld: Effect.Effect<unknown> = Effect.void
): Effect.Effect<ReadonlyArray<number>, NewerSchema | SqlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const tellOnce = yield* Effect.once(onHeld)
    const untilFree = Effect.retry(
      Effect.tapErrorTag(transaction(sql, runNext(sql, all)), "SqlError", (error) => Effect.when(tellOnce, () => isHeld(error))),
      {
        schedule: whileHeld,
        while: (error) => error._tag === "SqlError" && isHeld(error)
      }
    )
    const ran: Array<number> = []
    for (;;) {
      const version = yield* untilFree
      if (version === undefined) return ran
      ran.push(version)
    }
  })

/** The version of the database's schema; 0 when it has none. May be newer than the program's, as long as it works on that. */
export const schemaVersion = (
  all: ReadonlyArray<Migration> = migrations
): Effect.Effect<number, NewerSchema | SqlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [table] = yield* sql<{ found: boolean }>`select to_regclass('schema_version') is not null as found`
    return table?.found === true ? yield* versionOf(sql, all.length) : 0
  })

/**
 * Whoever comes behind a statement that waits for a table waits as well: less long than an ordinary statement may wait for a lock (2 s), so that none
 * fails by it, and they get through in the rests between. Longer than Postgres' deadlock_timeout (1 s), at which an autovacuum makes way.
 */
const heldAfter = "1500ms"
const whileHeld = Schedule.upTo(Schedule.spaced("5 seconds"), "1 hour")

// Any number that nobody else locks.
const lockKey = 7_105_211

const runNext = (sql: SqlClient.SqlClient, all: ReadonlyArray<Migration>) =>
  Effect.gen(function* () {
    // Another program may be at it for longer than an ordinary statement may wait.
    yield* sql`select set_config('lock_timeout', '0', true), set_config('statement_timeout', '0', true)`
    yield* sql`select pg_advisory_xact_lock(${lockKey})`
    yield* sql`select set_config('lock_timeout', ${heldAfter}, true)`
    yield* sql.unsafe(
      "create table if not exists schema_version (version int primary key, name text not null, applied_at timestamptz not null default now(), runs_beside int)"
    )
    yield* addRunsBeside(sql)
    const next = all[yield* versionOf(sql, all.length)]
    if (next === undefined) return undefined
    yield* sql.unsafe(next.sql)
    yield* sql`insert into schema_version (version, name, runs_beside) values (${next.version}, ${next.name}, ${next.runsBeside ?? null}::int)`
    return next.version
  })

/** To a table of a version before it. Asked first: altering takes the whole table, also where nothing is missing. */
const addRunsBeside = (sql: SqlClient.SqlClient) =>
  Effect.gen(function* () {
    const found = yield* sql`
      select attname from pg_attribute where attrelid = 'schema_version'::regclass and attname = 'runs_beside' and not attisdropped`
    if (found.length === 0) yield* sql.unsafe("alter table schema_version add column runs_beside int")
  })

const versionOf = (sql: SqlClient.SqlClient, known: number) =>
  Effect.gen(function* () {
    const [facts = { version: 0, oldest: 0 }] = yield* sql.unsafe<SchemaFacts>(schemaQuery)
    return isKnown(facts, known) ? facts.version : yield* new NewerSchema({ found: facts.version, known })
  })
