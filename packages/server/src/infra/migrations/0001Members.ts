/** What the append decides about conversations and their members. */
import { Limits } from "@hibiki/core/domain/Limits"

// Rights that hold for all commands of a conversation: one must be a member, or join a channel.
const converse = `
create function hibiki_converse(_now bigint, _c hibiki_command) returns hibiki_decision language plpgsql volatile as $$
declare
  _kind text := _c.body->>'kind';
  _log conversations;
  _role text;
begin
  select * into strict _log from conversations c where c.id = _c.log;
  if _log.kind = 'personal' then
    return hibiki_refused(case when _c.log = _c.by_user then 'unsupported' else 'not_found' end);
  end if;
  select m.role into _role from memberships m where m.conversation_id = _c.log and m.user_id = _c.by_user;
  if not found then
    if _kind <> 'join' or _log.kind <> 'channel' then
      return hibiki_refused('not_found');
    elsif _log.members >= ${Limits.membersMax} then
      return hibiki_refused('too_many');
    end if;
    return hibiki_admit(_now, _c, array[_c.by_user]);
  elsif _kind in ('post', 'edit', 'delete', 'react', 'unreact') then
    return hibiki_on_row(_now, _c, _role);
  elsif _kind = 'join' then
    return hibiki_refused(case _log.kind when 'channel' then 'no_change' else 'unsupported' end);
  elsif _log.kind = 'direct' then
    return hibiki_refused('unsupported');
  end if;
  return hibiki_on_members(_now, _c, _log, _role);
end $$;
`

// Commands on a group's or channel's members and title, for a member of it.
const onMembers = `
create function hibiki_on_members(_now bigint, _c hibiki_command, _log conversations, _role text) returns hibiki_decision
language plpgsql volatile as $$
declare
  _kind text := _c.body->>'kind';
  _user uuid := (_c.body->>'userId')::uuid;
  _theirs text;
  _added uuid[];
begin
  if _kind = 'add' then
    _added := array(
      select u.id from jsonb_array_elements_text(_c.body->'userIds') with ordinality t(text, n), lateral (select t.text::uuid as id) u
        where (select true from memberships m where m.conversation_id = _c.log and m.user_id = u.id) is null
        group by u.id order by min(t.n)
    );
    if cardinality(_added) = 0 then
      return hibiki_refused('no_change');
    elsif _log.members + cardinality(_added) > ${Limits.membersMax} then
      return hibiki_refused('too_many');
    end if;
    return hibiki_admit(_now, _c, _added);
  elsif _kind = 'rename' then
    if _role = 'member' then
      return hibiki_refused('forbidden');
    elsif _log.title = _c.body->>'title' then
      return hibiki_refused('no_change');
    end if;
    update conversations c set title = _c.body->>'title' where c.id = _c.log;
    return hibiki_store(_now, _c.log, _c.id, _c.by_user, _c.device, 'renamed', null, _c.body - 'kind', null);
  elsif _kind = 'leave' then
    if _role = 'owner' and _log.members > 1 and hibiki_owners(_c.log) = 1 then
      return hibiki_refused('last_owner');
    end if;
    return hibiki_dismiss(_now, _c, _c.by_user);
  end if;
  select m.role into _theirs from memberships m where m.conversation_id = _c.log and m.user_id = _user;
  if _kind = 'remove' then
    if _role = 'member' then
      return hibiki_refused('forbidden');
    elsif _user = _c.by_user then
      return hibiki_refused(case _role when 'owner' then 'unsupported' else 'forbidden' end);
    elsif _theirs is null then
      return hibiki_refused('invalid_target');
    elsif _role <> 'owner' and _theirs <> 'member' then
      return hibiki_refused('forbidden');
    end if;
    return hibiki_dismiss(_now, _c, _user);
  elsif _role <> 'owner' then
    return hibiki_refused('forbidden');
  elsif _theirs is null then
    return hibiki_refused('invalid_target');
  elsif _theirs = _c.body->>'role' then
    return hibiki_refused('no_change');
  elsif _theirs = 'owner' and _log.members > 1 and hibiki_owners(_c.log) = 1 then
    return hibiki_refused('last_owner');
  end if;
  update memberships m set role = _c.body->>'role' where m.conversation_id = _c.log and m.user_id = _user;
  return hibiki_store(_now, _c.log, _c.id, _c.by_user, _c.device, 'roleChanged', null, _c.body - 'kind', null);
end $$;

create function hibiki_owners(_log uuid) returns bigint language sql stable as $$
  select count(*) from memberships m where m.conversation_id = _log and m.role = 'owner'
$$;
`

