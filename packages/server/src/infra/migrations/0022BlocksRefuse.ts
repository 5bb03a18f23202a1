/** Where one of a direct conversation's two blocks the other, neither writes to it; and nobody opens one with who blocks him. */
import { Limits } from "@hibiki/core/domain/Limits"
import type { Migration } from "../Migration.ts"
import { appendFunction as before } from "./0001Append.ts"

// As before, but for direct conversations with a block, which make a post no plain one. A group's costs no look-up.
const rights = `
        and (select true from memberships m where m.conversation_id = p.log and m.user_id = p.by_user) is not null`
export const appendFunction = before.replace(
  rights,
  () => `${rights}
        and case l.kind when 'direct' then (select true from blocks b where b.direct_id = p.log limit 1) is null else true end`
)

// As before, but for what a block refuses in a direct conversation, to both alike: which of the two blocks, only that one knows. What takes back
// goes on: deletes, reactions taken away, withdrawals.
const converse = `
create or replace function hibiki_converse(_now bigint, _c hibiki_command) returns hibiki_decision language plpgsql volatile as $$
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
    if _log.kind = 'direct' and _kind in ('post', 'edit', 'react') and (select true from blocks b where b.direct_id = _c.log limit 1) then
      return hibiki_refused('forbidden');
    end if;
    return hibiki_on_row(_now, _c, _role);
  elsif _kind = 'join' then
    return hibiki_refused(case _log.kind when 'channel' then 'no_change' else 'unsupported' end);
  elsif _log.kind = 'direct' then
    return hibiki_refused('unsupported');
  end if;
  return hibiki_on_members(_now, _c, _log, _role);
end $$;
`

// As before, but for who opens a direct conversation with somebody who blocks him, as if there was nobody, and with somebody whom he blocks.
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
`

export const blocksRefuse: Migration = { version: 22, name: "blocks refuse", runsBeside: 4, sql: appendFunction + converse + found }
