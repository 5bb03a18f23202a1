/**
 * Conversations in SQL as their readers see them, on Postgres and on PGlite. Membership is a condition of every query.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import type { BannedPerson, Member, PersonalSnapshot } from "@hibiki/core/domain/Conversation"
import type { ConversationId, Epoch, UserId } from "@hibiki/core/domain/Ids"
import { Limits } from "@hibiki/core/domain/Limits"
import type { Person } from "@hibiki/core/domain/Person"
import { Conversations, type Membership, type ReadCursor, type ShowsPresence } from "@hibiki/core/ports/Conversations"
import { StoreUnavailable } from "@hibiki/core/ports/EventStore"
import { Effect, Layer } from "effect"
import { type MembershipsRow, membersAmongQuery, membershipsOf, membershipsQuery } from "./membershipsSql.ts"
import {
  changedParameters,
  changedQuery,
  type PageRow,
  pageOf,
  pageParameters,
  pageQuery,
  readable
} from "./pageSql.ts"
import { type CellsRow, cellsOf, readCellsQuery } from "./readCellsSql.ts"
import { seqNumber } from "./seqNumber.ts"
import { type SummaryRow, summaries, summaryOf } from "./summarySql.ts"
import {
  type PlacedRow,
  placedOf,
  rowsAtParameters,
  rowsAtQuery,
  type TextsRow,
  textsOf,
  textsQuery
} from "./textSql.ts"

/** Needs a migrated database. Pages are cut at Limits.pageMax. */
export const ConversationsSql = Layer.effect(
  Conversations,
  Effect.map(SqlClient.SqlClient, (sql) => {
    const { ask, askOne, askOneOf } = asking(sql)
    const upTo = (limit: number) => Math.min(limit, Limits.pageMax)

    return Conversations.of({
      memberships: (users) => askOneOf("memberships", membershipsQuery, [users], membershipsOf(users)),
      membersAmong: (log, users) => askOneOf("membersAmong", membersAmongQuery, [users, log], membershipsOf(users)),
      readCells: (users, since) => Effect.map(ask<CellsRow>("readCells", readCellsQuery, [users, since]), cellsOf),
      snapshot: (userId) =>
        askOne<SnapshotRow, PersonalSnapshot>("snapshot", snapshotQuery, [userId], (row) => snapshotOf(userId, row)),
      summary: (userId, conversationId) =>
        askOne("summary", summaries("conversation_id = $2::uuid"), [userId, conversationId], summaryOf),
      members: (userId, conversationId, afterHandle, limit) =>
        askOne<{ members: ReadonlyArray<Member> }, ReadonlyArray<Member>>(
          "members",
          membersQuery,
          [userId, conversationId, afterHandle, upTo(limit)],
          ({ members }) => members
        ),
      bans: (userId, conversationId, afterHandle, limit) =>
        askOne<BansRow, ReadonlyArray<BannedPerson> | "forbidden">(
          "bans",
          bansQuery,
          [userId, conversationId, afterHandle, upTo(limit)],
          ({ bans }) => bans ?? "forbidden"
        ),
      everyMember: (viewer, conversationId) =>
        askOne<{ members: ReadonlyArray<Person & ShowsPresence> }, ReadonlyArray<Person & ShowsPresence>>(
          "everyMember",
          everyMemberQuery,
          [viewer, conversationId],
          ({ members }) => members
        ),
      shared: (viewer, users) =>
        ask<{ readonly userId: UserId } & ShowsPresence>("shared", sharedQuery, [viewer, users]),
      readCursors: (viewer, conversationId) =>
        askOne<{ cursors: ReadonlyArray<ReadCursor> }, ReadonlyArray<ReadCursor>>(
          "readCursors",
          readCursorsQuery,
          [viewer, conversationId],
          ({ cursors }) => cursors.map((cursor) => ({ ...cursor, readUpTo: seqNumber(cursor.readUpTo) }))
        ),
      channels: (userId, prefix, limit) =>
        ask<ChannelRow>("channels", channelsQuery, [userId, `${prefix.replaceAll(/[\\%_]/g, "\\$&")}%`, upTo(limit)]),
      page: (userId, conversationId, from, limit) =>
        askOne<PageRow, ReturnType<typeof pageOf>>(
          "page",
          pageQuery(from),
          [userId, conversationId, ...pageParameters(from, upTo(limit))],
          pageOf
        ),
      changedSince: (userId, conversationId, asOf, from, to) =>
        askOne<PageRow, ReturnType<typeof pageOf>>(
          "changedSince",
          changedQuery,
          [userId, conversationId, ...changedParameters(asOf, from, to)],
          pageOf
        ),
      reactors: (...place) => askOne("reactors", reactorsQuery, place, ({ users }: ReactorsRow) => users),
      texts: (userId, conversationId, below, limit) =>
        askOne<TextsRow, ReturnType<typeof textsOf>>(
          "texts",
          textsQuery,
          [userId, conversationId, below, Math.min(limit, Limits.textsMax)],
          textsOf
        ),
      rowsAt: (userId, places) =>
        Effect.map(
          ask<PlacedRow>("rowsAt", rowsAtQuery, [userId, ...rowsAtParameters(places.slice(0, Limits.pageMax))]),
          (rows) => rows.map(placedOf)
        )
    })
  })
)

