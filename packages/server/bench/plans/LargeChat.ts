/**
 * A chat with millions of messages, put straight into the tables: one log of a tenth of them, 100,000 groups for the
 * rest, 5,000 people in 20 groups each, of whom the first is in 2,000 and 3,000 are in the large one. Of twenty events
 * one is an edit and one a reaction, and of 23 messages one mentions somebody.
 */
import * as SqlClient from "@effect/sql/SqlClient"
import { ConversationId, UserId } from "@hibiki/core/domain/Ids"
import { Effect } from "effect"

export const people = 5_000
export const groups = 100_000
const groupsOfEach = 20
export const groupsOfFirst = 2_000
const largeMembers = 3_000
/** Rows of one statement. */
const chunk = 250_000

const uuid = (kind: number, n: number): string =>
  `0190${kind.toString(16).padStart(4, "0")}-0000-7000-8000-${n.toString(16).padStart(12, "0")}`
const kinds = { user: 1, group: 2, event: 3 } as const
/** The same in SQL, of an expression. */
const idOf = (kind: keyof typeof kinds, n: string): string =>
  `('0190${kinds[kind].toString(16).padStart(4, "0")}-0000-7000-8000-' || lpad(to_hex((${n})::bigint), 12, '0'))::uuid`

export const user = (n: number): UserId => UserId.make(uuid(kinds.user, n))
/** The first is the large one. */
export const group = (n: number): ConversationId => ConversationId.make(uuid(kinds.group, n))

/** Members of a group that is not the large one. */
export const memberOf = (n: number): UserId => user(2 + ((n * 7) % (people - 1)))

export interface Sizes {
  readonly large: number
  readonly small: number
}

/** How long the logs are, with so many messages in all. */
export const sizesOf = (messages: number): Sizes => ({
  large: Math.floor(messages / 10),
  small: Math.floor((messages - messages / 10) / (groups - 1))
})

const run = (statement: string) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(statement))

const fillPeople = Effect.gen(function* () {
  yield* run(
    `insert into users (id, handle, display_name) select ${idOf("user", "n")}, 'u' || n, 'u' || n from generate_series(1, ${people}) n`
  )
  yield* run(
    `insert into conversations (id, kind) select ${idOf("user", "n")}, 'personal' from generate_series(1, ${people}) n`
  )
  const member = (log: string, who: string, from: string) =>
    run(
      `insert into memberships (conversation_id, user_id, role, joined_seq) select ${log}, ${who}, 'member', 1 from ${from} on conflict do nothing`
    )
  yield* member(idOf("group", "1"), idOf("user", "n"), `generate_series(1, ${largeMembers}) n`)
  yield* member(idOf("group", "n"), idOf("user", "1"), `generate_series(1, ${groupsOfFirst}) n`)
  // Everybody whom memberOf names is in it, so that each group has somebody who may post.
  yield* member(idOf("group", "n"), idOf("user", `2 + (n * 7) % ${people - 1}`), `generate_series(2, ${groups}) n`)
  yield* member(
    idOf("group", `2 + (n * 131 + k * 997) % ${groups - 1}`),
    idOf("user", "n"),
    `generate_series(2, ${people}) n, generate_series(1, ${groupsOfEach - 4}) k`
  )
  // Everybody has read to the fifth event: the rest is unread, and counted to a bound.
  yield* run(
    "insert into read_cursors (user_id, conversation_id, read_up_to) select user_id, conversation_id, 5 from memberships"
  )
})

/** `n` numbers all messages; the first `large` of them are the large log. */
const fillEvents = (messages: number, note: (text: string) => void) =>
  Effect.gen(function* () {
    const { large, small } = sizesOf(messages)
    const all = large + small * (groups - 1)
    const [log, seq] = [
      idOf("group", `case when n <= ${large} then 1 else 2 + (n - ${large} - 1) / ${small} end`),
      `(case when n <= ${large} then n else 1 + (n - ${large} - 1) % ${small} end)`
    ]
    for (let from = 1; from <= all; from += chunk) {
      yield* run(`
        insert into events (conversation_id, seq, id, by_user, at, kind, target, body, rev, edited_text, edited_at)
        select log, s, id, by_user, n, kind, case when kind <> 'posted' then s - 1 end,
            case kind when 'posted' then jsonb_build_object('text', repeat('word ', 4 + (n % 20)::int) || case when n % 23 = 0 then '@u' || 1 + n / 23 % ${people} else '' end)
              when 'edited' then jsonb_build_object('target', s - 1, 'text', 'edited') else jsonb_build_object('target', s - 1, 'emoji', '👍') end,
            case when kind = 'posted' then case when (s + 1) % 20 in (0, 10) then s + 1 else s end end,
            case when kind = 'posted' and (s + 1) % 20 = 0 then 'edited' end, case when kind = 'posted' and (s + 1) % 20 = 0 then n + 1 end
          from (
            select n, ${log} as log, ${seq} as s, ${idOf("event", "n")} as id, ${idOf("user", `2 + n % ${people - 1}`)} as by_user,
                case ${seq} % 20 when 0 then 'edited' when 10 then 'reacted' else 'posted' end as kind
              from generate_series(${from}::bigint, ${Math.min(all, from + chunk - 1)}) n
          ) e`)
      note(`${Math.min(all, from + chunk - 1).toLocaleString("en")} of ${all.toLocaleString("en")} events`)
    }
    yield* run(`
      insert into reactions (conversation_id, seq, emoji, user_id)
      select conversation_id, target, '👍', by_user from events where kind = 'reacted'`)
    yield* run(
      `insert into conversations (id, kind, title, members, last_seq) select ${idOf("group", "n")}, 'group', 'g' || n,
        case n when 1 then ${largeMembers} else 6 end, case n when 1 then ${large} else ${small} end from generate_series(1, ${groups}) n`
    )
    return all
  })

/** Gives how many events there are. */
export const fill = (messages: number, note: (text: string) => void) =>
  Effect.gen(function* () {
    yield* run("set synchronous_commit = off")
    yield* run("set statement_timeout = 0")
    yield* fillPeople
    const all = yield* fillEvents(messages, note)
    note("vacuum analyze")
    yield* run("vacuum analyze")
    yield* run("reset all")
    return all
  })
