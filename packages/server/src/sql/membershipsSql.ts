/** The memberships of many users at once: gateways ask for these when many sockets connect together. */

import type { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import type { Membership } from "@hibiki/core/ports/Conversations"
import { seqNumber } from "./seqNumber.ts"

/**
 * Two texts: rows would cost PGlite and the transfer between threads several times as much. `logs`: as JSON, each once,
 * however many of the users are in it. `readers`: each user's id, then their logs with the seq from which they are a
 * member.
 */
export interface MembershipsRow {
  readonly logs: string
  readonly readers: string
}

type LogTuple = readonly [
  id: ConversationId,
  head: number,
  first: number,
  kind: Membership["kind"],
  fromJoining: boolean
]

const idLength = 36

/**
 * `users`: the requested ids. A gateway stores the ids for as long as a socket lives, so each is one shared string and
 * no part of the texts.
 */
export const membershipsOf =
  (users: ReadonlyArray<UserId>) =>
  (row: MembershipsRow): ReadonlyArray<Membership> => {
    const asked = new Map<string, UserId>(users.map((userId) => [userId, userId]))
    const logs = new Map<string, LogTuple>()
    for (const log of JSON.parse(row.logs) as ReadonlyArray<LogTuple>) logs.set(log[0], log)
    const memberships: Array<Membership> = []
    const add = (userId: UserId, [log, head, first, kind, fromJoining]: LogTuple, joined: number) => {
      const visibleFrom = fromJoining ? Math.max(first, joined) : first
      memberships.push({
        userId,
        log,
        kind,
        head: seqNumber(head),
        first: seqNumber(first),
        visibleFrom: seqNumber(visibleFrom)
      })
    }
    for (const text of row.readers === "" ? [] : row.readers.split(";")) {
      const userId = asked.get(text.slice(0, idLength))
      if (userId === undefined) continue
      for (let at = idLength, end = at; at < text.length; at = end + 1) {
        const comma = text.indexOf(",", at)
        end = comma < 0 ? text.length : comma
        const log = logs.get(text.slice(at, at + idLength))
        if (log !== undefined) add(userId, log, Number(text.slice(at + idLength, end)))
      }
      const own = logs.get(userId)
      if (own?.[3] === "personal") add(userId, own, 1)
    }
    return memberships
  }

// User by user, and log by log, by the indexes ("offset 0" keeps the planner from joining otherwise): without
// statistics, which PGlite never gathers, it would read both tables to their ends. Each log is looked up once, since
// half of the users that connect together share a few logs.
const query = (ofLog: string, ownLog: string): string => `
  with asked as materialized (select distinct unnest($1::uuid[]) as id),
  mine as materialized (
    select a.id as reader, m.logs, m.ids
    from asked a cross join lateral (
      select string_agg(conversation_id::text || joined_seq, ',') as logs, array_agg(conversation_id) as ids
      from memberships where user_id = a.id ${ofLog}
    ) m
  ),
  logs as materialized (
    select c.id, c.last_seq, c.first_seq, c.kind, c.history
    from (select unnest(ids) as id from mine union select id from asked ${ownLog}) l
    cross join lateral (select * from conversations where id = l.id offset 0) c
  )
  select
    (select coalesce(json_agg(json_build_array(id, last_seq, first_seq, kind, history = 'joined')), '[]') from logs)::text as logs,
    (select coalesce(string_agg(reader::text || coalesce(logs, ''), ';'), '') from mine) as readers`

export const membershipsQuery = query("", "")
export const membersAmongQuery = query("and conversation_id = $2::uuid", "where id = $2::uuid")
