-- What a batch of commands loads and writes. No function here holds a rule: the commands decide in the process, between
-- `load_batch` and `store_batch` (decision 23).
--
-- The order of the steps is binding: lock, then look. In a volatile function each statement sees what was committed before it
-- began, so the facts show what the lock waited for.
--
-- Plans are pinned: large tables are read by scalar subqueries and "= any(array)" only, and never in sequence, so that a plan
-- made while they were empty is still the right one when they are large.

-- Locks `_logs`, and the ids of `_creations`, which may come into being: of two that create the same conversation the second
-- defers. Only reads `_read`. `_more` is null or asks for facts that are needed rarely.
create function load_batch(
  _logs uuid[], _creations uuid[], _read uuid[], _id_logs uuid[], _ids uuid[], _standing_logs uuid[], _standing_users uuid[], _direct uuid[],
  _more jsonb
) returns json language plpgsql volatile
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
as $$
declare
  _deferred uuid[] := '{}';
  _locked uuid[];
  _rows json;
  _id uuid;
begin
  -- With an older snapshot for the whole transaction, nothing below would see what the lock waited for.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'load_batch needs read committed' using errcode = 'invalid_transaction_state';
  end if;
  foreach _id in array _creations loop
    if not pg_try_advisory_xact_lock(uuid_hash_extended(_id, 7105)) then
      _deferred := _deferred || _id;
    end if;
  end loop;
  -- 1. Lock, in the order of ids, and defer what is locked elsewhere.
  select coalesce(array_agg(l.id), '{}'),
      json_agg(json_build_array(l.id, l.kind, l.title, l.history, l.members, l.first_seq, l.last_seq, l.last_at, l.who_posts, l.who_adds, l.slow_seconds, l.closed))
    into _locked, _rows
    from (
      select c.* from conversations c where c.id = any(_logs) order by c.id for no key update skip locked
    ) l;
  -- 2. Look.
  if cardinality(_locked) < cardinality(_logs) then
    _deferred := _deferred || array(select c.id from conversations c where c.id = any(_logs) and c.id <> all(_locked));
  end if;
  return json_build_object(
    'epoch', (select m.epoch from store_meta m where m.one),
    'now', store_now(),
    'rows', _rows,
    'deferred', _deferred,
    'read', (
      select json_agg(json_build_array(c.id, c.kind, c.title, c.history, c.members, c.first_seq, c.last_seq, c.last_at, c.who_posts, c.who_adds, c.slow_seconds, c.closed))
        from conversations c where c.id = any(_read)
    ),
    'stored', (
      select json_agg(json_build_array(e.conversation_id, e.asked, e.seq, e.id, e.by_user, e.at, e.kind, e.body))
        from events e where e.id = any(_ids)
    ),
    'decided', (
      select json_agg(json_build_array(d.conversation_id, d.id, d.by_user, d.code, knows_conversation(d.conversation_id, d.by_user)))
        from unnest(_id_logs, _ids) a(log, id), lateral (select * from decisions x where x.conversation_id = a.log and x.id = a.id offset 0) d
    ),
    -- Of members; of others only those who were one, and may know of the conversation.
    'standings', (
      select json_agg(json_build_array(a.log, a.user_id, m.role, m.joined_seq, m.posted_at)) filter (where m.role is not null or knows_conversation(a.log, a.user_id))
        from unnest(_standing_logs, _standing_users) a(log, user_id)
          left join lateral (
            select x.role, x.joined_seq, x.posted_at from memberships x where x.conversation_id = a.log and x.user_id = a.user_id offset 0
          ) m on true
    ),
    'blocked', (select json_agg(distinct b.direct_id) from blocks b where b.direct_id = any(_direct)),
    'more', case when _more is not null then load_more(_more) end
  );
end $$;

