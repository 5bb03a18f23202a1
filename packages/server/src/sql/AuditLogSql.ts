/** The audit log in SQL, in the database of the accounts, so that an act on these and its entry are one transaction. */
import * as SqlClient from "@effect/sql/SqlClient"
import { SqlError } from "@effect/sql/SqlError"
import { type AuditEntry, auditOutcomes, auditText } from "@hibiki/core/domain/Audit"
import { AuditLog, type AuditNote, auditMissed, auditOutcomeOf } from "@hibiki/core/ports/AuditLog"
import { StoreUnavailable } from "@hibiki/core/ports/EventStore"
import { Secrets } from "@hibiki/core/ports/Secrets"
import { Effect, Exit, Layer } from "effect"
import { stored } from "./personalAnswer.ts"
import { seqNumber } from "./seqNumber.ts"
import { transaction } from "./transaction.ts"

type Log = AuditLog["Type"]

export const AuditLogSql = Layer.effect(
  AuditLog,
  Effect.gen(function* () {
    const [sql, secrets] = [yield* SqlClient.SqlClient, yield* Secrets]
    const mac = (previous: string, text: string) => secrets.derive(`audit ${previous} ${text}`)
    const append: Log["append"] = (note, outcome, begun) =>
      transaction(sql, insert(sql, mac, note, outcome, begun)).pipe(stored("audit"))
    return AuditLog.of({
      act: actWith(sql, append),
      append,
      page: ({ act, actor, from, target, until }, before, limit) =>
        sql
          .unsafe<Row>(pageQuery, [
            before ?? null,
            actor ?? null,
            act ?? null,
            target ?? null,
            from ?? null,
            until ?? null,
            limit
          ])
          .pipe(Effect.map(entriesOf), stored("auditPage")),
      after: (after, limit) =>
        sql<Row>`select * from audit_entries a where a.seq > ${after}::bigint order by a.seq limit ${limit}::int`.pipe(
          Effect.map(entriesOf),
          stored("auditAfter")
        ),
      head: sql<Row>`select * from audit_entries a order by a.seq desc limit 1`.pipe(
        Effect.map(([row]) => (row === undefined ? undefined : { seq: seqNumber(row.seq), mac: row.mac })),
        stored("auditHead")
      ),
      mac,
      digest: secrets.hash
    })
  })
)

interface Row {
  readonly seq: string | number
  readonly at: string | number
  readonly actor: string
  readonly act: AuditEntry["act"]
  readonly targets: Readonly<Record<string, string>>
  readonly outcome: string
  readonly origin: string
  readonly begun: string | number | null
  readonly mac: string
}

const pageQuery = `
  select * from audit_entries a
  where ($1::bigint is null or a.seq < $1::bigint)
    and ($2::text is null or a.actor = $2::text)
    and ($3::text is null or a.act = $3::text)
    and ($4::text is null or jsonb_path_query_array(a.targets, '$.*') ? $4::text)
    and ($5::bigint is null or a.at >= $5::bigint)
    and ($6::bigint is null or a.at < $6::bigint)
  order by a.seq desc limit $7::int`

/** A lock of this number alone, so that a role with nothing but the right to insert can take it. */
const lockNumber = 7106

/**
 * Takes the lock last of all locks of its transaction, and waits for nothing while it has it. Each statement after the
 * lock sees the entries that it waited for.
 */
const insert = (
  sql: SqlClient.SqlClient,
  mac: Log["mac"],
  { act, actor, origin, targets }: AuditNote,
  outcome: string,
  begun: number | undefined
) =>
  Effect.gen(function* () {
    yield* sql`select pg_advisory_xact_lock(${lockNumber}::bigint)`
    const [now] = yield* sql<{ readonly at: string | number }>`select store_now() as at`
    const [last] = yield* sql<Row>`select * from audit_entries a order by a.seq desc limit 1`
    const content = {
      seq: last === undefined ? 1 : seqNumber(last.seq) + 1,
      at: Number(now?.at),
      actor,
      act,
      targets: targets as Readonly<Record<string, string>>,
      outcome,
      origin,
      ...(begun === undefined ? {} : { begun })
    }
    const entry: AuditEntry = { ...content, mac: mac(last?.mac ?? "", auditText(content)) }
    yield* sql`
      insert into audit_entries (seq, at, actor, act, targets, outcome, origin, begun, mac)
      values (${entry.seq}::bigint, ${entry.at}::bigint, ${actor}, ${act}, ${JSON.stringify(targets)}::jsonb, ${outcome}, ${origin},
        ${begun ?? null}::bigint, ${entry.mac})`
    return entry
  })

const actWith =
  (sql: SqlClient.SqlClient, append: Log["append"]): Log["act"] =>
  (note, act, codeOf, found) => {
    const unavailable = <E>(error: E | SqlError): E | StoreUnavailable =>
      error instanceof SqlError ? new StoreUnavailable({ operation: note.act, cause: error }) : error
    // The outer transaction ends well after a refusal too; only the act's own part is undone.
    const both = Effect.gen(function* () {
      const exit = yield* Effect.exit(Effect.mapError(sql.withTransaction(act), unavailable))
      const code = auditOutcomeOf(exit, codeOf)
      if (code === undefined && Exit.isFailure(exit)) return yield* Effect.failCause(exit.cause)
      const targets = Exit.isSuccess(exit) ? { ...note.targets, ...found?.(exit.value) } : note.targets
      yield* append({ ...note, targets }, code ?? auditOutcomes.failed)
      return exit
    })
    return Effect.mapError(transaction(sql, both), unavailable).pipe(
      Effect.tapErrorCause(() => Effect.catchAllCause(append(note, auditOutcomes.failed), auditMissed(note))),
      Effect.flatten,
      Effect.uninterruptible
    )
  }

const entriesOf = (rows: ReadonlyArray<Row>): ReadonlyArray<AuditEntry> => rows.map(entryOf)

const entryOf = ({ act, actor, at, begun, mac, origin, outcome, seq, targets }: Row): AuditEntry => ({
  seq: seqNumber(seq),
  at: Number(at),
  actor,
  act,
  targets,
  outcome,
  origin,
  ...(begun === null ? {} : { begun: seqNumber(begun) }),
  mac
})
