/** Nothing that signs somebody in lies in the database or in the logs. */

import { inspect } from "node:util"
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { AccountsAdmin, commandLine } from "@hibiki/core/accounts/AccountsAdmin"
import { MadeAccounts } from "@hibiki/core/accounts/MadeAccounts"
import { Effect, Layer, Logger, LogLevel, Redacted } from "effect"
import { PasswordHasherArgon2 } from "../../src/accounts/PasswordHasherArgon2.ts"
import { freshPglite } from "../pglite/pgliteKit.ts"
import { AccountsSql } from "./accountsSql.ts"
import { accountsServer, client, password, terminal } from "./accountsUnderTest.ts"

const rows = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const tables = yield* sql<{
    table_name: string
  }>`select table_name from information_schema.tables where table_schema = 'public'`
  const all = yield* Effect.forEach(tables, ({ table_name }) => sql`select * from ${sql(table_name)}`)
  return { tables: tables.map(({ table_name }) => table_name), text: JSON.stringify(all) }
})

describe("secrets", () => {
  it.scopedLive(
    "are in no stored row and in no log line",
    () => {
      const lines: Array<string> = []
      const logger = Logger.make(
        ({ annotations, cause, message }) => void lines.push(inspect([message, cause, [...annotations]], { depth: 10 }))
      )
      return Effect.gen(function* () {
        const { as, call } = yield* client
        const admin = yield* AccountsAdmin
        const secrets: Array<string> = [Redacted.value(password)]
        const link = yield* admin.adminInvite()
        const one = yield* call.auth.register({ handle: "ann", password, invite: link?.code ?? "", device: terminal })
        const two = yield* call.auth.signIn({ handle: "ann", password, device: terminal })
        const wrong = Redacted.make("a wrong but secret phrase")
        yield* Effect.ignore(call.auth.signIn({ handle: "ann", password: wrong, device: terminal }))
        yield* Effect.ignore(call.auth.signIn({ handle: "nobody", password: wrong, device: terminal }))
        const three = yield* call.auth.refresh({ refreshToken: two.refreshToken })
        const invite = yield* as(one.accessToken)(call.invite.create({}))
        const { ticket } = yield* as(one.accessToken)(call.ticket.issue())
        const next = Redacted.make("another secret phrase")
        yield* as(one.accessToken)(call.auth.changePassword({ current: password, next, revokeOthers: false }))
        const bot = yield* (yield* MadeAccounts).createBotToken(commandLine, "robot", "ci")
        // A grandparent: the reuse is logged.
        const four = yield* call.auth.refresh({ refreshToken: three.refreshToken })
        yield* Effect.ignore(call.auth.refresh({ refreshToken: two.refreshToken }))
        secrets.push(
          link?.code ?? "",
          Redacted.value(wrong),
          Redacted.value(next),
          invite.code,
          ticket,
          bot.accessToken
        )
        for (const { accessToken, refreshToken } of [one, two, three, four])
          secrets.push(accessToken, refreshToken, refreshToken.slice(0, 43), refreshToken.slice(43))
        const reset = yield* admin.resetPassword(commandLine, { handle: "ann" })
        const stored = yield* rows
        for (const table of ["users", "devices", "invites", "events"]) assert.include(stored.tables, table)
        assert.include(stored.text, "$argon2id$")
        assert.isAbove(lines.length, 0)
        const logged = lines.join("\n")
        for (const secret of [...secrets, reset]) {
          assert.isAbove(secret.length, 15)
          assert.notInclude(stored.text, secret)
          assert.notInclude(logged, secret)
        }
      }).pipe(
        Effect.provide(
          accountsServer(Layer.mergeAll(AccountsSql, PasswordHasherArgon2).pipe(Layer.provideMerge(freshPglite)))
        ),
        Effect.provide(Layer.merge(Logger.replace(Logger.defaultLogger, logger), Logger.minimumLogLevel(LogLevel.All)))
      )
    },
    60_000
  )
})
