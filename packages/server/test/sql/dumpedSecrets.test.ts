/** A copy of the store opens nothing, not even together with the server's key, as a backup of a folder holds both. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, it } from "@effect/vitest"
import { AccountsAdmin, commandLine } from "@hibiki/core/accounts/AccountsAdmin"
import { Authenticator } from "@hibiki/core/accounts/Authenticator"
import { MadeAccounts } from "@hibiki/core/accounts/MadeAccounts"
import { Tokens } from "@hibiki/core/accounts/Tokens"
import { Secrets } from "@hibiki/core/ports/Secrets"
import { Effect, Layer } from "effect"
import { PasswordHasherArgon2 } from "../../src/accounts/PasswordHasherArgon2.ts"
import { freshPglite } from "../pglite/pgliteKit.ts"
import { AccountsSql } from "./accountsSql.ts"
import { accountsServer, client, password, terminal } from "./accountsUnderTest.ts"

/** Every text that stands in any table, on its own. */
const dump = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const tables = yield* sql<{
    table_name: string
  }>`select table_name from information_schema.tables where table_schema = 'public'`
  const all = yield* Effect.forEach(
    tables,
    ({ table_name }) => sql<Record<string, unknown>>`select * from ${sql(table_name)}`
  )
  const texts = new Set<string>()
  for (const row of all.flat()) {
    for (const value of Object.values(row))
      if (typeof value === "string" && value.length >= 16 && value.length < 128) texts.add(value)
  }
  return [...texts]
})

describe("a dump of the tables", () => {
  it.scopedLive(
    "makes no token, invite or link that works, even with the server's key",
    () =>
      Effect.gen(function* () {
        const { as, call } = yield* client
        const [admin, secrets, tokens, authenticator] = [
          yield* AccountsAdmin,
          yield* Secrets,
          yield* Tokens,
          yield* Authenticator
        ]
        const link = yield* admin.adminInvite()
        const ann = yield* call.auth.register({ handle: "ann", password, invite: link?.code ?? "", device: terminal })
        const rotated = yield* call.auth.refresh({ refreshToken: ann.refreshToken })
        yield* as(rotated.accessToken)(call.invite.create({}))
        yield* as(rotated.accessToken)(call.ticket.issue())
        const bot = yield* (yield* MadeAccounts).createBotToken(commandLine, "robot", "ci")
        const works = (accessToken: string) => Effect.isSuccess(authenticator.authenticate(accessToken))
        assert.deepStrictEqual([yield* works(rotated.accessToken), yield* works(bot.accessToken)], [true, true])

        const texts = yield* dump
        assert.include(texts, secrets.hash(bot.accessToken))
        const made = texts.flatMap((text) => [
          text,
          ...["access", "refresh"].map((use) => secrets.derive(`${use} ${text}`))
        ])
        assert.isAbove(made.length, 50)
        const opened: Array<string> = []
        for (const token of made) {
          if (yield* works(token)) opened.push(`access token ${token}`)
          const registering = call.auth.register({
            handle: `mallory${opened.length}`,
            password,
            invite: token,
            device: terminal
          })
          if (yield* Effect.isSuccess(registering)) opened.push(`invite ${token}`)
          for (const start of made)
            if (yield* Effect.isSuccess(tokens.refresh(start + token, "192.0.2.1")))
              opened.push(`refresh token ${start}${token}`)
        }
        assert.deepStrictEqual(opened, [])
      }).pipe(
        Effect.provide(
          accountsServer(Layer.mergeAll(AccountsSql, PasswordHasherArgon2).pipe(Layer.provideMerge(freshPglite)), {
            registration: "invite"
          })
        )
      ),
    120_000
  )
})