/** Runs queries and reads their rows. */
const asking = (sql: SqlClient.SqlClient) => {
  const ask = <Row extends object>(operation: string, query: string, parameters: ReadonlyArray<unknown>) =>
    Effect.mapError(sql.unsafe<Row>(query, parameters), (cause: SqlError) => new StoreUnavailable({ operation, cause }))
  const askOne = <Row extends object, A>(
    operation: string,
    query: string,
    parameters: ReadonlyArray<unknown>,
    read: (row: Row) => A
  ) => Effect.map(ask<Row>(operation, query, parameters), ([row]) => (row === undefined ? undefined : read(row)))
  const askOneOf = (
    operation: string,
    query: string,
    parameters: ReadonlyArray<unknown>,
    read: (row: MembershipsRow) => ReadonlyArray<Membership>
  ) => Effect.map(askOne(operation, query, parameters, read), (memberships) => memberships ?? [])
  return { ask, askOne, askOneOf } as const
}

interface SnapshotRow {
  readonly epoch: Epoch
  readonly asOf: string | number
  readonly handle: string
  readonly displayName: string
  readonly admin: boolean
  readonly invisible: boolean
  readonly blocked: ReadonlyArray<UserId>
  readonly conversations: ReadonlyArray<SummaryRow>
}

const snapshotQuery = `
  select s.epoch, p.last_seq as "asOf", u.handle, u.display_name as "displayName", u.admin, u.invisible,
    (select coalesce(jsonb_agg(b.blocked_id order by b.blocked_id), '[]') from blocks b where b.user_id = u.id) as blocked,
    (select coalesce(jsonb_agg(to_jsonb(l)), '[]') from (${summaries("true")}) l) as conversations
  from users u
  join conversations p on p.id = u.id and p.kind = 'personal'
  cross join store_meta s
  where u.id = $1::uuid`

