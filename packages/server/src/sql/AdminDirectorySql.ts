/** What administrators see, in SQL. */
import * as SqlClient from "@effect/sql/SqlClient"
import { type AdminConversation, type AdminMember, type AdminPerson, ownersListed } from "@hibiki/core/domain/Admin"
import type { MessageRecord } from "@hibiki/core/domain/MessageTrace"
import { AdminDirectory } from "@hibiki/core/ports/AdminDirectory"
import { Effect, Layer } from "effect"
import { stored } from "./personalAnswer.ts"

export const AdminDirectorySql = Layer.effect(
  AdminDirectory,
  Effect.map(SqlClient.SqlClient, (sql) =>
    AdminDirectory.of({
      people: (prefix, afterHandle, limit, now) =>
        sql.unsafe<Timed<AdminPerson, "createdAt">>(peopleQuery, [prefix, endOf(prefix), afterHandle, now, limit]).pipe(
          Effect.map((rows) => rows.map((row) => ({ ...row, createdAt: Number(row.createdAt) }))),
          stored("adminPeople")
        ),
      conversations: (prefix, after, limit) =>
        sql
          .unsafe<Timed<AdminConversation, "lastAt">>(conversationsQuery, [patternOf(prefix), after ?? null, limit])
          .pipe(Effect.map(conversationsOf), stored("adminConversations")),
      conversation: (conversationId) =>
        sql.unsafe<Timed<AdminConversation, "lastAt">>(conversationQuery, [conversationId]).pipe(
          Effect.map((rows) => conversationsOf(rows)[0]),
          stored("adminConversation")
        ),
      message: (messageId) =>
        sql.unsafe<MessageRow>(messageQuery, [messageId]).pipe(
          Effect.map(([row]) => (row === undefined ? undefined : recordOf(row))),
          stored("adminMessage")
        ),
      members: (conversationId, afterHandle, limit) =>
        sql.unsafe<AdminMember>(membersQuery, [conversationId, afterHandle, limit]).pipe(stored("adminMembers"))
    })
  )
)

/** A row whose time pg returns as text. */
type Timed<A, K extends keyof A> = Omit<A, K> & { readonly [P in K]: string | number }

const conversationsOf = (rows: ReadonlyArray<Timed<AdminConversation, "lastAt">>): ReadonlyArray<AdminConversation> =>
  rows.map((row) => ({ ...row, lastAt: Number(row.lastAt) }))

interface MessageRow extends Pick<MessageRecord, "conversationId" | "kind" | "by"> {
  readonly at: string | number
  readonly seq: string | number | null
  readonly refused: string | null
}

const recordOf = ({ at, by, conversationId, kind, refused, seq }: MessageRow): MessageRecord => ({
  conversationId,
  kind,
  by,
  at: Number(at),
  ...(seq === null ? {} : { seq: Number(seq) }),
  ...(refused === null ? {} : { refused })
})

/** No text that begins with the prefix is greater. */
const endOf = (prefix: string): string => `${prefix}\u{10ffff}\u{10ffff}`
const patternOf = (prefix: string): string => `${prefix.replaceAll(/[\\%_]/g, "\\$&")}%`

const peopleQuery = `
  select u.id as "userId", u.handle, u.display_name as "displayName", u.created_at as "createdAt", u.admin,
    u.disabled_at is not null as disabled, u.password_hash is null as bot, (
      select count(*)::int from devices d where d.user_id = u.id and d.revoked_at is null
        and (d.idle_expires_at is null or (d.idle_expires_at > $4::bigint and d.absolute_expires_at > $4::bigint))
    ) as devices
  from users u
  where u.handle > $3::text and ((u.handle >= $1::text and u.handle < $2::text) or (u.name_key >= $1::text and u.name_key < $2::text))
  order by u.handle limit $5::int`

const columns = `
  c.id as "conversationId", c.kind, c.title, c.members, c.last_at as "lastAt", (
    select coalesce(json_agg(json_build_object('userId', o.id, 'handle', o.handle, 'displayName', o.display_name, 'disabled', o.disabled) order by o.handle), '[]')
    from (
      select u.id, u.handle, u.display_name, u.disabled_at is not null as disabled
      from memberships m join users u on u.id = m.user_id
      where m.conversation_id = c.id and m.role = 'owner' order by u.handle limit ${ownersListed}
    ) o
  ) as owners`

const conversationsQuery = `
  select ${columns} from (
    select * from conversations x
    where x.kind in ('group', 'channel') and lower(x.title) like lower($1::text) and ($2::uuid is null or x.id > $2::uuid)
    order by x.id limit $3::int
  ) c order by c.id`

const conversationQuery = `select ${columns} from conversations c where c.id = $1::uuid and c.kind <> 'personal'`

/** A command that changed a conversation and personal logs is named by the conversation. */
const messageQuery = `
  select c.id as "conversationId", c.kind, x.by_user as by, x.at, x.seq, x.refused
  from (
    select e.conversation_id, e.by_user, e.at, e.seq, null::text as refused from events e where e.id = $1::uuid
    union all
    select d.conversation_id, d.by_user, d.at, null, d.code from decisions d where d.id = $1::uuid
  ) x join conversations c on c.id = x.conversation_id
  order by c.kind = 'personal', x.at, x.conversation_id limit 1`

const membersQuery = `
  select u.id as "userId", u.handle, u.display_name as "displayName", m.role, u.disabled_at is not null as disabled
  from memberships m join users u on u.id = m.user_id
  where m.conversation_id = $1::uuid and u.handle > $2::text order by u.handle limit $3::int`
