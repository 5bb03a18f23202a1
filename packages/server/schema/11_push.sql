-- Push notifications: which logs to look at, which pushes are due or were sent, and what became of them.
--
-- Times are by the database's clock, which all who push share. Rows are locked in the order of their keys, or skipped where they
-- are locked.

-- `head` is the log's at the look before; `looks` how many looks the chain had; `noted` whether somebody noted the log while it was
-- in hand, and relies on a look after that.
create table push_looks (
  log uuid primary key,
  head bigint not null default 0,
  looks int not null default 0 check (looks >= 0),
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
  tries int not null default 0 check (tries >= 0),
  owed_at bigint not null,
  primary key (device_id, conversation_id),
  check ((due_at is null) = (state = 'sent'))
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
  what text not null check (what in ('sent', 'cancelled', 'unreachable', 'revoked', 'left', 'read', 'muted', 'blocked', 'active', 'failed'))
);
create index push_records_of_user on push_records (user_id, conversation_id, at);
create index push_records_at on push_records (at);

-- Where a device's browser is reached. It goes with the device.
create table push_addresses (
  device_id uuid primary key references devices on delete cascade,
  endpoint text not null unique,
  p256dh text not null,
  auth text not null,
  set_at bigint not null
);

-- Whether a device could show a push: signed in, and no bot, which nobody looks at. The planner puts the text in place of the call.
create function can_show_pushes(_d devices, _now bigint) returns boolean language sql immutable as $$
  select _d.revoked_at is null and _d.kind <> 'bot'
    and (_d.idle_expires_at is null or (_d.idle_expires_at > _now and _d.absolute_expires_at > _now))
$$;

-- Members with something unread and a device that no push is owed to, as [log, user, seq]. `_pages` are [log, after]. Nothing is
-- owed for messages of users whom the member blocks; these are read once per member. Each member is looked up by itself: "offset 0"
-- keeps the planner from joining whole tables.
--
-- A function for its settings: it stops at its limit, so only a plan that reads in the order of an index is good. One that sorts
-- read all members for each page, and looks cheap to a planner that does not know that the query stops.
create function push_unread(_pages jsonb, _limit int, _now bigint) returns jsonb language sql stable
set enable_sort = off
set enable_bitmapscan = off
set enable_seqscan = off
set jit = off
as $$
  select coalesce(jsonb_agg(jsonb_build_array(p.log, u.user_id, u.seq) order by p.i, u.user_id), '[]')
  from (
    select (x.value->>0)::uuid as log, coalesce((x.value->>1)::uuid, '00000000-0000-0000-0000-000000000000') as after, x.ordinality as i
      from jsonb_array_elements(_pages) with ordinality x
  ) p
  cross join lateral (select * from conversations where id = p.log and kind <> 'personal' offset 0) c
  cross join lateral (
    select m.user_id, n.seq
    from (select * from memberships where conversation_id = c.id and user_id > p.after order by user_id offset 0) m
    cross join lateral (
      select * from read_cursors where user_id = m.user_id and conversation_id = c.id and read_up_to < c.last_seq and not muted offset 0
    ) r
    cross join lateral (
      select e.seq from events e
        where e.conversation_id = c.id and e.seq > r.read_up_to
          and e.seq >= greatest(c.first_seq, case c.history when 'joined' then m.joined_seq else 1 end)
          and e.kind = 'posted' and not e.deleted and e.by_user <> m.user_id
          and e.by_user <> all(array(select b.blocked_id from blocks b where b.user_id = m.user_id))
        order by e.seq desc limit 1
    ) n
    where exists (select from users o where o.id = m.user_id and o.disabled_at is null)
      and exists (
        select from devices d where d.user_id = m.user_id and can_show_pushes(d, _now) and not exists (
          select from push_due q where q.device_id = d.id and q.conversation_id = c.id and (q.state = 'due' or q.seq > r.read_up_to)
        )
      )
    limit _limit
  ) u
$$;

-- Ends looks: `_looked` are [log, head, looks, at or null]. It locks the rows first, then reads what came meanwhile, which is looked
-- at again.
create function end_push_looks(_looked jsonb, _now bigint, _again bigint) returns void language plpgsql volatile as $$
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

-- Stores where a device is reached. An endpoint is a browser's: it belongs to the device that is signed in there now. It locks the
-- endpoint first, then looks who has it.
create function set_push_address(_device uuid, _endpoint text, _p256dh text, _auth text, _now bigint) returns void language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(_endpoint, 0));
  delete from push_addresses a where a.endpoint = _endpoint and a.device_id <> _device;
  insert into push_addresses (device_id, endpoint, p256dh, auth, set_at) values (_device, _endpoint, _p256dh, _auth, _now)
    on conflict (device_id) do update
      set endpoint = excluded.endpoint, p256dh = excluded.p256dh, auth = excluded.auth, set_at = excluded.set_at;
end $$;
