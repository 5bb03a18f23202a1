/** What is left behind by who goes: the invites of who is disabled, conversations without an owner, and pushes that were shown. */
import { Limits } from "@hibiki/core/domain/Limits"
import type { Migration } from "../Migration.ts"

// As before, and the invites that it made end, those too that were made by who was disabled before. [devices, head, events, invites].
const disable = `
create or replace function hibiki_user_disable(_user uuid, _now bigint) returns jsonb language plpgsql volatile as $$
declare
  _head bigint := hibiki_lock_personal_log(_user);
  _ended uuid[];
  _invites int;
begin
  if _head is null then return null; end if;
  update users u set disabled_at = coalesce(u.disabled_at, _now) where u.id = _user;
  with gone as (delete from invites i where i.created_by = _user returning i.expires_at)
  select count(*) filter (where g.expires_at > _now) into _invites from gone g;
  _ended := hibiki_end_devices(_user, null, null, _now);
  return jsonb_build_array(to_jsonb(_ended)) || hibiki_personal_change(_user, _head) || to_jsonb(_invites);
end $$;
delete from invites i using users u where u.id = i.created_by and u.disabled_at is not null;
`

// As before, but for the last owner, who may leave when alone, and never gives up the role: whoever is added then would be without an owner for good.
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

// As before, but for who joins a channel that everybody had left: nobody is there who could make him an owner.
const admit = `
create or replace function hibiki_admit(_now bigint, _c hibiki_command, _users uuid[]) returns hibiki_decision language plpgsql volatile as $$
declare
  _d hibiki_decision := hibiki_store(_now, _c.log, _c.id, _c.by_user, _c.device, 'joined', null, jsonb_build_object('userIds', _users), _c.body);
  _before int;
  _user uuid;
begin
  update conversations c set members = c.members + cardinality(_users) where c.id = _c.log returning c.members - cardinality(_users) into _before;
  foreach _user in array _users loop
    perform hibiki_enter(_now, _c, _user, case _before when 0 then 'owner' else 'member' end, _d.seq, _d.seq);
  end loop;
  return _d;
end $$;
`

// Whether nothing of a push is left to be looked at: it is read, or its person is a member no more, whose read cursor ended with the membership.
// Those that were sent are to be taken back then.
const takeBack = `
create function hibiki_push_is_over(_user uuid, _conversation uuid, _seq bigint) returns boolean language sql stable as $$
  select coalesce((select r.read_up_to from read_cursors r where r.user_id = _user and r.conversation_id = _conversation), _seq) >= _seq
$$;
-- _logs: those that were looked at; only personal ones have somebody's pushes.
create function hibiki_push_take_back(_logs uuid[], _now bigint) returns void language sql volatile as $$
  update push_due p set state = 'cancel', due_at = _now, tries = 0
    where p.user_id = any(_logs) and p.state = 'sent' and hibiki_push_is_over(p.user_id, p.conversation_id, p.seq)
$$;
`

// As before, but for what is taken back.
const pushes = `
create or replace function hibiki_push_look(_now bigint, _lease bigint, _limit int) returns jsonb language plpgsql volatile as $$
declare
  _taken jsonb;
begin
  with due as (
    select p.log, p.noted from push_looks p where p.look_at <= _now order by p.look_at limit _limit for update skip locked
  ), taken as (
    update push_looks p set look_at = _now + _lease, noted = false from due d where p.log = d.log returning p.log, p.looks, p.head, d.noted
  )
  select coalesce(jsonb_agg(jsonb_build_array(
    t.log, t.looks, coalesce(c.last_seq, 0), t.noted or coalesce(c.last_seq, 0) > t.head, coalesce(c.kind = 'personal', false)
  )), '[]')
    into _taken from taken t left join lateral (select * from conversations where id = t.log offset 0) c on true;
  perform hibiki_push_take_back(array(select (t->>0)::uuid from jsonb_array_elements(_taken) t), _now);
  return _taken;
end $$;
create or replace function hibiki_push_settle(_settled jsonb, _now bigint) returns void language sql volatile as $$
  with settled as (
    select s.*, hibiki_push_is_over(s."userId", s.log, s.seq) as is_over
      from jsonb_to_recordset(_settled)
        as s(log uuid, "userId" uuid, "deviceId" uuid, seq bigint, state text, tries int, outcome text, at bigint)
  ), kept as (
    update push_due p
      set state = case when s.outcome = 'again' then p.state when s.outcome = 'sent' and s.is_over then 'cancel' else 'sent' end,
        due_at = case when s.outcome = 'again' then s.at when s.outcome = 'sent' and s.is_over then _now end,
        tries = case when s.outcome = 'again' then p.tries else 0 end
      from settled s
      where p.device_id = s."deviceId" and p.conversation_id = s.log and p.state = s.state and p.tries = s.tries
        and s.outcome in ('again', 'sent', 'unreachable')
  ), gone as (
    delete from push_due p using settled s
      where p.device_id = s."deviceId" and p.conversation_id = s.log and p.state = s.state and p.tries = s.tries
        and s.outcome not in ('again', 'sent', 'unreachable')
  )
  insert into push_records (user_id, conversation_id, device_id, at, seq, what)
    select s."userId", s.log, s."deviceId", s.at, s.seq, s.outcome from settled s where s.outcome <> 'again'
$$;
`

export const departures: Migration = {
  version: 16,
  name: "departures",
  runsBeside: 4,
  sql: disable + onMembers + admit + takeBack + pushes
}
