/** Nobody is made a member of a group or a channel by somebody whom he blocks: to that one he is as if he were not there. */
import { Limits } from "@hibiki/core/domain/Limits"
import type { Migration } from "../Migration.ts"
import { appendFunction as before } from "./0022BlocksRefuse.ts"

// As before, but for who is to be a member: whether that one is there is decided with all else, so that a refusal of who is not there and of who
// blocks differs in nothing, nor in what is remembered of it.
export const appendFunction = before.replace(
  "elsif exists (\n        select from unnest(_c.touched)",
  () => "elsif _c.body->>'kind' not in ('create', 'add') and exists (\n        select from unnest(_c.touched)"
)

// Whether one of these users is not there for `_by`: is nobody, or blocks him. Their personal logs are locked, so that no block comes meanwhile.
const away = `
create function hibiki_away_for(_by uuid, _users uuid[]) returns boolean language plpgsql stable as $$
begin
  return exists (
    select from unnest(_users) u(id)
      where (select c.kind from conversations c where c.id = u.id) is distinct from 'personal'
        or (select true from blocks b where b.user_id = u.id and b.blocked_id = _by) is not null
  );
end $$;
`

// As before, but for an add of who is not there. Who is a member already is not asked about: the asker sees him there.
const onMembers = `
create or replace function hibiki_on_members(_now bigint, _c hibiki_command, _log conversations, _role text) returns hibiki_decision
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
    elsif hibiki_away_for(_c.by_user, _added) then
      return hibiki_refused('not_found');
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
  elsif _theirs = 'owner' and hibiki_owners(_c.log) = 1 then
    return hibiki_refused('last_owner');
  end if;
  update memberships m set role = _c.body->>'role' where m.conversation_id = _c.log and m.user_id = _user;
  return hibiki_store(_now, _c.log, _c.id, _c.by_user, _c.device, 'roleChanged', null, _c.body - 'kind', null);
end $$;
`

// As before, but for a conversation that is to begin with who is not there.
const found = `
create or replace function hibiki_found(_now bigint, _c hibiki_command) returns hibiki_decision language plpgsql volatile as $$
declare
  _members uuid[];
  _user uuid;
  _d hibiki_decision;
begin
  if _c.mismatch then
    return hibiki_refused('conflict');
  elsif _c.body->>'kind' = 'openDirect' then
    _user := (_c.body->>'peer')::uuid;
    if (select true from blocks b where b.user_id = _user and b.blocked_id = _c.by_user) then
      return hibiki_refused('not_found');
    elsif (select true from blocks b where b.user_id = _c.by_user and b.blocked_id = _user) then
      return hibiki_refused('forbidden');
    end if;
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
  if hibiki_away_for(_c.by_user, _members) then
    return hibiki_refused('not_found');
  elsif cardinality(_members) > ${Limits.membersMax} then
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
`

export const blocksAdmit: Migration = {
  version: 27,
  name: "blocks admit",
  runsBeside: 4,
  sql: appendFunction + away + onMembers + found
}
