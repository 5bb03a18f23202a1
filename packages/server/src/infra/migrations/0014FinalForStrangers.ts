/** A refusal is final for a stranger, too: what was refused, and comes again once its sender is a member, is refused again. */
import type { Migration } from "../Migration.ts"

// What a stranger was refused is remembered for him alone, and takes no id from anybody: to all others it must be as if nobody had asked, or one
// stranger would learn by the id of another that the log exists.
const remember = `
create function hibiki_remember(_now bigint, _c hibiki_command, _code text) returns void language sql volatile as $$
  insert into decided (conversation_id, id, by_user, code, at) values (_c.log, _c.id, _c.by_user, _code, _now)
    on conflict (conversation_id, id) do update set by_user = excluded.by_user, code = excluded.code, at = excluded.at
      where decided.code = 'not_found' and excluded.code <> 'not_found'
$$;
`

// As before, but for what is remembered, and of whom.
export const decide = `
create or replace function hibiki_decide(_now bigint, _epoch uuid, _c hibiki_command) returns hibiki_decision language plpgsql volatile as $$
declare
  _kind text := _c.body->>'kind';
  _found record;
  _d hibiki_decision;
begin
  if _kind = 'openDirect' then
    return hibiki_found_again(_now, _c);
  elsif _kind = 'withdraw' then
    return hibiki_withdraw(_now, _c);
  end if;
  select e.seq, e.at, e.by_user = _c.by_user and hibiki_same(e.kind, e.body, e.asked, _c.body) as same into _found
    from events e where e.id = _c.id and uuid_send(e.conversation_id) = uuid_send(_c.log);
  if found then
    if _found.same then
      return row('repeated', _found.seq, _found.at, null)::hibiki_decision;
    end if;
    return hibiki_refused('conflict');
  elsif _kind = 'create' then
    return hibiki_refused('conflict');
  end if;
  select d.by_user, d.code into _found from decided d
    where d.conversation_id = _c.log and d.id = _c.id and (d.by_user = _c.by_user or d.code <> 'not_found' or hibiki_knows(_c.log, d.by_user));
  if found then
    return hibiki_refused(case when _found.by_user = _c.by_user then _found.code else 'conflict' end);
  elsif _c.epoch <> _epoch then
    return hibiki_refused(case when hibiki_knows(_c.log, _c.by_user) then 'epoch_changed' else 'not_found' end);
  end if;
  if _kind in ('read', 'markUnread', 'mute') then
    _d := hibiki_cursor(_now, _c);
  else
    _d := hibiki_converse(_now, _c);
  end if;
  -- The ids of reads are made anew each time, so remembering a refused one would only fill the table.
  if _d.tag = 'refused' and _kind <> 'read' then
    perform hibiki_remember(_now, _c, _d.code);
  end if;
  return _d;
end $$;
`

export const withdraw = `
create or replace function hibiki_withdraw(_now bigint, _c hibiki_command) returns hibiki_decision language plpgsql volatile as $$
declare
  _found record;
begin
  if (select c.kind = 'personal' from conversations c where c.id = _c.log) then
    return hibiki_refused(case when _c.log = _c.by_user then 'unsupported' else 'not_found' end);
  end if;
  select e.seq, e.at, e.kind, e.by_user, e.deleted into _found from events e where e.id = _c.id and uuid_send(e.conversation_id) = uuid_send(_c.log);
  if not found then
    select d.by_user, d.code into _found from decided d
      where d.conversation_id = _c.log and d.id = _c.id and (d.by_user = _c.by_user or d.code <> 'not_found' or hibiki_knows(_c.log, d.by_user));
    if found then
      return hibiki_refused(case when _found.by_user = _c.by_user then _found.code else 'conflict' end);
    elsif not hibiki_knows(_c.log, _c.by_user) then
      return hibiki_refused('not_found');
    end if;
    perform hibiki_remember(_now, _c, 'withdrawn');
  elsif _found.by_user <> _c.by_user then
    return hibiki_refused('conflict');
  elsif _found.kind <> 'posted' then
    return row('repeated', _found.seq, _found.at, null)::hibiki_decision;
  else
    if not _found.deleted then
      -- The event needs an id of its own; no command is ever the same as the body false.
      perform hibiki_erase(_now, _c.log, gen_random_uuid(), _c.by_user, null, _found.seq, 'false');
    end if;
    return row('refused', _found.seq, null, 'withdrawn')::hibiki_decision;
  end if;
  return hibiki_refused('withdrawn');
end $$;
`

export const finalForStrangers: Migration = { version: 14, name: "final for strangers", runsBeside: 4, sql: remember + decide + withdraw }
