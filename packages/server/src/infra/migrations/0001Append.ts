/** The append: one function, so that a batch costs one round trip and each of its statements sees what the lock waited for. */

// What JS gives to the append, and what a command is decided to. `by_user` since `by` is a word of SQL.
// `epoch` is given only by commands that name a seq. `touched` are the users whose personal logs the command writes.
const types = `
create type hibiki_command as (
  i int, log uuid, id uuid, by_user uuid, device uuid, epoch uuid, touched uuid[], mismatch boolean, body jsonb
);
create type hibiki_decision as (tag text, seq bigint, at bigint, code text);
create function hibiki_refused(_code text) returns hibiki_decision language sql immutable as $$
  select row('refused', null, null, _code)::hibiki_decision
$$;
`

// Plain posts come by columns, each an array as Postgres writes them: an object for each took it a tenth longer in all. Beside what
// they share with other commands, `n` is the place among the posts of the same log, from 1 on in the order given, and `of` how many
// these are. A column that is absent is null. `hibiki_columns` makes them of the objects that programs of before step 13 give, and
// `hibiki_posts` rows of them.
const posts = `
create or replace function hibiki_columns(_objects jsonb) returns jsonb language sql stable as $$
  select jsonb_build_object(
      'i', array_agg(p.i)::text, 'log', array_agg(p.log)::text, 'id', array_agg(p.id)::text, 'by', array_agg(p.by_user)::text,
      'device', array_agg(p.device)::text, 'epoch', array_agg(p.epoch)::text, 'n', array_agg(p.n)::text, 'of', array_agg(p.of)::text,
      'body', jsonb_agg(p.body)
    )
    from (
      select o.*, row_number() over (partition by o.log order by o.i) as n, count(*) over (partition by o.log) as of
        from jsonb_to_recordset(_objects) as o(i int, log uuid, id uuid, by_user uuid, device uuid, epoch uuid, body jsonb)
    ) p
$$;

create or replace function hibiki_posts(_posts jsonb)
returns table (i int, log uuid, id uuid, by_user uuid, device uuid, epoch uuid, n int, "of" int, body jsonb) language sql stable as $$
  select * from rows from (
    unnest((_posts->>'i')::int[]), unnest((_posts->>'log')::uuid[]), unnest((_posts->>'id')::uuid[]), unnest((_posts->>'by')::uuid[]),
    unnest((_posts->>'device')::uuid[]), unnest((_posts->>'epoch')::uuid[]), unnest((_posts->>'n')::int[]), unnest((_posts->>'of')::int[]),
    jsonb_array_elements(_posts->'body')
  )
$$;
`

