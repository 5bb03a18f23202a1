/** One line of a user's conversation list, as SQL and as the port returns it. */
import type { ConversationSummary } from "@hibiki/core/domain/Conversation"
import type { Closed, Whose } from "@hibiki/core/domain/ConversationRules"
import { type Flag, flagFields } from "@hibiki/core/domain/Flags"
import { Limits } from "@hibiki/core/domain/Limits"
import { rowKinds } from "@hibiki/core/domain/RowKinds"
import { shownRules } from "@hibiki/core/domain/shownRules"
import { holdsSign, mentioned, textNow } from "./mentionSql.ts"
import { type RowTuple, rowFrom } from "./rowTuple.ts"
import { seqNumber } from "./seqNumber.ts"

/** The kinds of events that are rows, as the index `events_rows` lists them, so that queries can use it. */
export const rowKindList = `(${rowKinds.map((kind) => `'${kind}'`).join(", ")})`

/** The first seq that the member `m` may read of the conversation `c`. */
export const visibleFrom = "greatest(c.first_seq, case c.history when 'joined' then m.joined_seq else 1 end)"

/** Messages of the conversation `c` above the read cursor, as events `e`, among the newest of its log. */
const unread = `e.conversation_id = c.id and e.seq > greatest(r.read_up_to, c.last_seq - ${Limits.unreadWithin}) and e.seq >= v.visible
            and e.kind = 'posted' and not e.deleted`

/**
 * A query for the conversations of the user $1; `condition` narrows the memberships. Each is looked up by itself
 * ("offset 0" keeps the planner from joining otherwise): for a user with many it would read all conversations in the
 * store. Unread messages are counted only if something came after the read cursor, among the log's newest events, and
 * no further than the cap. Without the first bound, all posts of a user who posts and never reads would be read each
 * time. Mentions of the user are searched from the newest text with a sign on, by their index in its order. The query
 * hides the bound ("select") and the authors' shares ("case") from the planner: with either it may expect so few
 * mentions that it reads all there are and sorts them.
 */
export const summaries = (condition: string): string => `
  select c.id, c.kind, c.title, c.history, c.who_posts as "whoPosts", c.who_adds as "whoAdds", c.slow_seconds as "slowSeconds", c.closed, c.members, c.last_seq as head, m.role, v.visible, r.read_up_to as "readUpTo", r.marked_unread as "markedUnread", r.marked_seq as "markedSeq", r.muted, r.favourite,
    case when c.kind = 'direct' then (
      select jsonb_build_array(u.id, u.handle, u.display_name) from users u where u.id = coalesce(
        (select o.user_id from memberships o where o.conversation_id = c.id and o.user_id <> m.user_id limit 1), m.user_id)
    ) end as peer,
    case when c.last_seq > r.read_up_to then (
      select count(*)::int from (
        select from events e where ${unread} and e.by_user <> m.user_id limit ${Limits.unreadCap}
      ) counted
    ) else 0 end as unread,
    case when c.last_seq > r.read_up_to and c.kind <> 'direct' then (
      select count(*)::int from (
        select from (
          select ${textNow("e")} as text from events e
            where ${unread} and ${holdsSign("e")} and case when e.by_user <> m.user_id then true end
            order by e.seq desc limit (select ${Limits.mentionsWithin})
        ) signed where ${mentioned("signed.text", "m.handle")} limit ${Limits.unreadCap}
      ) counted
    ) else 0 end as mentions,
    (select timeline_row(e, m.user_id) from events e
      where e.conversation_id = c.id and e.seq >= v.visible and e.kind in ${rowKindList} order by e.seq desc limit 1) as last
  from (
    select *, (select u.handle from users u where u.id = $1::uuid) as handle from memberships where user_id = $1::uuid and ${condition} offset 0
  ) m
  cross join lateral (select * from conversations where id = m.conversation_id offset 0) c
  cross join lateral (select * from read_cursors where user_id = m.user_id and conversation_id = m.conversation_id offset 0) r
  cross join lateral (select ${visibleFrom} as visible) v`

/** A row of `summaries`, on its own or out of a JSON array. */
export interface SummaryRow extends Readonly<Record<Flag, boolean>> {
  readonly id: ConversationSummary["conversationId"]
  readonly kind: ConversationSummary["kind"]
  readonly title: string
  readonly history: ConversationSummary["history"]
  readonly whoPosts: Whose
  readonly whoAdds: Whose
  readonly slowSeconds: number
  readonly closed: Closed | null
  readonly members: number
  readonly head: string | number
  readonly role: ConversationSummary["role"]
  readonly visible: string | number
  readonly readUpTo: string | number
  readonly markedUnread: string | number | null
  readonly markedSeq: string | number | null
  readonly peer: readonly [id: ConversationSummary["conversationId"], handle: string, displayName: string] | null
  readonly unread: number
  readonly mentions: number
  readonly last: RowTuple | null
}

export const summaryOf = (row: SummaryRow): ConversationSummary => ({
  conversationId: row.id,
  kind: row.kind,
  title: row.title,
  ...(row.peer === null ? {} : { peer: personOf(row.peer) }),
  role: row.role,
  history: row.history,
  ...shownRules({ post: row.whoPosts, add: row.whoAdds, slowSeconds: row.slowSeconds }),
  ...(row.closed === null ? {} : { closed: row.closed }),
  members: row.members,
  head: seqNumber(row.head),
  visibleFrom: seqNumber(row.visible),
  readUpTo: seqNumber(row.readUpTo),
  ...(row.markedUnread === null || row.markedSeq === null
    ? {}
    : { markedUnreadAt: seqNumber(row.markedUnread), markedSeq: seqNumber(row.markedSeq) }),
  ...flagFields((flag) => row[flag]),
  unread: row.unread,
  ...(row.mentions === 0 ? {} : { mentions: row.mentions }),
  ...(row.last === null ? {} : { last: rowFrom(row.last) })
})

const personOf = ([id, handle, displayName]: NonNullable<SummaryRow["peer"]>): ConversationSummary["peer"] => ({
  userId: id as never,
  handle,
  displayName
})
