/** Members may mute a conversation: they are not woken for it. */
import type { Migration } from "../Migration.ts"
import { living } from "./0006Push.ts"

// It ends with the membership, as the read cursor does.
const column = `
alter table read_cursors add column muted boolean not null default false;
`

// As before, with one more command of the personal log.
const decide = `
create or replace function hibiki_same(_kind text, _body jsonb, _asked jsonb, _command jsonb) returns boolean language sql immutable as $$
  select case
    when _body ? 'blanked' then true
    when _asked is not null then _asked = _command
    else _command = _body || jsonb_build_object('kind', case _kind
      when 'posted' then 'post' when 'edited' then 'edit' when 'deleted' then 'delete' when 'reacted' then 'react'
      when 'unreacted' then 'unreact' when 'left' then 'remove' when 'renamed' then 'rename' when 'roleChanged' then 'setRole'
      when 'markedUnread' then 'markUnread' when 'muted' then 'mute' else 'none' end)
  end
$$;

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
  if _kind in ('read', 'markUnread', 'mute') then
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

export const cursor = `
create or replace function hibiki_cursor(_now bigint, _c hibiki_command) returns hibiki_decision language plpgsql volatile as $$
declare
  _conversation uuid := (_c.body->>'conversationId')::uuid;
  _upto bigint := (_c.body->>'upTo')::bigint;
  _on boolean := (_c.body->>'on')::boolean;
  _old record;
begin
  if _c.log <> _c.by_user
    or (select true from memberships m where m.conversation_id = _conversation and m.user_id = _c.by_user) is null then
    return hibiki_refused('not_found');
  end if;
  if _c.body->>'kind' = 'mute' then
    update read_cursors r set muted = _on where r.user_id = _c.by_user and r.conversation_id = _conversation and r.muted <> _on;
    if not found then
      return hibiki_refused('no_change');
    end if;
    return hibiki_store(_now, _c.log, _c.id, _c.by_user, _c.device, 'muted', null,
      jsonb_build_object('conversationId', _conversation, 'on', _on), null);
  end if;
  if _upto > (select c.last_seq from conversations c where c.id = _conversation) then
    return hibiki_refused('invalid_target');
  end if;
  select r.read_up_to, r.marked_unread into strict _old
    from read_cursors r where r.user_id = _c.by_user and r.conversation_id = _conversation;
  if _c.body->>'kind' = 'read' then
    if _upto <= _old.read_up_to and _old.marked_unread is null then
      return hibiki_refused('no_change');
    end if;
    _upto := greatest(_upto, _old.read_up_to);
    update read_cursors r set read_up_to = _upto, marked_unread = null
      where r.user_id = _c.by_user and r.conversation_id = _conversation;
    return hibiki_store(_now, _c.log, _c.id, _c.by_user, _c.device, 'readAdvanced', null,
      jsonb_build_object('conversationId', _conversation, 'upTo', _upto), _c.body);
  elsif _upto < 1 then
    return hibiki_refused('invalid_target');
  elsif _upto = _old.marked_unread then
    return hibiki_refused('no_change');
  end if;
  update read_cursors r set marked_unread = _upto where r.user_id = _c.by_user and r.conversation_id = _conversation;
  return hibiki_store(_now, _c.log, _c.id, _c.by_user, _c.device, 'markedUnread', null,
    jsonb_build_object('conversationId', _conversation, 'upTo', _upto), null);
end $$;
`

// As before, but for whom it is muted: nothing is owed, and what was owed is known to be unwanted.
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
    'isMuted', coalesce((select r.muted from read_cursors r where r.user_id = t.user_id and r.conversation_id = t.conversation_id), false)
  )), '[]') from taken t
$$;
`

export const mute: Migration = { version: 8, name: "mute", runsBeside: 4, sql: column + decide + cursor + pushes }
