/** Nobody is woken for what somebody writes whom he blocks. */
import type { Migration } from "../Migration.ts"
import { living } from "./0006Push.ts"

// As before, but for messages by those whom the member blocks: nothing is owed for them, and what was owed is known to be unwanted. Whom one blocks
// is read once for each member, and not for each message.
const pushes = `
create or replace function hibiki_push_unread(_pages jsonb, _limit int, _now bigint) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_array(p.log, u.user_id, u.seq) order by p.i, u.user_id), '[]')
  from (
    select (x.value->>0)::uuid as log, coalesce((x.value->>1)::uuid, '00000000-0000-0000-0000-000000000000') as after, x.ordinality as i
      from jsonb_array_elements(_pages) with ordinality x
  ) p
  cross join lateral (select * from conversations where id = p.log and kind <> 'personal' offset 0) c
  cross join lateral (
    select m.user_id, n.seq
    from (select * from memberships where conversation_id = c.id and user_id > p.after order by user_id offset 0) m
    cross join lateral (select * from read_cursors where user_id = m.user_id and conversation_id = c.id and read_up_to < c.last_seq and not muted offset 0) r
    cross join lateral (
      select e.seq from events e
        where e.conversation_id = c.id and e.seq > r.read_up_to and e.seq >= greatest(c.first_seq, case c.history when 'joined' then m.joined_seq else 1 end)
          and e.kind = 'posted' and not e.deleted and e.by_user <> m.user_id
          and e.by_user <> all(array(select b.blocked_id from blocks b where b.user_id = m.user_id))
        order by e.seq desc limit 1
    ) n
    where exists (select from users o where o.id = m.user_id and o.disabled_at is null)
      and exists (
        select from devices d where d.user_id = m.user_id and ${living} and not exists (
          select from push_due q where q.device_id = d.id and q.conversation_id = c.id and (q.state = 'due' or q.seq > r.read_up_to)
        )
      )
    limit _limit
  ) u
$$;

create or replace function hibiki_push_claim(_now bigint, _lease bigint, _limit int) returns jsonb language sql volatile as $$
  with due as (
    select p.device_id, p.conversation_id from push_due p where p.due_at <= _now order by p.due_at limit _limit for update skip locked
  ), taken as (
    update push_due p set due_at = _now + _lease, tries = p.tries + 1
      from due d where p.device_id = d.device_id and p.conversation_id = d.conversation_id
      returning p.*
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'log', t.conversation_id, 'userId', t.user_id, 'deviceId', t.device_id, 'seq', t.seq, 'reason', t.reason, 'state', t.state, 'tries', t.tries,
    'isSignedIn', exists (select from devices d where d.id = t.device_id and ${living})
      and exists (select from users u where u.id = t.user_id and u.disabled_at is null),
    'isMember', exists (select from memberships m where m.conversation_id = t.conversation_id and m.user_id = t.user_id),
    'isRead', coalesce((select r.read_up_to from read_cursors r where r.user_id = t.user_id and r.conversation_id = t.conversation_id), 0) >= t.seq,
    'isMuted', coalesce((select r.muted from read_cursors r where r.user_id = t.user_id and r.conversation_id = t.conversation_id), false),
    'isBlocked', (
      select true from blocks b where b.user_id = t.user_id
        and b.blocked_id = (select e.by_user from events e where e.conversation_id = t.conversation_id and e.seq = t.seq)
    ) is not null
  )), '[]') from taken t
$$;
`

export const blocksWakeNobody: Migration = { version: 23, name: "blocks wake nobody", runsBeside: 4, sql: pushes }
