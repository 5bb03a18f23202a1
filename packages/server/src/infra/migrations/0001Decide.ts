/** What the append decides command by command: what was decided before, rights, and the effects of an allowed command. */
import { Limits } from "@hibiki/core/domain/Limits"

// Whether a stored event came of this very command. A text that was deleted since can't be compared, and is not kept to be.
const same = `
create function hibiki_same(_kind text, _body jsonb, _asked jsonb, _command jsonb) returns boolean language sql immutable as $$
  select case
    when _body ? 'blanked' then true
    when _asked is not null then _asked = _command
    else _command = _body || jsonb_build_object('kind', case _kind
      when 'posted' then 'post' when 'edited' then 'edit' when 'deleted' then 'delete' when 'reacted' then 'react'
      when 'unreacted' then 'unreact' when 'left' then 'remove' when 'renamed' then 'rename' when 'roleChanged' then 'setRole'
      when 'markedUnread' then 'markUnread' else 'none' end)
  end
$$;
`

// The first seq that a user may read of a conversation; null for those who are no members.
const visible = `
create function hibiki_visible_from(_log uuid, _user uuid) returns bigint language plpgsql stable as $$
declare
  _joined bigint;
begin
  select m.joined_seq into _joined from memberships m where m.conversation_id = _log and m.user_id = _user;
  if not found then
    return null;
  end if;
  return (select greatest(c.first_seq, case c.history when 'joined' then _joined else 1 end) from conversations c where c.id = _log);
end $$;

create function hibiki_live_post(_log uuid, _user uuid, _seq bigint) returns boolean language plpgsql stable as $$
begin
  return _seq >= hibiki_visible_from(_log, _user)
    and (select e.kind = 'posted' and not e.deleted from events e where e.conversation_id = _log and e.seq = _seq) is true;
end $$;
`

// Events as [seq, id, by, at, kind, body]: those above one seq and up to another, or so many from a seq on.
const events = `
create function hibiki_events(_log uuid, _after bigint, _upto bigint) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_array(e.seq, e.id, e.by_user, e.at, e.kind, e.body) order by e.seq), '[]')
    from events e where e.conversation_id = _log and e.seq > _after and e.seq <= _upto
$$;

create function hibiki_range(_log uuid, _from bigint, _limit int) returns jsonb language sql stable as $$
  select coalesce(jsonb_agg(jsonb_build_array(e.seq, e.id, e.by_user, e.at, e.kind, e.body) order by e.seq), '[]')
    from (select * from events x where x.conversation_id = _log and x.seq >= _from order by x.seq limit _limit) e
$$;
`

// Numbers and stores one event. The log's lock is held. `_asked` is the command's body where the event does not tell it.
const store = `
create function hibiki_store(_now bigint, _log uuid, _id uuid, _by uuid, _device uuid, _kind text, _target bigint, _body jsonb, _asked jsonb)
returns hibiki_decision language plpgsql volatile as $$
declare
  _d hibiki_decision;
begin
  update conversations c set last_seq = c.last_seq + 1, last_at = greatest(_now, c.last_at) where c.id = _log
    returning c.last_seq, c.last_at into strict _d.seq, _d.at;
  insert into events (conversation_id, seq, id, by_user, device, at, kind, target, body, asked, rev)
    values (_log, _d.seq, _id, _by, _device, _d.at, _kind, _target, _body, _asked,
      case when _kind in ('posted', 'created', 'joined', 'left', 'renamed', 'roleChanged') then _d.seq end);
  _d.tag := 'appended';
  return _d;
end $$;

create function hibiki_tell(_now bigint, _user uuid, _by uuid, _kind text, _conversation uuid) returns void language plpgsql volatile as $$
begin
  perform hibiki_store(_now, _user, gen_random_uuid(), _by, null, _kind, null, jsonb_build_object('conversationId', _conversation), null);
end $$;
`

// Deletes a posted row for `_by`: nothing of its text stays, neither in the log nor in its edits.
const erase = `
create function hibiki_erase(_now bigint, _log uuid, _id uuid, _by uuid, _device uuid, _target bigint, _asked jsonb)
returns hibiki_decision language plpgsql volatile as $$
declare
  _d hibiki_decision := hibiki_store(_now, _log, _id, _by, _device, 'deleted', _target, jsonb_build_object('target', _target), _asked);
begin
  update events e set body = '{"text": "", "blanked": true}', rev = _d.seq, deleted = true, edited_text = null, edited_at = null
    where e.conversation_id = _log and e.seq = _target;
  update events e set body = jsonb_build_object('target', _target, 'text', '', 'blanked', true)
    where e.conversation_id = _log and e.target = _target and e.kind = 'edited';
  delete from reactions r where r.conversation_id = _log and r.seq = _target;
  return _d;
end $$;
`

