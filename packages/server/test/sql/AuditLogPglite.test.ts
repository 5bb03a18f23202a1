/** What the audit log promises beyond its contract: one transaction, rows that nobody changes, faults that are named. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it, layer } from "@effect/vitest"
import { auditDigest, verifyAudit } from "@hibiki/core/admin/verifyAudit"
import { UserId } from "@hibiki/core/domain/Ids"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { AuditLog } from "@hibiki/core/ports/AuditLog"
import { Users } from "@hibiki/core/ports/Users"
import { accountScene } from "@hibiki/testing/contracts/accounts/AccountScene"
import { Effect, Layer, Redacted } from "effect"
import { secretsNode } from "../../src/accounts/SecretsNode.ts"
import { AuditLogSql } from "../../src/sql/AuditLogSql.ts"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { freshPglite } from "../pglite/pgliteKit.ts"
import { AccountsSql } from "./accountsSql.ts"

const stores = Layer.mergeAll(AccountsSql, EventStoreSql).pipe(Layer.provideMerge(freshPglite))

const by = { actor: "command line", origin: "", act: "user.promote", targets: {} } as const
const never = () => undefined

/** What somebody does who may do anything with the database. */
const tamper = (change: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    yield* sql`alter table audit_entries disable trigger audit_unchanged`
    yield* sql.unsafe(change)
    yield* sql`alter table audit_entries enable trigger audit_unchanged`
  })

const filled = Effect.gen(function* () {
  const log = yield* AuditLog
  for (let i = 0; i < 5; i++) yield* log.append({ ...by, targets: { count: String(i) } }, "done")
  return yield* log.head
})
const faultOf = (kept?: { readonly seq: number; readonly mac: string }) =>
  Effect.map(verifyAudit(kept), ({ fault }) => fault)

describe("the audit log on PGlite", () => {
  layer(stores)((it) => {
    it.effect("a fault between an act and its entry leaves neither", () =>
      Effect.gen(function* () {
        const [log, sql, users] = [yield* AuditLog, yield* SqlClient.SqlClient, yield* Users]
        const { user } = yield* accountScene(assert)
        const { userId } = yield* user()
        yield* sql`create function no_entry() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$`
        yield* sql`create trigger no_entry before insert on audit_entries for each row execute function no_entry()`
        const failed = yield* Effect.flip(log.act(by, users.setAdmin(userId, true), never))
        yield* sql`drop trigger no_entry on audit_entries`
        assert.strictEqual(failed._tag, "StoreUnavailable")
        assert.deepStrictEqual([(yield* users.byId(userId))?.admin, yield* log.head], [false, undefined])
      })
    )

    it.effect("what an act changed before it was refused is undone, and the refusal has its entry", () =>
      Effect.gen(function* () {
        const [log, users] = [yield* AuditLog, yield* Users]
        const { user } = yield* accountScene(assert)
        const { userId } = yield* user()
        const half = Effect.zipRight(Effect.orDie(users.setAdmin(userId, true)), Effect.fail("refused" as const))
        yield* Effect.flip(log.act(by, half, (code) => code))
        assert.strictEqual((yield* users.byId(userId))?.admin, false)
        assert.strictEqual((yield* log.page({}, undefined, 1))[0]?.outcome, "refused")
      })
    )

    it.effect("an act that the store breaks off has an entry about the failure", () =>
      Effect.gen(function* () {
        const [log, sql] = [yield* AuditLog, yield* SqlClient.SqlClient]
        const exit = yield* Effect.exit(log.act(by, Effect.orDie(sql`select 1 / 0`), never))
        assert.strictEqual(exit._tag, "Failure")
        assert.strictEqual((yield* log.page({}, undefined, 1))[0]?.outcome, "failed")
      })
    )

    it.effect("the database refuses to change, to remove and to empty entries", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        yield* filled
        for (const change of [
          "update audit_entries set actor = 'nobody'",
          "delete from audit_entries",
          "truncate audit_entries"
        ])
          assert.strictEqual((yield* Effect.flip(sql.unsafe(change)))._tag, "SqlError", change)
      })
    )
  })

  const faults: Readonly<Record<string, readonly [change: string, fault: unknown]>> = {
    "a changed entry": ["update audit_entries set actor = 'nobody' where seq = 3", { seq: 3, what: "changed" }],
    "a changed id": [`update audit_entries set targets = '{"count":"9"}' where seq = 2`, { seq: 2, what: "changed" }],
    "a dropped entry": ["delete from audit_entries where seq = 2", { seq: 2, what: "missing" }],
    "a dropped entry whose number another got": [
      "delete from audit_entries where seq = 2; update audit_entries set seq = seq - 1 where seq > 2",
      { seq: 2, what: "changed" }
    ],
    "a cut tail": ["delete from audit_entries where seq > 3", { seq: 4, what: "missing" }]
  }
  for (const [name, [change, fault]] of Object.entries(faults))
    it.scoped(`${name} is named to somebody who kept the head`, () =>
      Effect.gen(function* () {
        const kept = yield* filled
        assert.strictEqual(yield* faultOf(kept), undefined)
        for (const one of change.split(";")) yield* tamper(one)
        assert.deepStrictEqual(yield* faultOf(kept), fault)
      }).pipe(Effect.provide(stores))
    )

  it.scoped(
    "a tail that was cut and written anew is not the one whose head was kept; without a head nobody sees it",
    () =>
      Effect.gen(function* () {
        const kept = yield* filled
        yield* tamper("delete from audit_entries where seq > 4")
        yield* (yield* AuditLog).append({ ...by, targets: { count: "7" } }, "done")
        assert.deepStrictEqual([yield* faultOf(), yield* faultOf(kept)], [undefined, { seq: 5, what: "replaced" }])
      }).pipe(Effect.provide(stores))
  )

  it.scoped("entries of another key are faults until a seal covers them, and again when one of them changes", () =>
    Effect.gen(function* () {
      yield* filled
      const other = AuditLogSql.pipe(Layer.provide(secretsNode(Redacted.make("another key than the one before it"))))
      yield* Effect.gen(function* () {
        const log = yield* AuditLog
        assert.deepStrictEqual(yield* faultOf(), { seq: 1, what: "changed" })
        const { digest, seq } = yield* auditDigest()
        yield* log.append({ ...by, act: "audit.seal", targets: { sealed: String(seq), digest } }, "done")
        yield* log.append(by, "done")
        const { entries, fault, sealed } = yield* verifyAudit()
        assert.deepStrictEqual([entries, fault, sealed], [7, undefined, 5])
        yield* tamper(`update audit_entries set actor = '${UserId.make(yield* makeUuidV7)}' where seq = 4`)
        assert.deepStrictEqual(yield* faultOf(), { seq: 1, what: "changed" })
      }).pipe(Effect.provide(other))
    }).pipe(Effect.provide(stores))
  )
})
