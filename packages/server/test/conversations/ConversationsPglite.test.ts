/** The conversations keep their contract on PGlite, and weigh rows as the rule in core does. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import { rowWeight } from "@hibiki/core/domain/HistorySize"
import { Limits } from "@hibiki/core/domain/Limits"
import { conversationsContract } from "@hibiki/core/testing/contracts/ConversationsContract"
import { Effect, Layer } from "effect"
import { ConversationsSql } from "../../src/conversations/ConversationsSql.ts"
import { weightOf } from "../../src/conversations/pageSql.ts"
import { type RowTuple, rowFrom } from "../../src/conversations/rowTuple.ts"
import { summaries } from "../../src/conversations/summarySql.ts"
import { EventStoreSql } from "../../src/messages/EventStoreSql.ts"
import { freshPglite } from "../backends/pgliteKit.ts"
import { addSqlUser, blockSqlUser, hideSqlUser, setSqlClock } from "../messages/sqlUsers.ts"
import { mentionsByTheRule } from "./mentionsByTheRule.ts"

describe("conversations on PGlite", () => {
  layer(Layer.provideMerge(Layer.mergeAll(EventStoreSql, ConversationsSql), freshPglite), { timeout: 60_000 })((it) => {
    conversationsContract({ it, assert, makeUser: addSqlUser, hide: hideSqlUser, block: blockSqlUser, setClock: setSqlClock })

    it.effect("whom a text mentions PGlite tells as the rule in core does, of every character and among odd ones", () =>
      mentionsByTheRule((different, mentioned, pairs) => {
        assert.deepStrictEqual(different, [])
        assert.isAbove(mentioned, pairs / 4)
        assert.isAbove(pairs - mentioned, pairs / 4)
      })
    )

    it.effect("mentions are looked for by their own index, and unread messages by that of the rows, whatever is known of the tables", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const steps = yield* sql.unsafe<{ readonly "QUERY PLAN": string }>(`explain (costs off) ${summaries("true")}`, [user])
        const plan = steps.map((step) => step["QUERY PLAN"]).join("\n")
        assert.strictEqual(plan.match(/Index Scan Backward using events_mentions/g)?.length, 1, plan)
        assert.strictEqual(plan.match(/using events_rows/g)?.length, 2, plan)
        assert.notInclude(plan, "Seq Scan on events")
      })
    )

    it.effect("a row weighs what the rule says, and no less than it has bytes", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        for (const tuple of heavyRows) {
          const row = rowFrom(tuple)
          const [found] = yield* sql.unsafe<{ readonly weight: number }>(
            `select ${weightOf("t.row")} as weight from (select $1::jsonb as row) t`,
            [JSON.stringify(tuple)]
          )
          assert.strictEqual(found?.weight, rowWeight(row), row.kind)
          assert.isAtLeast(rowWeight(row), Buffer.byteLength(JSON.stringify(row)), row.kind)
        }
      })
    )
  })
})

const user = "0190b0c0-1111-7abc-8def-000000000001"
const users = Array.from({ length: Limits.usersPerCommand }, () => user)
const most = Number.MAX_SAFE_INTEGER
const escaped = (length: number) => "\u0001".repeat(length)
const reactions = Array.from({ length: Limits.emojiKindsMax }, () => [escaped(Limits.emojiMax), Limits.membersMax, false] as const)
const heavy = (kind: RowTuple[5], body: RowTuple[6], more: Partial<{ text: string; reactions: RowTuple[10] }> = {}): RowTuple => [
  ...([most, most, user, user, most, kind, body, false] as const),
  ...([more.text ?? null, more.text === undefined ? null : most, more.reactions ?? null] as const)
]

/** A row of each kind, with as much in it as there may be. */
const heavyRows: ReadonlyArray<RowTuple> = [
  heavy("posted", { text: escaped(Limits.textMax), replyTo: most }, { reactions }),
  heavy("posted", { text: "short", replyTo: most }, { text: '🍵"\\\n\u2028é'.repeat(Limits.textMax / 6), reactions }),
  heavy("posted", { text: "", blanked: true }),
  heavy("created", { conversationKind: "channel", title: escaped(Limits.nameMax), history: "joined", members: users }),
  heavy("joined", { userIds: users }),
  heavy("left", { userId: user }),
  heavy("renamed", { title: escaped(Limits.nameMax) }),
  heavy("roleChanged", { userId: user, role: "member" })
]