// Under the log's lock: a stored id is answered with its first place whatever the rights are now, then a refused one with
// its code, then an old epoch, then rights. A refusal by rights is remembered, so that a repeat is never stored.
const decide = `
create function hibiki_decide(_now bigint, _epoch uuid, _c hibiki_command) returns hibiki_decision language plpgsql volatile as $$
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
    return hibiki_refused('epoch_changed');
  end if;
  if _kind in ('read', 'markUnread') then
    _d := hibiki_cursor(_now, _c);
  else
    _d := hibiki_converse(_now, _c);
  end if;
  -- The ids of reads are made anew each time, so remembering a refused one would only fill the table.
  if _d.tag = 'refused' and _kind <> 'read' then
    insert into decided (conversation_id, id, by_user, code, at) values (_c.log, _c.id, _c.by_user, _d.code, _now);
  end if;
  return _d;
end $$;

create function hibiki_withdraw(_now bigint, _c hibiki_command) returns hibiki_decision language plpgsql volatile as $$
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

// Commands of the asker's own personal log. The cursor is written under that log's lock only; the conversation is not
// locked, but no membership of the asker can change meanwhile, since those who change it lock the personal log too.
const cursor = `
create function hibiki_cursor(_now bigint, _c hibiki_command) returns hibiki_decision language plpgsql volatile as $$
declare
  _conversation uuid := (_c.body->>'conversationId')::uuid;
  _upto bigint := (_c.body->>'upTo')::bigint;
  _old record;
begin
  if _c.log <> _c.by_user
    or (select true from memberships m where m.conversation_id = _conversation and m.user_id = _c.by_user) is null then
    return hibiki_refused('not_found');
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

// Commands on messages, for a member. A row that the asker may not see is as if it were not there.
const rows = `
create function hibiki_on_row(_now bigint, _c hibiki_command, _role text) returns hibiki_decision language plpgsql volatile as $$
declare
  _kind text := _c.body->>'kind';
  _target bigint := (_c.body->>'target')::bigint;
  _text text := _c.body->>'text';
  _emoji text := _c.body->>'emoji';
  _has boolean;
  _row record;
  _d hibiki_decision;
begin
  if _kind = 'post' then
    if _c.body ? 'replyTo' and hibiki_live_post(_c.log, _c.by_user, (_c.body->>'replyTo')::bigint) is not true then
      return hibiki_refused('invalid_target');
    end if;
    return hibiki_store(_now, _c.log, _c.id, _c.by_user, _c.device, 'posted', null, _c.body - 'kind', null);
  end if;
  select e.by_user, e.deleted, coalesce(e.edited_text, e.body->>'text') as text into _row
    from events e where e.conversation_id = _c.log and e.seq = _target and e.kind = 'posted';
  if not found or _target < hibiki_visible_from(_c.log, _c.by_user) or (_row.deleted and _kind <> 'delete') then
    return hibiki_refused('invalid_target');
  end if;
  if _kind = 'delete' then
    if _row.by_user <> _c.by_user and _role = 'member' then
      return hibiki_refused('forbidden');
    elsif _row.deleted then
      return hibiki_refused('no_change');
    end if;
    return hibiki_erase(_now, _c.log, _c.id, _c.by_user, _c.device, _target, null);
  elsif _kind = 'edit' then
    if _row.by_user <> _c.by_user then
      return hibiki_refused('forbidden');
    elsif _row.text = _text then
      return hibiki_refused('no_change');
    end if;
    _d := hibiki_store(_now, _c.log, _c.id, _c.by_user, _c.device, 'edited', _target, _c.body - 'kind', null);
    update events e set rev = _d.seq, edited_text = _text, edited_at = _d.at where e.conversation_id = _c.log and e.seq = _target;
    return _d;
  end if;
  _has := exists (select from reactions r where r.conversation_id = _c.log and r.seq = _target and r.emoji = _emoji and r.user_id = _c.by_user);
  if _has = (_kind = 'react') then
    return hibiki_refused('no_change');
  elsif _kind = 'react' and (
    select count(distinct r.emoji) from reactions r where r.conversation_id = _c.log and r.seq = _target and r.emoji <> _emoji
  ) >= ${Limits.emojiKindsMax} and not exists (
    select from reactions r where r.conversation_id = _c.log and r.seq = _target and r.emoji = _emoji
  ) then
    return hibiki_refused('too_many');
  elsif _kind = 'react' then
    insert into reactions (conversation_id, seq, emoji, user_id) values (_c.log, _target, _emoji, _c.by_user);
  else
    delete from reactions r where r.conversation_id = _c.log and r.seq = _target and r.emoji = _emoji and r.user_id = _c.by_user;
  end if;
  _d := hibiki_store(_now, _c.log, _c.id, _c.by_user, _c.device, _kind || 'ed', _target, _c.body - 'kind', null);
  update events e set rev = _d.seq where e.conversation_id = _c.log and e.seq = _target;
  return _d;
end $$;
`

/** In an order in which each stands after what it needs; bodies are checked when they first run. */
export const decisions = same + visible + events + store + erase + decide + cursor + rows