// Takes {logs, fresh?, posts?, ordered?}: `logs` all that the batch needs; `fresh` those that a command may create;
// `posts` those of logs whose batch holds nothing but posts, with different ids; `ordered` all other commands.
// Programs of before step 13 give posts as objects, which are made columns of.
// Answers {epoch, stored, aside, absent, decided, changes}: `stored` tells [log, head before, at] of each log whose
// posts went as one set; the caller numbers and tells their events itself, since it has them.
//
// The order of the steps is binding. 1 lock. 2 look up what was decided before. 3 rights. 4 number. 5 insert.
// Steps 2 to 5 are one set statement for all logs whose posts are all new and all allowed; whatever is not so plain
// (a repeat, a refusal, a reply to a number that this batch gives) goes command by command through hibiki_decide.
//
// Plans are pinned: large tables are read by scalar subqueries and "= any(array)" only, and never in sequence, so that
// a plan made while they were empty is still the right one when they are large.
export const appendFunction = `
create or replace function hibiki_append(_now bigint, _batch jsonb) returns jsonb
language plpgsql volatile
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set jit = off
as $$
declare
  _epoch uuid;
  _wanted uuid[] := array(select jsonb_array_elements_text(_batch->'logs')::uuid);
  _fresh uuid[] := '{}';
  _ids uuid[];
  _heads bigint[];
  _ats bigint[];
  _kinds text[];
  _aside uuid[] := '{}';
  _absent uuid[] := '{}';
  _plain uuid[] := '{}';
  _posts jsonb := case jsonb_typeof(_batch->'posts') when 'array' then hibiki_columns(_batch->'posts') else _batch->'posts' end;
  _counts int[];
  _stored jsonb := '[]';
  _decided jsonb := '[]';
  _changes jsonb := '[]';
  _told uuid[] := '{}';
  _c hibiki_command;
  _d hibiki_decision;
begin
  -- With an older snapshot for the whole transaction, nothing below would see what the lock waited for.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'hibiki_append needs read committed' using errcode = 'invalid_transaction_state';
  end if;

  -- Before any lock, in the order of ids: rows for logs that may come into being, so that two who create the same one
  -- meet at its row. Those whose command is refused or set aside are removed below.
  if _batch ? 'fresh' then
    with made as (
      insert into conversations (id, kind)
        select f.id, 'group' from (select jsonb_array_elements_text(_batch->'fresh')::uuid as id) f order by f.id
        on conflict do nothing returning id
    ) select coalesce(array_agg(made.id), '{}') into _fresh from made;
  end if;

  -- 1. Lock, in the order of ids, passing by what is locked elsewhere.
  /*LOCK*/
  select coalesce(array_agg(l.id), '{}'), array_agg(l.last_seq), array_agg(l.last_at), array_agg(l.kind)
    into _ids, _heads, _ats, _kinds
    from (
      select c.id, c.last_seq, c.last_at, c.kind from conversations c
        where c.id = any(_wanted) order by c.id for update skip locked
    ) l;
  /*LOCKED*/
  if cardinality(_ids) < cardinality(_wanted) then
    select coalesce(array_agg(w.id) filter (where w.there), '{}'), coalesce(array_agg(w.id) filter (where not w.there), '{}')
      into _aside, _absent
      from (
        select u.id, (select true from conversations c where c.id = u.id) is not null as there
          from unnest(_wanted) u(id) where not (u.id = any(_ids))
      ) w;
  end if;
  select m.epoch into strict _epoch from store_meta m where m.one;

  -- 2 to 5 for plain posts. A log goes this way with all its posts or with none.
  if _posts is not null then
    with posts as materialized (
      select p.*, l.head, greatest(_now, l.at) as at,
        l.kind <> 'personal'
        and coalesce(p.epoch = _epoch, true)
        and (select true from memberships m where m.conversation_id = p.log and m.user_id = p.by_user) is not null
        and (select true from events e where e.id = p.id and uuid_send(e.conversation_id) = uuid_send(p.log)) is null
        and (select true from decided d where d.conversation_id = p.log and d.id = p.id) is null
        and case when p.body ? 'replyTo' then hibiki_live_post(p.log, p.by_user, (p.body->>'replyTo')::bigint) else true end as good
      from hibiki_posts(_posts) p
      join unnest(_ids, _heads, _ats, _kinds) as l(id, head, at, kind) on l.id = p.log
    ), plain as materialized (
      select p.* from posts p where p.log <> all(array(select o.log from posts o where not o.good))
    ), inserted as (
      insert into events (conversation_id, seq, id, by_user, device, at, kind, body, rev)
        select p.log, p.head + p.n, p.id, p.by_user, p.device, p.at, 'posted', p.body, p.head + p.n from plain p
    )
    select coalesce(array_agg(p.log), '{}'), array_agg(p.of), coalesce(jsonb_agg(jsonb_build_array(p.log, p.head, p.at)), '[]')
      into _plain, _counts, _stored from (select * from plain p where p.n = p.of order by p.log) p;
    -- A count's place is found by halves: the logs are in order.
    update conversations c
      set last_seq = c.last_seq + _counts[width_bucket(c.id, _plain)], last_at = greatest(_now, c.last_at)
      where c.id = any(_plain);
  end if;

  -- 2 to 5 for all others, one by one: each sees what the earlier ones did.
  if cardinality(_plain) < cardinality(_wanted) then
    for _c in
      select o.* from (
        select r.* from jsonb_populate_recordset(null::hibiki_command, _batch->'ordered') r
        union all
        select p.i, p.log, p.id, p.by_user, p.device, p.epoch, null, null, p.body || '{"kind": "post"}'
          from hibiki_posts(_posts) p where p.log = any(_ids) and not (p.log = any(_plain))
      ) o order by o.i
    loop
      if _c.log = any(_aside) or _c.touched && _aside then
        -- Later commands of the log wait behind this one.
        _aside := _aside || _c.log;
        _d := ('aside', null, null, null);
      elsif exists (
        select from unnest(_c.touched) t(id) left join unnest(_ids, _kinds) l(id, kind) on l.id = t.id
          where l.kind is distinct from 'personal'
      ) then
        _d := ('refused', null, null, 'not_found');
      elsif _c.log = any(_absent) or (_c.log = any(_fresh) and _c.body->>'kind' not in ('create', 'openDirect')) then
        _d := ('refused', null, null, 'not_found');
      elsif _c.log = any(_fresh) then
        _d := hibiki_found(_now, _c);
        if _d.tag = 'appended' then
          _fresh := array_remove(_fresh, _c.log);
        end if;
      else
        _d := hibiki_decide(_now, _epoch, _c);
        if _d.tag = 'repeated' then
          _told := _told || _c.log || _c.touched;
        elsif _d.code = 'withdrawn' and _d.seq is not null then
          _told := _told || _c.log;
        end if;
      end if;
      _decided := _decided || jsonb_build_array(jsonb_build_array(_c.i, _d.tag, _d.seq, _d.at, _d.code));
    end loop;
  end if;

  if cardinality(_fresh) > 0 then
    delete from conversations c where c.id = any(_fresh);
  end if;
  -- What came into the logs that went one by one, read back as the log has it now: a text deleted meanwhile is told no more.
  if jsonb_array_length(_decided) > 0 then
    select coalesce(jsonb_agg(jsonb_build_array(l.id, l.now, hibiki_events(l.id, l.head, l.now))), '[]') into _changes
      from (
        select u.id, u.head, (select c.last_seq from conversations c where c.id = u.id) as now
          from unnest(_ids, _heads) u(id, head) where not (u.id = any(_plain))
      ) l where l.now > l.head or l.id = any(_told);
  end if;
  return jsonb_build_object('epoch', _epoch, 'stored', _stored, 'aside', _aside, 'absent', _absent, 'decided', _decided, 'changes', _changes);
end $$;
`

/** Both may be made anew, over what a database has of before. */
export const appending = posts + appendFunction

export const append = types + appending
