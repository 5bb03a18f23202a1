/** What is owed to people who have no device in use: which logs are to be looked at, which pushes are due or were sent, and what became of them. */
import type { Migration } from "../Migration.ts"

// Times are ms by the clock of whoever calls: the database's, see PushStoreSql. `head` is the log's at the look before; `looks` how many looks the chain had; `noted` whether somebody noted it
// while it was in hand, and relies on a look after that.
// Rows are locked in the order of their keys, or passed by where they are locked.
const tables = `
create table push_looks (
  log uuid primary key,
  head bigint not null default 0,
  looks int not null default 0,
  look_at bigint not null,
  noted boolean not null default false
);
create index push_looks_at on push_looks (look_at);
create table push_due (
  device_id uuid not null,
  conversation_id uuid not null,
  user_id uuid not null,
  seq bigint not null,
  reason text not null,
  state text not null check (state in ('due', 'sent', 'cancel')),
  due_at bigint,
  tries int not null default 0,
  owed_at bigint not null,
  primary key (device_id, conversation_id)
);
create index push_due_at on push_due (due_at) where due_at is not null;
create index push_due_of_user on push_due (user_id, conversation_id);
create index push_due_owed_at on push_due (owed_at);
create table push_records (
  user_id uuid not null,
  conversation_id uuid not null,
  device_id uuid not null,
  at bigint not null,
  seq bigint not null,
  what text not null
);
create index push_records_of_user on push_records (user_id, conversation_id, at);
create index push_records_at on push_records (at);
`

const looks = `
create function hibiki_push_note(_logs uuid[], _now bigint, _first bigint, _again bigint) returns jsonb language sql volatile as $$
  with noted as (
    insert into push_looks (log, look_at)
      select l.id, _now + _first from unnest(_logs) l(id) order by l.id
      on conflict (log) do update set look_at = least(push_looks.look_at, _now + _again), noted = true
      returning log, look_at
  )
  select coalesce(jsonb_object_agg(n.log, n.look_at), '{}') from noted n
$$;
-- [log, looks, head, whether the head has moved, whether it is personal] of each log whose look is due.
create function hibiki_push_look(_now bigint, _lease bigint, _limit int) returns jsonb language plpgsql volatile as $$
declare
  _taken jsonb;
begin
  with due as (
    select p.log from push_looks p where p.look_at <= _now order by p.look_at limit _limit for update skip locked
  ), taken as (
    update push_looks p set look_at = _now + _lease, noted = false from due d where p.log = d.log returning p.log, p.looks, p.head
  )
  select coalesce(jsonb_agg(jsonb_build_array(t.log, t.looks, coalesce(c.last_seq, 0), coalesce(c.last_seq, 0) > t.head, coalesce(c.kind = 'personal', false))), '[]')
    into _taken from taken t left join lateral (select * from conversations where id = t.log offset 0) c on true;
  -- Of those that are personal logs: what was sent and is read now is to be taken back.
  update push_due p set state = 'cancel', due_at = _now, tries = 0
    where p.user_id = any(array(select (t->>0)::uuid from jsonb_array_elements(_taken) t)) and p.state = 'sent'
      and p.seq <= (select r.read_up_to from read_cursors r where r.user_id = p.user_id and r.conversation_id = p.conversation_id);
  return _taken;
end $$;
-- _looked: [log, head, looks, at or null]. What came meanwhile is looked at again.
create function hibiki_push_looked(_looked jsonb, _now bigint, _again bigint) returns void language plpgsql volatile as $$
begin
  perform from push_looks p where p.log = any(array(select (l->>0)::uuid from jsonb_array_elements(_looked) l)) order by p.log for update;
  with looked as (
    select (l->>0)::uuid as log, (l->>1)::bigint as head, (l->>2)::int as looks, (l->>3)::bigint as at,
        coalesce((select c.last_seq from conversations c where c.id = (l->>0)::uuid), 0) > (l->>1)::bigint as moved
      from jsonb_array_elements(_looked) l
  ), gone as (
    delete from push_looks p using looked l where p.log = l.log and l.at is null and not l.moved and not p.noted
  )
  update push_looks p
    set head = l.head, looks = l.looks, look_at = case when l.moved or p.noted then least(l.at, _now + _again) else l.at end
    from looked l where p.log = l.log and (l.at is not null or l.moved or p.noted);
end $$;
`