-- Takes lists of pairs and triples. Answers for those of their entries for which there is something.
create function load_more(_more jsonb) returns json language plpgsql volatile
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
as $$
begin
  return json_build_object(
    'rows', (
      select json_agg(json_build_array(a.log, a.seq, e.kind, e.by_user, e.deleted, (
          select count(*) from (
            select from events x where x.conversation_id = a.log and x.target = a.seq and x.kind = 'edited' limit (_more->>'editsMax')::int
          ) n
        ), (
          select json_agg(json_build_array(r.emoji, r.people))
            from (select x.emoji, count(*) as people from reactions x where x.conversation_id = a.log and x.seq = a.seq group by x.emoji) r
        )))
        from rows from (
          jsonb_array_elements_text(_more->'rows'->0), jsonb_array_elements_text(_more->'rows'->1)
        ) g(log_text, seq_text), lateral (select g.log_text::uuid as log, g.seq_text::bigint as seq) a,
        lateral (
          select x.kind, x.by_user, x.deleted from events x where x.conversation_id = a.log and x.seq = a.seq and x.rev is not null offset 0
        ) e
    ),
    'texts', (
      select json_agg(a.n)
        from rows from (
          jsonb_array_elements_text(_more->'texts'->0), jsonb_array_elements_text(_more->'texts'->1), jsonb_array_elements_text(_more->'texts'->2)
        ) with ordinality g(log_text, seq_text, text, number),
        lateral (select g.number as n, g.log_text::uuid as log, g.seq_text::bigint as seq) a
        where (
          select coalesce(x.edited_text, x.body->>'text') from events x where x.conversation_id = a.log and x.seq = a.seq
        ) = g.text
    ),
    'reacted', (
      select json_agg(a.n)
        from rows from (
          jsonb_array_elements_text(_more->'reacted'->0), jsonb_array_elements_text(_more->'reacted'->1),
          jsonb_array_elements_text(_more->'reacted'->2), jsonb_array_elements_text(_more->'reacted'->3)
        ) with ordinality g(log_text, seq_text, emoji, user_text, number),
        lateral (select g.number as n, g.log_text::uuid as log, g.seq_text::bigint as seq, g.user_text::uuid as user_id) a
        where (
          select true from reactions x
            where x.conversation_id = a.log and x.seq = a.seq and x.emoji = g.emoji and x.user_id = a.user_id
        )
    ),
    'pins', (
      select json_agg(json_build_array(a.log, (
          select json_agg(n.seq) from (select x.seq from events x where x.conversation_id = a.log and x.pinned limit (_more->>'pinsMax')::int) n
        )))
        from jsonb_array_elements_text(_more->'pins'->0) g(log_text), lateral (select g.log_text::uuid as log) a
    ),
    'owners', (
      select json_agg(json_build_array(a.log, (
          select count(*) from (select from memberships x where x.conversation_id = a.log and x.role = 'owner' limit a.most) n
        )))
        from rows from (
          jsonb_array_elements_text(_more->'owners'->0), jsonb_array_elements_text(_more->'owners'->1)
        ) g(log_text, most_text), lateral (select g.log_text::uuid as log, g.most_text::int as most) a
    ),
    'bans', (
      select json_agg(json_build_array(a.log, a.user_id))
        from rows from (
          jsonb_array_elements_text(_more->'bans'->0), jsonb_array_elements_text(_more->'bans'->1)
        ) g(log_text, user_text), lateral (select g.log_text::uuid as log, g.user_text::uuid as user_id) a
        where (select true from bans x where x.conversation_id = a.log and x.user_id = a.user_id)
    ),
    'banCounts', (
      select json_agg(json_build_array(a.log, (
          select count(*) from (select from bans x where x.conversation_id = a.log limit (_more->>'bansMax')::int) n
        )))
        from jsonb_array_elements_text(_more->'banCounts'->0) g(log_text), lateral (select g.log_text::uuid as log) a
    ),
    'blocks', (
      select json_agg(json_build_array(a.user_id, a.blocked))
        from rows from (
          jsonb_array_elements_text(_more->'blocks'->0), jsonb_array_elements_text(_more->'blocks'->1)
        ) g(user_text, blocked_text), lateral (select g.user_text::uuid as user_id, g.blocked_text::uuid as blocked) a
        where (select true from blocks x where x.user_id = a.user_id and x.blocked_id = a.blocked)
    ),
    'cursors', (
      select json_agg(json_build_array(a.log, a.user_id, c.read_up_to, c.marked_unread, c.marked_seq, c.muted, c.favourite))
        from rows from (
          jsonb_array_elements_text(_more->'cursors'->0), jsonb_array_elements_text(_more->'cursors'->1)
        ) g(log_text, user_text), lateral (select g.log_text::uuid as log, g.user_text::uuid as user_id) a,
        lateral (select x.* from read_cursors x where x.user_id = a.user_id and x.conversation_id = a.log offset 0) c
    )
  );
