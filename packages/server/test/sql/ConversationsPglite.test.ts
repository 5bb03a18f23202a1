/** The conversations keep their contract on PGlite, and weigh rows as the rule in core does. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import type { HistoryPage } from "@hibiki/core/domain/Conversation"
import { rowWeight, sideBytes } from "@hibiki/core/domain/HistorySize"
import { ConversationId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { makeUuidV7 } from "@hibiki/core/domain/Uuid"
import { Conversations, type PageFrom } from "@hibiki/core/ports/Conversations"
import type { StoreUnavailable } from "@hibiki/core/ports/EventStore"
import { conversationsContract } from "@hibiki/testing/contracts/ConversationsContract"
import { Effect, Layer } from "effect"
import { ConversationsSql } from "../../src/sql/ConversationsSql.ts"
import { EventStoreSql } from "../../src/sql/EventStoreSql.ts"
import { weightOf } from "../../src/sql/pageSql.ts"
import { type RowTuple, rowFrom } from "../../src/sql/rowTuple.ts"
import { summaries } from "../../src/sql/summarySql.ts"
import { freshPglite } from "../pglite/pgliteKit.ts"
import { mentionsByTheRule } from "./mentionsByTheRule.ts"
import { addSqlUser, blockSqlUser, hideSqlUser, setSqlClock } from "./sqlUsers.ts"

describe("conversations on PGlite", () => {
  layer(Layer.provideMerge(Layer.mergeAll(EventStoreSql, ConversationsSql), freshPglite))((it) => {
    conversationsContract({
      it,
      assert,
      makeUser: addSqlUser,
      hide: hideSqlUser,
      block: blockSqlUser,
      setClock: setSqlClock
    })

    it.effect("whom a text mentions PGlite tells as the rule in core does, of every character and among odd ones", () =>
      mentionsByTheRule((different, mentioned, pairs) => {
        assert.deepStrictEqual(different, [])
        assert.isAbove(mentioned, pairs / 4)
        assert.isAbove(pairs - mentioned, pairs / 4)
      })
    )

    it.effect(
      "mentions are looked for by their own index, and unread messages by that of the rows, whatever is known of the tables",
      () =>
        Effect.gen(function* () {
          const sql = yield* SqlClient.SqlClient
          const steps = yield* sql.unsafe<{ readonly "QUERY PLAN": string }>(
            `explain (costs off) ${summaries("true")}`,
            [user]
          )
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

describe("an answer of history on PGlite", () => {
  layer(Layer.provideMerge(Layer.mergeAll(EventStoreSql, ConversationsSql), freshPglite))((it) => {
    it.effect("makes no row that it has no room for, wherever it begins", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const conversations = yield* Conversations
        const [ann, log] = [yield* addSqlUser("ann"), ConversationId.make(yield* makeUuidV7)]
        yield* sql`insert into conversations (id, kind, history, last_seq) values (${log}, 'group', 'all', 300)`
        yield* sql`insert into memberships (conversation_id, user_id, role, joined_seq) values (${log}, ${ann}, 'owner', 1)`
        yield* sql`insert into events (conversation_id, seq, id, by_user, at, kind, body, rev)
          select ${log}::uuid, n, gen_random_uuid(), ${ann}::uuid, n, 'posted', jsonb_build_object('text', repeat('響', ${Limits.textMax}::int)), n
          from generate_series(1, 300) n`
        yield* countMadeRows
        const fit = Math.floor(sideBytes / (300 + 3 * Limits.textMax))
        const made = (ask: Effect.Effect<HistoryPage | undefined, StoreUnavailable>) =>
          Effect.gen(function* () {
            yield* sql`select setval('made_rows', 1)`
            const shown = (yield* ask)?.rows.length ?? 0
            const [count] = yield* sql<{ readonly made: string | number }>`select last_value - 1 as made from made_rows`
            return [shown, Number(count?.made)]
          })
        const page = (from: PageFrom) => made(conversations.page(ann, log, from, Limits.pageMax))
        // One further row tells that there is no room for it.
        assert.deepStrictEqual(yield* page({ _tag: "Latest" }), [fit, fit + 1])
        assert.deepStrictEqual(yield* page({ _tag: "Before", seq: 200 }), [fit, fit + 1])
        assert.deepStrictEqual(yield* page({ _tag: "After", seq: 100 }), [fit, fit + 1])
        assert.deepStrictEqual(yield* page({ _tag: "Around", seq: 150 }), [2 * fit + 1, 2 * fit + 3])
        assert.deepStrictEqual(yield* made(conversations.changedSince(ann, log, 0, 1, 300)), [fit, fit + 1])
      })
    )
  })
})

/** From now on each row that is made is counted. */
const countMadeRows = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  sql.unsafe(`
    create sequence made_rows;
    alter function timeline_row(events, uuid) rename to timeline_row_itself;
    create function timeline_row(_e events, _reader uuid) returns jsonb language plpgsql volatile as $$
    begin
      perform nextval('made_rows');
      return timeline_row_itself(_e, _reader);
    end $$;`)
)

const user = "0190b0c0-1111-7abc-8def-000000000001"
const users = Array.from({ length: Limits.usersPerCommand }, () => user)
const most = Number.MAX_SAFE_INTEGER
const escaped = (length: number) => "\u0001".repeat(length)
const reactions = Array.from(
  { length: Limits.emojiKindsMax },
  () => [escaped(Limits.emojiMax), Limits.membersMax, false] as const
)
const heavy = (
  kind: RowTuple[5],
  body: RowTuple[6],
  more: Partial<{ text: string; reactions: RowTuple[10] }> = {}
): RowTuple => [
  ...([most, most, user, user, most, kind, body, false] as const),
  ...([more.text ?? null, more.text === undefined ? null : most, more.reactions ?? null, false] as const)
]

/** A row of each kind, with as much in it as there may be. */
const heavyRows: ReadonlyArray<RowTuple> = [
  heavy("posted", { text: escaped(Limits.textMax), replyTo: most }, { reactions }),
  heavy("posted", { text: "short", replyTo: most }, { text: '🍵"\\\n\u2028é'.repeat(Limits.textMax / 6), reactions }),
  heavy("posted", { text: "", blanked: true }),
  heavy("created", { conversationKind: "channel", title: escaped(Limits.nameMax), history: "joined", members: users }),
  heavy("joined", { userIds: users }),
  heavy("left", { userId: user }),
  heavy("left", { userId: user, banned: true }),
  heavy("banned", { userId: user }),
  heavy("unbanned", { userId: user }),
  heavy("rulesChanged", { post: "admins", add: "admins", slowSeconds: 900 }),
  heavy("closed", { operator: true }),
  heavy("reopened", { operator: true }),
  heavy("renamed", { title: escaped(Limits.nameMax) }),
  heavy("roleChanged", { userId: user, role: "member" })
]