// A device that could be woken: signed in, and no bot, which nobody looks at.
export const living =
  "d.revoked_at is null and d.kind <> 'bot' and (d.idle_expires_at is null or (d.idle_expires_at > _now and d.absolute_expires_at > _now))"

// _pages: [log, after]. Each member is looked up by itself: "offset 0" keeps the planner from joining whole tables.
const unread = `
create function hibiki_push_unread(_pages jsonb, _limit int, _now bigint) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_array(p.log, u.user_id, u.seq) order by p.i, u.user_id), '[]')
  from (
    select (x.value->>0)::uuid as log, coalesce((x.value->>1)::uuid, '00000000-0000-0000-0000-000000000000') as after, x.ordinality as i
      from jsonb_array_elements(_pages) with ordinality x
  ) p
  cross join lateral (select * from conversations where id = p.log and kind <> 'personal' offset 0) c
  cross join lateral (
    select m.user_id, n.seq
    from (select * from memberships where conversation_id = c.id and user_id > p.after order by user_id offset 0) m
    cross join lateral (select * from read_cursors where user_id = m.user_id and conversation_id = c.id and read_up_to < c.last_seq offset 0) r
    cross join lateral (
      select e.seq from events e
        where e.conversation_id = c.id and e.seq > r.read_up_to and e.seq >= greatest(c.first_seq, case c.history when 'joined' then m.joined_seq else 1 end)
          and e.kind = 'posted' and not e.deleted and e.by_user <> m.user_id
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
`

const due = `
create function hibiki_push_owe(_owed jsonb, _now bigint) returns void language sql volatile as $$
  insert into push_due (device_id, conversation_id, user_id, seq, reason, state, due_at, owed_at)
    select o.device, o.log, o."userId", o.seq, o.reason, 'due', _now, _now
    from (
      select x.*, d.id as device
      from jsonb_to_recordset(_owed) as x(log uuid, "userId" uuid, seq bigint, reason text)
      cross join lateral (select d.id from devices d where d.user_id = x."userId" and ${living} offset 0) d
    ) o order by o.device, o.log
    on conflict (device_id, conversation_id) do update
      set seq = excluded.seq, reason = excluded.reason, state = 'due', due_at = excluded.due_at, tries = 0, owed_at = excluded.owed_at
      where push_due.state <> 'due' and push_due.seq <= (
        select r.read_up_to from read_cursors r where r.user_id = push_due.user_id and r.conversation_id = push_due.conversation_id
      )
$$;
create function hibiki_push_claim(_now bigint, _lease bigint, _limit int) returns jsonb language sql volatile as $$
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
    'isRead', coalesce((select r.read_up_to from read_cursors r where r.user_id = t.user_id and r.conversation_id = t.conversation_id), 0) >= t.seq
  )), '[]') from taken t
$$;
-- What another has taken in hand meanwhile is his.
create function hibiki_push_settle(_settled jsonb, _now bigint) returns void language sql volatile as $$
  with settled as (
    select s.*, coalesce((select r.read_up_to from read_cursors r where r.user_id = s."userId" and r.conversation_id = s.log), 0) >= s.seq as read
      from jsonb_to_recordset(_settled)
        as s(log uuid, "userId" uuid, "deviceId" uuid, seq bigint, state text, tries int, outcome text, at bigint)
  ), kept as (
    update push_due p
      set state = case when s.outcome = 'again' then p.state when s.outcome = 'sent' and s.read then 'cancel' else 'sent' end,
        due_at = case when s.outcome = 'again' then s.at when s.outcome = 'sent' and s.read then _now end,
        tries = case when s.outcome = 'again' then p.tries else 0 end
      from settled s
      where p.device_id = s."deviceId" and p.conversation_id = s.log and p.state = s.state and p.tries = s.tries
        and s.outcome in ('again', 'sent', 'unreachable')
  ), gone as (
    delete from push_due p using settled s
      where p.device_id = s."deviceId" and p.conversation_id = s.log and p.state = s.state and p.tries = s.tries
        and s.outcome not in ('again', 'sent', 'unreachable')
  )
  insert into push_records (user_id, conversation_id, device_id, at, seq, what)
    select s."userId", s.log, s."deviceId", s.at, s.seq, s.outcome from settled s where s.outcome <> 'again'
$$;
`

export const push: Migration = { version: 6, name: "push", runsBeside: 4, sql: tables + looks + unread + due }