end $$;

-- Set writes, each of rows as they are after the batch. Values that are written rarely come as one JSON value, or null. `_revs` are
-- null for events that are no rows of a timeline.
create function store_batch(
  _logs uuid[], _heads bigint[], _ats bigint[], _event_logs uuid[], _seqs bigint[], _ids uuid[], _by uuid[], _devices uuid[], _event_ats bigint[],
  _kinds text[], _targets bigint[], _revs bigint[], _bodies jsonb, _asked jsonb, _more jsonb
) returns void language plpgsql volatile
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
as $$
declare
  _r record;
begin
  if _more is not null then
    insert into conversations (id, kind, history) select r.id, r.kind, r.history
      from jsonb_to_recordset(_more->'created') r(id uuid, kind text, history text);
    for _r in select * from jsonb_to_recordset(_more->'conversations')
      r(id uuid, title text, members int, who_posts text, who_adds text, slow_seconds int, closed text)
    loop
      update conversations c set title = _r.title, members = _r.members, who_posts = _r.who_posts, who_adds = _r.who_adds,
          slow_seconds = _r.slow_seconds, closed = _r.closed
        where c.id = _r.id;
    end loop;
  end if;
  -- The logs are in order, so that each one's place is found by halves.
  update conversations c set last_seq = _heads[width_bucket(c.id, _logs)], last_at = _ats[width_bucket(c.id, _logs)] where c.id = any(_logs);
  insert into events (conversation_id, seq, id, by_user, device, at, kind, target, rev, body, asked)
    select e.log, e.seq, e.id, e.by_user, e.device, e.at, e.kind, e.target, e.rev, e.body, nullif(e.asked, 'null') from rows from (
      unnest(_event_logs), unnest(_seqs), unnest(_ids), unnest(_by), unnest(_devices), unnest(_event_ats), unnest(_kinds), unnest(_targets),
      unnest(_revs), jsonb_array_elements(_bodies), jsonb_array_elements(_asked)
    ) e(log, seq, id, by_user, device, at, kind, target, rev, body, asked);
  if _more is not null then
    perform store_more(_more);
  end if;
end $$;

-- Writes over the cursors of people whose membership is as it was, which are there: one by one, by their key. Reads are most of what
-- is written beside events, hence arrays.
create function move_cursors(
  _users uuid[], _logs uuid[], _reads bigint[], _marks bigint[], _mark_seqs bigint[], _muted boolean[], _favourites boolean[], _now bigint
) returns void language plpgsql volatile
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
begin
  update read_cursors r
    set read_up_to = m.read, marked_unread = m.mark, marked_seq = m.mark_seq, muted = m.muted, favourite = m.favourite, at = _now
    from unnest(_users, _logs, _reads, _marks, _mark_seqs, _muted, _favourites) m(user_id, log, read, mark, mark_seq, muted, favourite)
    where r.user_id = m.user_id and r.conversation_id = m.log;
end $$;

-- A blanked text is left nowhere: not in the message, not in its edits.
create function store_more(_more jsonb) returns void language plpgsql volatile
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
as $$
declare
  _r record;