// Memberships begin and end with their effects: the event, the read cursor, and the user's own log.
const effects = `
create function hibiki_enter(_now bigint, _c hibiki_command, _user uuid, _role text, _joined bigint, _read bigint) returns void
language plpgsql volatile as $$
begin
  insert into memberships (conversation_id, user_id, role, joined_seq) values (_c.log, _user, _role, _joined);
  insert into read_cursors (user_id, conversation_id, read_up_to) values (_user, _c.log, _read);
  perform hibiki_tell(_now, _user, _c.by_user, 'added', _c.log);
end $$;

create function hibiki_admit(_now bigint, _c hibiki_command, _users uuid[]) returns hibiki_decision language plpgsql volatile as $$
declare
  _d hibiki_decision := hibiki_store(_now, _c.log, _c.id, _c.by_user, _c.device, 'joined', null, jsonb_build_object('userIds', _users), _c.body);
  _user uuid;
begin
  update conversations c set members = c.members + cardinality(_users) where c.id = _c.log;
  foreach _user in array _users loop
    perform hibiki_enter(_now, _c, _user, 'member', _d.seq, _d.seq);
  end loop;
  return _d;
end $$;

create function hibiki_dismiss(_now bigint, _c hibiki_command, _user uuid) returns hibiki_decision language plpgsql volatile as $$
declare
  _d hibiki_decision := hibiki_store(_now, _c.log, _c.id, _c.by_user, _c.device, 'left', null, jsonb_build_object('userId', _user),
    case when _user = _c.by_user then _c.body end);
begin
  update conversations c set members = c.members - 1 where c.id = _c.log;
  delete from memberships m where m.conversation_id = _c.log and m.user_id = _user;
  delete from read_cursors r where r.user_id = _user and r.conversation_id = _c.log;
  perform hibiki_tell(_now, _user, _c.by_user, 'removed', _c.log);
  return _d;
end $$;
`

// A log that comes into being, under a row that this transaction has just made; and a direct one that is there already.
const found = `
create function hibiki_found(_now bigint, _c hibiki_command) returns hibiki_decision language plpgsql volatile as $$
declare
  _members uuid[];
  _user uuid;
  _d hibiki_decision;
begin
  if _c.mismatch then
    return hibiki_refused('conflict');
  elsif _c.body->>'kind' = 'openDirect' then
    update conversations c set kind = 'direct', members = cardinality(_c.touched) where c.id = _c.log;
    foreach _user in array _c.touched loop
      perform hibiki_enter(_now, _c, _user, 'member', 0, 0);
    end loop;
    return row('appended', 0, _now, null)::hibiki_decision;
  end if;
  _members := array(
    select u.id from unnest(_c.by_user || array(select jsonb_array_elements_text(_c.body->'members')::uuid)) with ordinality u(id, n)
      group by u.id order by min(u.n)
  );
  if cardinality(_members) > ${Limits.membersMax} then
    return hibiki_refused('too_many');
  end if;
  update conversations c
    set kind = _c.body->>'conversationKind', title = _c.body->>'title', history = _c.body->>'history', members = cardinality(_members)
    where c.id = _c.log;
  _d := hibiki_store(_now, _c.log, _c.id, _c.by_user, _c.device, 'created', null,
    (_c.body - 'kind') || jsonb_build_object('members', _members), _c.body);
  foreach _user in array _members loop
    perform hibiki_enter(_now, _c, _user, case when _user = _c.by_user then 'owner' else 'member' end, _d.seq, 0);
  end loop;
  return _d;
end $$;

create function hibiki_found_again(_now bigint, _c hibiki_command) returns hibiki_decision language plpgsql volatile as $$
begin
  if _c.mismatch
    or (select c.kind <> 'direct' from conversations c where c.id = _c.log)
    or exists (
      select from unnest(_c.touched) t(id)
        where (select true from memberships m where m.conversation_id = _c.log and m.user_id = t.id) is null
    ) then
    return hibiki_refused('conflict');
  end if;
  return row('repeated', 0, _now, null)::hibiki_decision;
end $$;
`

export const members = converse + onMembers + effects + found
