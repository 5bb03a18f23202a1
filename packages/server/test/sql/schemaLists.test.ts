/** A list that stands in the schema is the one that stands in the code. */
import * as SqlClient from "@effect/sql/SqlClient"
import { assert, describe, layer } from "@effect/vitest"
import { activityKinds } from "@hibiki/core/domain/Activity"
import { Closed, Whose } from "@hibiki/core/domain/ConversationRules"
import { ChangeEvent, ConversationKind, HistoryRule, PersonalEvent, Role, RowEvent } from "@hibiki/core/domain/Event"
import { Limits } from "@hibiki/core/domain/Limits"
import { mentionSigns } from "@hibiki/core/domain/Mentions"
import { DeviceKind } from "@hibiki/core/domain/Presence"
import { RefusalCode } from "@hibiki/core/domain/Refusal"
import { rowKinds } from "@hibiki/core/domain/RowKinds"
import { inviteKinds } from "@hibiki/core/ports/Invites"
import { pushOutcomes, pushStates } from "@hibiki/core/ports/PushStore"
import { Effect } from "effect"
import { freshPglite } from "../pglite/pgliteKit.ts"

const eventKinds = [...RowEvent.members, ...ChangeEvent.members, ...PersonalEvent.members].flatMap(
  ({ fields }) => fields.kind.literals
)

const lists: Readonly<Record<string, ReadonlyArray<string>>> = {
  "account_activities.kind": activityKinds,
  "conversations.closed": Closed.literals,
  "conversations.history": HistoryRule.literals,
  "conversations.kind": [...ConversationKind.literals, "personal"],
  "conversations.who_adds": Whose.literals,
  "conversations.who_posts": Whose.literals,
  "decisions.code": RefusalCode.literals,
  "devices.kind": DeviceKind.literals,
  "events.kind": eventKinds,
  // Of the events those that are rows, and so have a `rev`.
  "events.kind rev": rowKinds,
  "invites.kind": inviteKinds,
  "memberships.role": Role.literals,
  "push_due.due_at state": ["sent"],
  "push_due.state": pushStates,
  "push_records.what": pushOutcomes
}

const wordsIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/'([^']+)'/g)].map(([, word]) => word ?? "").sort()

describe("the schema", () => {
  layer(freshPglite)((it) => {
    it.effect("allows the kinds and codes that the code has, no others, in each column that has any", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const checks = yield* sql<{ columns: string; text: string }>`
          select c.conrelid::regclass || '.' || (
              select string_agg(a.attname, ' ' order by a.attname) from pg_attribute a where a.attrelid = c.conrelid and a.attnum = any(c.conkey)
            ) as columns, pg_get_constraintdef(c.oid) as text
          from pg_constraint c where c.contype = 'c' and c.connamespace = 'public'::regnamespace and pg_get_constraintdef(c.oid) like '%''%' order by 1`
        assert.deepStrictEqual(
          Object.fromEntries(checks.map(({ columns, text }) => [columns, wordsIn(text)])),
          Object.fromEntries(Object.entries(lists).map(([columns, words]) => [columns, [...words].sort()]))
        )
      })
    )

    it.effect("has an index of the rows of a timeline, and one of the texts with a sign", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const [rows] = yield* sql<{ text: string }>`select pg_get_indexdef('events_rows'::regclass) as text`
        assert.deepStrictEqual(wordsIn(rows?.text ?? ""), [...rowKinds].sort())
        const [signs] = yield* sql<{ text: string }>`select pg_get_indexdef('events_mentions'::regclass) as text`
        assert.deepStrictEqual(
          [...new Set(wordsIn(signs?.text ?? ""))].sort(),
          ["posted", "text", ...mentionSigns].sort()
        )
      })
    )

    it.effect("shows a personal event's time by the same lead as the logs of conversations", () =>
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const [found] = yield* sql<{
          text: string
        }>`select prosrc as text from pg_proc where proname = 'append_personal_event'`
        assert.include(found?.text, `c.last_at - _now > ${Limits.logLeadMs} then`)
      })
    )
  })
})