const snapshotOf = (userId: UserId, row: SnapshotRow): PersonalSnapshot => ({
  epoch: row.epoch,
  asOf: seqNumber(row.asOf),
  me: { userId, handle: row.handle, displayName: row.displayName, admin: row.admin, invisible: row.invisible },
  blocked: row.blocked,
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

interface BansRow {
  /** Null: the user has no right to read them. */
  readonly bans: ReadonlyArray<BannedPerson> | null
}

const bansQuery = `
  select case when own.role <> 'member' then (
    select coalesce(jsonb_agg(to_jsonb(l) order by l.handle collate "C"), '[]') from (
      select u.id as "userId", u.handle, u.display_name as "displayName", b.by_user as by, b.at
      from bans b join users u on u.id = b.user_id
      where b.conversation_id = own.conversation_id and u.handle collate "C" > $3::text
      order by u.handle collate "C" limit $4::int
    ) l
  ) end as bans
  from memberships own where own.conversation_id = $2::uuid and own.user_id = $1::uuid`

/** Whether the member `m` blocks the reader $1: true or null. */
const blocksReader = "select true from blocks b where b.user_id = m.user_id and b.blocked_id = $1::uuid"

/**
 * Whether a user is in one of the viewer's conversations for which `further` holds. One by one: the user's memberships
 * by their index, and for each of these one look-up of the viewer's. "offset 0" and a scalar subquery pin this plan:
 * without statistics (PGlite never gathers them) the planner joins all with all.
 */
const sharesWithViewer = (user: string, further = "true") => `exists (
    select from (select t.conversation_id from memberships t where t.user_id = ${user} offset 0) theirs
    where (select true from memberships v where v.conversation_id = theirs.conversation_id and v.user_id = $1::uuid) and ${further}
  )`

const fewMessages = (order: "asc" | "desc") => `(
      select e.by_user from events e where e.conversation_id = theirs.conversation_id and e.kind = 'posted'
      order by e.seq ${order} limit ${Limits.answerLook}
    )`

/** `ShowsPresence` of a user. */
const showsPresence = (user: string) => `(${user} = $1::uuid or
    (select true from blocks b where b.user_id = ${user} and b.blocked_id = $1::uuid) is null and ${sharesWithViewer(
      user,
      `case (select c.kind from conversations c where c.id = theirs.conversation_id) when 'direct' then exists (
        select from (${fewMessages("asc")} union all ${fewMessages("desc")}) written where written.by_user = ${user}
      ) else true end`
    )})`

const everyMemberQuery = `
  select (
    select coalesce(jsonb_agg(jsonb_build_object('userId', u.id, 'handle', u.handle, 'displayName', u.display_name,
      'showsPresence', case c.kind when 'direct' then ${showsPresence("m.user_id")} else (${blocksReader}) is null end)
      order by u.handle collate "C"), '[]')
    from memberships m join users u on u.id = m.user_id
    where m.conversation_id = own.conversation_id
  ) as members
  from memberships own join conversations c on c.id = own.conversation_id
  where own.conversation_id = $2::uuid and own.user_id = $1::uuid`

const sharedQuery = `
  select asked.id as "userId", ${showsPresence("asked.id")} as "showsPresence" from (
    select a.id, min(a.n) as n from unnest($2::uuid[]) with ordinality a(id, n) group by a.id
  ) asked
  where asked.id = $1::uuid or ${sharesWithViewer("asked.id")}
  order by asked.n`

const readCursorsQuery = `
  select (
    select coalesce(jsonb_agg(jsonb_build_object('userId', l.user_id, 'readUpTo', l.read_up_to, 'invisible', l.invisible)
      order by l.invisible, l.read_up_to desc, l.user_id), '[]')
    from (
      select m.user_id, r.read_up_to, u.invisible or (${blocksReader}) is not null as invisible
      from memberships m
      join read_cursors r on r.user_id = m.user_id and r.conversation_id = m.conversation_id
      join users u on u.id = m.user_id
      where m.conversation_id = own.conversation_id and m.user_id <> own.user_id
      order by 3, r.read_up_to desc, m.user_id limit ${Limits.pageMax}
    ) l
  ) as cursors
  from memberships own where own.conversation_id = $2::uuid and own.user_id = $1::uuid`

interface ReactorsRow {
  readonly users: ReadonlyArray<UserId>
}

/** Takes the user, the conversation, a seq and an emoji. */
const reactorsQuery = `
  select (
    select coalesce(jsonb_agg(l.user_id order by l.user_id), '[]') from (
      select r.user_id from reactions r
      where r.conversation_id = $2::uuid and r.seq = $3::bigint and r.seq >= me.visible and r.emoji = $4::text
      order by r.user_id limit ${Limits.pageMax}
    ) l
  ) as users
  from (${readable}) me`

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
