/** Conversations in SQL as their readers see them, on Postgres and on PGlite. Membership is a condition of every query. */
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import { Conversations, type Membership } from "@hibiki/core/conversations/Conversations"
import type { Member, PersonalSnapshot } from "@hibiki/core/domain/Conversation"
import type { ConversationId, Epoch, UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import { StoreUnavailable } from "@hibiki/core/messages/EventStore"
import { Effect, Layer } from "effect"
import { seqNumber } from "../infra/seqNumber.ts"
import { changedParameters, changedQuery, type PageRow, pageOf, pageParameters, pageQuery } from "./pageSql.ts"
import { type SummaryRow, summaries, summaryOf, visibleFrom } from "./summarySql.ts"

/** Needs a migrated database. Pages are cut at Limits.pageMax. */
export const ConversationsSql = Layer.effect(
  Conversations,
  Effect.map(SqlClient.SqlClient, (sql) => {
    const ask = <Row extends object>(operation: string, query: string, parameters: ReadonlyArray<unknown>) =>
      Effect.mapError(sql.unsafe<Row>(query, parameters), (cause: SqlError) => new StoreUnavailable({ operation, cause }))
    const askOne = <Row extends object, A>(operation: string, query: string, parameters: ReadonlyArray<unknown>, read: (row: Row) => A) =>
      Effect.map(ask<Row>(operation, query, parameters), ([row]) => (row === undefined ? undefined : read(row)))
    const upTo = (limit: number) => Math.min(limit, Limits.pageMax)

    return Conversations.of({
      memberships: (users) => Effect.map(ask<MembershipRow>("memberships", membershipsQuery, [users]), (rows) => rows.map(membershipOf)),
      membersAmong: (log, users) =>
        Effect.map(ask<MembershipRow>("membersAmong", membersAmongQuery, [users, log]), (rows) => rows.map(membershipOf)),
      snapshot: (userId) => askOne<SnapshotRow, PersonalSnapshot>("snapshot", snapshotQuery, [userId], (row) => snapshotOf(userId, row)),
      summary: (userId, conversationId) => askOne("summary", summaries("c.id = $2::uuid"), [userId, conversationId], summaryOf),
      members: (userId, conversationId, afterHandle, limit) =>
        askOne<{ members: ReadonlyArray<Member> }, ReadonlyArray<Member>>(
          "members",
          membersQuery,
          [userId, conversationId, afterHandle, upTo(limit)],
          ({ members }) => members
        ),
      channels: (userId, prefix, limit) =>
        ask<ChannelRow>("channels", channelsQuery, [userId, `${prefix.replaceAll(/[\\%_]/g, "\\$&")}%`, upTo(limit)]),
      page: (userId, conversationId, from, limit) =>
        askOne<PageRow, ReturnType<typeof pageOf>>(
          "page",
          pageQuery,
          [userId, conversationId, ...pageParameters(from, upTo(limit))],
          pageOf
        ),
      changedSince: (userId, conversationId, asOf, from, to) =>
        askOne<PageRow, ReturnType<typeof pageOf>>(
          "changedSince",
          changedQuery,
          [userId, conversationId, ...changedParameters(asOf, from, to)],
          pageOf
        )
    })
  })
)

interface MembershipRow {
  readonly userId: UserId
  readonly log: ConversationId
  readonly head: string | number
  readonly first: string | number
  readonly visible: string | number
}

const membershipOf = ({ first, head, log, userId, visible }: MembershipRow): Membership => ({
  userId,
  log,
  head: seqNumber(head),
  first: seqNumber(first),
  visibleFrom: seqNumber(visible)
})

const conversationsOf = `
  select m.user_id as "userId", c.id as log, c.last_seq as head, c.first_seq as first, ${visibleFrom} as visible
  from memberships m join conversations c on c.id = m.conversation_id
  where m.user_id = any($1::uuid[])`
const personalLogsOf = `
  select c.id as "userId", c.id as log, c.last_seq as head, c.first_seq as first, c.first_seq as visible
  from conversations c
  where c.id = any($1::uuid[]) and c.kind = 'personal'`

const membershipsQuery = `${conversationsOf} union all ${personalLogsOf}`
const membersAmongQuery = `${conversationsOf} and c.id = $2::uuid union all ${personalLogsOf} and c.id = $2::uuid`

interface SnapshotRow {
  readonly epoch: Epoch
  readonly asOf: string | number
  readonly handle: string
  readonly displayName: string
  readonly admin: boolean
  readonly conversations: ReadonlyArray<SummaryRow>
}

const snapshotQuery = `
  select s.epoch, p.last_seq as "asOf", u.handle, u.display_name as "displayName", u.admin,
    (select coalesce(jsonb_agg(to_jsonb(l)), '[]') from (${summaries("true")}) l) as conversations
  from users u
  join conversations p on p.id = u.id and p.kind = 'personal'
  cross join store_meta s
  where u.id = $1::uuid`

const snapshotOf = (userId: UserId, row: SnapshotRow): PersonalSnapshot => ({
  epoch: row.epoch,
  asOf: seqNumber(row.asOf),
  me: { userId, handle: row.handle, displayName: row.displayName, admin: row.admin },
  conversations: row.conversations.map(summaryOf)
})

const membersQuery = `
  select (
    select coalesce(jsonb_agg(to_jsonb(l) order by l.handle collate "C"), '[]') from (
      select u.id as "userId", u.handle, u.display_name as "displayName", m.role
      from memberships m join users u on u.id = m.user_id
      where m.conversation_id = own.conversation_id and u.handle collate "C" > $3::text
      order by u.handle collate "C" limit $4::int
    ) l
  ) as members
  from memberships own where own.conversation_id = $2::uuid and own.user_id = $1::uuid`

interface ChannelRow {
  readonly conversationId: ConversationId
  readonly title: string
  readonly members: number
  readonly joined: boolean
}

const channelsQuery = `
  select c.id as "conversationId", c.title, c.members,
    exists (select from memberships m where m.conversation_id = c.id and m.user_id = $1::uuid) as joined
  from conversations c
  where c.kind = 'channel' and lower(c.title) like lower($2::text)
  order by lower(c.title) collate "C", c.id limit $3::int`
