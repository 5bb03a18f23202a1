-- Whom people block.

-- Written under the lock of the personal log of `user_id`. `direct_id` is the conversation that the two have, or would have: one
-- look-up by it says whether either blocks the other.
create table blocks (
  user_id uuid not null references users,
  blocked_id uuid not null references users,
  direct_id uuid not null,
  at bigint not null,
  primary key (user_id, blocked_id),
  check (user_id <> blocked_id)
);
create index blocks_direct on blocks (direct_id);

-- Returns [no devices, head, events] like the other changes of an account, "absent" when nobody has the id, or "too_many" at `_max`.
create function set_blocked(_user uuid, _blocked uuid, _direct uuid, _on boolean, _max int, _now bigint) returns jsonb language plpgsql volatile as $$
declare
  _head bigint := lock_personal_log(_user);
begin
  if _head is null then return null; end if;
  if not _on then
    delete from blocks b where b.user_id = _user and b.blocked_id = _blocked;
  elsif not exists (select from users u where u.id = _blocked) then
    return '"absent"';
  elsif exists (select from blocks b where b.user_id = _user and b.blocked_id = _blocked) then
    return '[[]]'::jsonb || personal_log_since(_user, _head);
  elsif (select count(*) from blocks b where b.user_id = _user) >= _max then
    return '"too_many"';
  else
    insert into blocks (user_id, blocked_id, direct_id, at) values (_user, _blocked, _direct, _now);
  end if;
  if found then
    perform append_personal_event(_user, 'blocked', jsonb_build_object('userId', _blocked, 'on', _on));
  end if;
  return '[[]]'::jsonb || personal_log_since(_user, _head);
end $$;
