/** A message takes so many edits and not one more: a delete takes the text out of all of them in one statement, for which everybody else waits. */
import { Limits } from "@hibiki/core/domain/Limits"
import type { Migration } from "../Migration.ts"

// Counted only where so many can be, which few messages have behind them, and no further than the bound. Under the log's lock, as what calls it.
const editedOut = `
create function hibiki_edited_out(_log uuid, _target bigint) returns boolean language plpgsql stable as $$
begin
  if (select c.last_seq from conversations c where c.id = _log) - _target < ${Limits.editsMax} then
    return false;
  end if;
  return (
    select true from events e where e.conversation_id = _log and e.target = _target and e.kind = 'edited'
      offset ${Limits.editsMax - 1} limit 1
  ) is true;
end $$;
`

// As before, but for edits whose text was taken out beforehand, as must be done where a message has many more of them from before.
const erase = `
create or replace function hibiki_erase(_now bigint, _log uuid, _id uuid, _by uuid, _device uuid, _target bigint, _asked jsonb)
returns hibiki_decision language plpgsql volatile as $$
declare
  _d hibiki_decision := hibiki_store(_now, _log, _id, _by, _device, 'deleted', _target, jsonb_build_object('target', _target), _asked);
begin
  update events e set body = '{"text": "", "blanked": true}', rev = _d.seq, deleted = true, edited_text = null, edited_at = null
    where e.conversation_id = _log and e.seq = _target;
  update events e set body = jsonb_build_object('target', _target, 'text', '', 'blanked', true)
    where e.conversation_id = _log and e.target = _target and e.kind = 'edited' and not e.body ? 'blanked';
  delete from reactions r where r.conversation_id = _log and r.seq = _target;
  return _d;
end $$;
`

// As before, but for an edit of a message that has all that it takes.
const onRow = `
create or replace function hibiki_on_row(_now bigint, _c hibiki_command, _role text) returns hibiki_decision language plpgsql volatile as $$
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
    elsif hibiki_edited_out(_c.log, _target) then
      return hibiki_refused('too_many');
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

export const editsBounded: Migration = { version: 20, name: "edits bounded", runsBeside: 4, sql: editedOut + erase + onRow }
