/** People may block others. */
import { Limits } from "@hibiki/core/domain/Limits"
import type { Migration } from "../Migration.ts"

// Written under the lock of the personal log of `user_id`. `direct_id` is the conversation that the two have, or would have: by it one look-up
// says whether either blocks the other, which a group's id never does.
const table = `
create table blocks (
  user_id uuid not null references users,
  blocked_id uuid not null references users,
  direct_id uuid not null,
  at bigint not null,
  primary key (user_id, blocked_id),
  check (user_id <> blocked_id)
);
create index blocks_direct on blocks (direct_id);
`

// As one transaction with its personal event: [devices, head, events], "absent" when nobody has the id, "too_many" at the bound, or null when there
// is no such user.
const block = `
create function hibiki_user_block(_user uuid, _blocked uuid, _direct uuid, _on boolean, _now bigint) returns jsonb language plpgsql volatile as $$
declare
  _head bigint := hibiki_lock_personal_log(_user);
begin
  if _head is null then return null; end if;
  if not _on then
    delete from blocks b where b.user_id = _user and b.blocked_id = _blocked;
  elsif not exists (select from users u where u.id = _blocked) then
    return '"absent"';
  elsif exists (select from blocks b where b.user_id = _user and b.blocked_id = _blocked) then
    return '[[]]'::jsonb || hibiki_personal_change(_user, _head);
  elsif (select count(*) from blocks b where b.user_id = _user) >= ${Limits.blockedMax} then
    return '"too_many"';
  else
    insert into blocks (user_id, blocked_id, direct_id, at) values (_user, _blocked, _direct, _now);
  end if;
  if found then
    perform hibiki_personal_event(_user, _now, 'blocked', jsonb_build_object('userId', _blocked, 'on', _on), _user);
  end if;
  return '[[]]'::jsonb || hibiki_personal_change(_user, _head);
end $$;
`

export const blocks: Migration = { version: 21, name: "blocks", runsBeside: 4, sql: table + block }
