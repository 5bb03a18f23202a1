/** For one who never was a member a conversation is as if it were not there: the same answer, and nothing written. */
import type { Migration } from "../Migration.ts"

// Whoever is no member now was one when the log has a `left` of his, written in the transaction that ended the membership.
// So the log itself tells it, under the lock, for memberships that ended before this migration, too; a personal log would
// not, since it is cut after 30 days. As with events_ids, no other look-up fits this index, not even in part.
const left = `
create index events_left on events ((body->>'userId'), uuid_send(conversation_id)) where kind = 'left';
`

// Whether a user may know that a log exists: of his own personal log, and of conversations he is or was in.
const knows = `
create function hibiki_knows(_log uuid, _user uuid) returns boolean language plpgsql stable as $$
begin
  return _log = _user
    or (select true from memberships m where m.conversation_id = _log and m.user_id = _user) is not null
    or (
      select true from events e
        where e.kind = 'left' and e.body->>'userId' = _user::text and uuid_send(e.conversation_id) = uuid_send(_log) limit 1
    ) is not null;
end $$;
`

// As before, but a stranger gets neither an old epoch told nor his refusal remembered: both would show that the log exists,
// the second to whoever asks under the same id next. A channel's own answers (it is full) are for everybody.
const decide = `
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
  select d.by_user, d.code into _found from decided d where d.conversation_id = _c.log and d.id = _c.id;
  if found then
    return hibiki_refused(case when _found.by_user = _c.by_user then _found.code else 'conflict' end);
  elsif _c.epoch <> _epoch then
    return hibiki_refused(case when hibiki_knows(_c.log, _c.by_user) then 'epoch_changed' else 'not_found' end);
  end if;
  if _kind in ('read', 'markUnread') then
    _d := hibiki_cursor(_now, _c);
  else
    _d := hibiki_converse(_now, _c);
  end if;
  -- The ids of reads are made anew each time, so remembering a refused one would only fill the table.
  if _d.tag = 'refused' and _kind <> 'read' and (_d.code <> 'not_found' or hibiki_knows(_c.log, _c.by_user)) then
    insert into decided (conversation_id, id, by_user, code, at) values (_c.log, _c.id, _c.by_user, _d.code, _now);
  end if;
  return _d;
end $$;
`

// A post of before one's removal may still be under way, so former members may withdraw what is not there yet.
const withdraw = `
create or replace function hibiki_withdraw(_now bigint, _c hibiki_command) returns hibiki_decision language plpgsql volatile as $$
declare
  _found record;
begin
  if (select c.kind = 'personal' from conversations c where c.id = _c.log) then
    return hibiki_refused(case when _c.log = _c.by_user then 'unsupported' else 'not_found' end);
  end if;
  select e.seq, e.at, e.kind, e.by_user, e.deleted into _found from events e where e.id = _c.id and uuid_send(e.conversation_id) = uuid_send(_c.log);
  if not found then
    select d.by_user, d.code into _found from decided d where d.conversation_id = _c.log and d.id = _c.id;
    if found then
      return hibiki_refused(case when _found.by_user = _c.by_user then _found.code else 'conflict' end);
    elsif not hibiki_knows(_c.log, _c.by_user) then
      return hibiki_refused('not_found');
    end if;
    insert into decided (conversation_id, id, by_user, code, at) values (_c.log, _c.id, _c.by_user, 'withdrawn', _now);
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

export const strangers: Migration = { version: 4, name: "strangers", sql: left + knows + decide + withdraw }