begin
  for _r in
    select * from jsonb_to_recordset(_more->'rows') r(log uuid, seq bigint, rev bigint, text text, at bigint, deleted boolean, pinned boolean)
  loop
    update events e set rev = _r.rev, deleted = e.deleted or coalesce(_r.deleted, false), pinned = coalesce(_r.pinned, e.pinned),
        edited_text = coalesce(_r.text, e.edited_text), edited_at = coalesce(_r.at, e.edited_at)
      where e.conversation_id = _r.log and e.seq = _r.seq;
  end loop;
  for _r in select * from jsonb_to_recordset(_more->'blanked') r(log uuid, seq bigint) loop
    update events e set body = '{"text": "", "blanked": true}', asked = null, edited_text = null, edited_at = null
      where e.conversation_id = _r.log and e.seq = _r.seq;
    update events e set body = e.body || '{"text": "", "blanked": true}', asked = null
      where e.conversation_id = _r.log and e.target = _r.seq and e.kind = 'edited' and not e.body ? 'blanked';
    delete from reactions x where x.conversation_id = _r.log and x.seq = _r.seq;
  end loop;
  if _more ? 'reactions' then
    for _r in select * from jsonb_to_recordset(_more->'reactions') r(log uuid, seq bigint, emoji text, user_id uuid, "on" boolean) where not r."on" loop
      delete from reactions x where x.conversation_id = _r.log and x.seq = _r.seq and x.emoji = _r.emoji and x.user_id = _r.user_id;
    end loop;
    insert into reactions (conversation_id, seq, emoji, user_id) select r.log, r.seq, r.emoji, r.user_id
      from jsonb_to_recordset(_more->'reactions') r(log uuid, seq bigint, emoji text, user_id uuid, "on" boolean) where r."on"
      on conflict do nothing;
  end if;
  if _more ? 'members' then
    for _r in select * from jsonb_to_recordset(_more->'members') r(log uuid, user_id uuid, role text) where r.role is null loop
      delete from memberships x where x.conversation_id = _r.log and x.user_id = _r.user_id;
    end loop;
    insert into memberships (conversation_id, user_id, role, joined_seq, posted_at) select r.log, r.user_id, r.role, r.joined, r.posted
      from jsonb_to_recordset(_more->'members') r(log uuid, user_id uuid, role text, joined bigint, posted bigint) where r.role is not null
      on conflict (conversation_id, user_id) do update set role = excluded.role, joined_seq = excluded.joined_seq, posted_at = excluded.posted_at;
  end if;
  if _more ? 'bans' then
    for _r in select * from jsonb_to_recordset(_more->'bans') r(log uuid, user_id uuid, by_user uuid) where r.by_user is null loop
      delete from bans x where x.conversation_id = _r.log and x.user_id = _r.user_id;
    end loop;
    insert into bans (conversation_id, user_id, by_user, at) select r.log, r.user_id, r.by_user, r.at
      from jsonb_to_recordset(_more->'bans') r(log uuid, user_id uuid, by_user uuid, at bigint) where r.by_user is not null
      on conflict (conversation_id, user_id) do update set by_user = excluded.by_user, at = excluded.at;
  end if;
  if _more ? 'cursors' then
    for _r in select * from jsonb_to_recordset(_more->'cursors') r(log uuid, user_id uuid, read bigint) where r.read is null loop
      delete from read_cursors x where x.user_id = _r.user_id and x.conversation_id = _r.log;
    end loop;
    insert into read_cursors (user_id, conversation_id, read_up_to, marked_unread, marked_seq, muted, favourite, at)
      select r.user_id, r.log, r.read, r.marked, r.marked_seq, r.muted, r.favourite, r.at
      from jsonb_to_recordset(_more->'cursors')
        r(log uuid, user_id uuid, read bigint, marked bigint, marked_seq bigint, muted boolean, favourite boolean, at bigint)
      where r.read is not null
      on conflict (user_id, conversation_id) do update set read_up_to = excluded.read_up_to, marked_unread = excluded.marked_unread,
        marked_seq = excluded.marked_seq, muted = excluded.muted, favourite = excluded.favourite, at = excluded.at;
  end if;
  if _more ? 'moved' then
    perform move_cursors(
      (_more->'moved'->>0)::uuid[], (_more->'moved'->>1)::uuid[], (_more->'moved'->>2)::bigint[], (_more->'moved'->>3)::bigint[],
      (_more->'moved'->>4)::bigint[], (_more->'moved'->>5)::boolean[], (_more->'moved'->>6)::boolean[], (_more->>'now')::bigint
    );
  end if;
  insert into decisions (conversation_id, id, by_user, code, at) select r.log, r.id, r.by_user, r.code, r.at
    from jsonb_to_recordset(_more->'decided') r(log uuid, id uuid, by_user uuid, code text, at bigint)
    on conflict (conversation_id, id) do update set by_user = excluded.by_user, code = excluded.code, at = excluded.at;
end $$;
