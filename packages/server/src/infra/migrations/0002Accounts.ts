/** The tables of accounts, devices and invites, and the changes that are one transaction with their personal events. */
import type { Migration } from "../Migration.ts"

// `name_key` is the display name as it is searched for; the program folds it, so that all stores fold alike. A bot has no password.
const users = `
create table users (
  id uuid primary key,
  handle text collate "C" not null unique,
  display_name text not null,
  name_key text collate "C" not null default '',
  password_hash text,
  password_version int not null default 1,
  admin boolean not null default false,
  disabled_at bigint,
  created_at bigint not null default 0
);
create index users_by_name on users (name_key);
create index users_admins on users (id) where admin;
`

// Of every token only the SHA-256 (base64url) is kept, and nothing at all of an ended device's. Times are ms by the program's clock,
// but `revoked_at` is by the database's: processes compare it with that. `access_before` is the token before the last rotation, good
// until its own expiry; `refresh_parent` the refresh token before it, good for the grace.
const devices = `
create table devices (
  id uuid primary key,
  user_id uuid not null references users,
  name text not null,
  kind text not null check (kind in ('terminal', 'browser', 'bot')),
  created_at bigint not null,
  last_used_at bigint not null,
  session_version int not null default 1,
  access_hash text collate "C" unique,
  access_expires_at bigint,
  access_before text collate "C" unique,
  access_before_expires_at bigint,
  family text collate "C" unique,
  refresh_hash text collate "C",
  refresh_parent text collate "C",
  rotated_at bigint,
  idle_expires_at bigint,
  absolute_expires_at bigint,
  revoked_at bigint
);
create index devices_of_user on devices (user_id);
create index devices_revoked on devices (revoked_at) where revoked_at is not null;
`

const invites = `
create table invites (
  hash text collate "C" primary key,
  kind text not null check (kind in ('member', 'admin')),
  created_by uuid references users,
  expires_at bigint not null
);
`

// The lock that each change takes first. It gives the head before the change, or null when there is no such user.
const lock = `
create function hibiki_lock_personal_log(_user uuid) returns bigint language sql volatile as $$
  select last_seq from conversations where id = _user and kind = 'personal' for update;
$$;
create function hibiki_store_now() returns bigint language sql volatile as $$
  select (extract(epoch from clock_timestamp()) * 1000)::bigint;
$$;
-- What came into the personal log after a head: [head, events].
create function hibiki_personal_change(_user uuid, _after bigint) returns jsonb language sql volatile as $$
  select jsonb_build_array(c.last_seq, hibiki_range(_user, _after + 1, 1000)) from conversations c where c.id = _user;
$$;
`

// 'created', 'handle_in_use' or 'invite_invalid'. The invite's row is locked first: of parallel uses the later ones find it gone.
const createUser = `
create function hibiki_user_create(_id uuid, _handle text, _name text, _key text, _hash text, _admin boolean, _invite text, _now bigint)
returns text language plpgsql volatile as $$
declare
  _kind text;
begin
  if _invite is not null then
    select i.kind into _kind from invites i where i.hash = _invite and i.expires_at > _now for update;
    if not found then return 'invite_invalid'; end if;
  end if;
  insert into users (id, handle, display_name, name_key, password_hash, admin, created_at)
    values (_id, _handle, _name, _key, _hash, _admin or coalesce(_kind = 'admin', false), _now)
    on conflict (handle) do nothing;
  if not found then return 'handle_in_use'; end if;
  delete from invites i where i.hash = _invite;
  perform hibiki_create_personal_log(_id, _now);
  return 'created';
end $$;
`

// Ends living devices of a user: one, all, or all but one. The personal log is locked already. A bumped version voids their tickets.
const endDevices = `
create function hibiki_end_devices(_user uuid, _one uuid, _keep uuid, _now bigint) returns uuid[] language plpgsql volatile as $$
declare
  _ended uuid[] := '{}';
  _device uuid;
begin
  for _device in
    update devices d set revoked_at = hibiki_store_now(), session_version = d.session_version + 1, access_hash = null, access_before = null,
      family = null, refresh_hash = null, refresh_parent = null
    where d.user_id = _user and d.revoked_at is null and (_one is null or d.id = _one) and (_keep is null or d.id <> _keep)
    returning d.id
  loop
    _ended := _ended || _device;
  end loop;
  foreach _device in array _ended loop
    perform hibiki_personal_event(_user, _now, 'deviceRevoked', jsonb_build_object('deviceId', _device), _user);
  end loop;
  return _ended;
end $$;
-- As one transaction: [devices, head, events], or null when there is no such user.
create function hibiki_devices_revoke(_user uuid, _one uuid, _keep uuid, _now bigint) returns jsonb language plpgsql volatile as $$
declare
  _head bigint := hibiki_lock_personal_log(_user);
  _ended uuid[];
begin
  if _head is null then return null; end if;
  _ended := hibiki_end_devices(_user, _one, _keep, _now);
  return jsonb_build_array(to_jsonb(_ended)) || hibiki_personal_change(_user, _head);
end $$;
`

// Stores a device with its event; ends the least recently used over the bound and forgets those that ended 30 days ago.
// [head, events], or null when the user is absent or disabled, or its password is not the one that was proven.
const createDevice = `
create function hibiki_device_create(_user uuid, _device jsonb, _password int, _max int, _now bigint) returns jsonb language plpgsql volatile as $$
declare
  _head bigint := hibiki_lock_personal_log(_user);
  _surplus uuid;
begin
  perform from users u where u.id = _user and u.disabled_at is null and u.password_version = coalesce(_password, u.password_version);
  if _head is null or not found then return null; end if;
  delete from devices d where d.user_id = _user and d.revoked_at < hibiki_store_now() - 30 * 86400000::bigint;
  for _surplus in
    select d.id from devices d where d.user_id = _user and d.revoked_at is null order by d.last_used_at desc, d.id desc offset _max - 1
  loop
    perform hibiki_end_devices(_user, _surplus, null, _now);
  end loop;
  insert into devices (id, user_id, name, kind, created_at, last_used_at, access_hash, access_expires_at, family, refresh_hash, rotated_at,
      idle_expires_at, absolute_expires_at)
    select d.id, _user, d.name, d.kind, _now, _now, d.access_hash, d.access_expires_at, d.family, d.refresh_hash, _now, d.idle_expires_at,
      d.absolute_expires_at
    from jsonb_to_record(_device) as d(id uuid, name text, kind text, access_hash text, access_expires_at bigint, family text,
      refresh_hash text, idle_expires_at bigint, absolute_expires_at bigint);
  perform hibiki_personal_event(_user, _now, 'deviceAdded', jsonb_build_object('deviceId', _device -> 'id', 'deviceName', _device -> 'name'), _user);
  return hibiki_personal_change(_user, _head);
end $$;
`

// Decides on a refresh token: [tag, device, end or user]. The update waits for a parallel one and then finds its token replaced. A reused
// token is only reported: whoever waited holds the device's row here, and must not ask for the log with it. Ending the device is the
// next statement; a token that is out of use never comes back into it in between.
const rotateDevice = `
create function hibiki_device_rotate(_family text, _shown text, _refresh text, _access text, _access_expires bigint, _idle_expires bigint,
  _grace bigint, _now bigint) returns jsonb language plpgsql volatile as $$
declare
  _d record;
begin
  update devices d set refresh_parent = d.refresh_hash, refresh_hash = _refresh, rotated_at = _now, idle_expires_at = _idle_expires,
      access_before = d.access_hash, access_before_expires_at = d.access_expires_at, access_hash = _access, access_expires_at = _access_expires,
      last_used_at = greatest(d.last_used_at, _now)
    where d.family = _family and d.refresh_hash = _shown and d.revoked_at is null and d.idle_expires_at > _now and d.absolute_expires_at > _now
    returning d.id, least(d.idle_expires_at, d.absolute_expires_at) as ends into _d;
  if found then return jsonb_build_array('Rotated', _d.id, _d.ends); end if;
  select d.id, d.user_id, d.refresh_parent, d.rotated_at, least(d.idle_expires_at, d.absolute_expires_at) as ends into _d
    from devices d where d.family = _family and d.revoked_at is null;
  if not found or _d.ends <= _now then return jsonb_build_array('Unknown'); end if;
  if _d.refresh_parent = _shown and _now - _d.rotated_at <= _grace then return jsonb_build_array('Repeated', _d.id, _d.ends); end if;
  return jsonb_build_array('Reused', _d.id, _d.user_id);
end $$;
`

// [devices, head, events] each, or null when there is no such user. _ending: 'none', 'all' or 'others' (all but _keep).
const changeUser = `
create function hibiki_user_set_password(_user uuid, _hash text, _ending text, _keep uuid, _now bigint) returns jsonb
language plpgsql volatile as $$
declare
  _head bigint := hibiki_lock_personal_log(_user);
  _ended uuid[] := '{}';
begin
  if _head is null then return null; end if;
  update users u set password_hash = _hash, password_version = u.password_version + 1 where u.id = _user;
  update devices d set session_version = d.session_version + 1 where d.user_id = _user and d.revoked_at is null;
  if _ending <> 'none' then _ended := hibiki_end_devices(_user, null, _keep, _now); end if;
  return jsonb_build_array(to_jsonb(_ended)) || hibiki_personal_change(_user, _head);
end $$;
create function hibiki_user_disable(_user uuid, _now bigint) returns jsonb language plpgsql volatile as $$
declare
  _head bigint := hibiki_lock_personal_log(_user);
  _ended uuid[];
begin
  if _head is null then return null; end if;
  update users u set disabled_at = coalesce(u.disabled_at, _now) where u.id = _user;
  _ended := hibiki_end_devices(_user, null, null, _now);
  return jsonb_build_array(to_jsonb(_ended)) || hibiki_personal_change(_user, _head);
end $$;
create function hibiki_user_set_display_name(_user uuid, _name text, _key text, _now bigint) returns jsonb language plpgsql volatile as $$
declare
  _head bigint := hibiki_lock_personal_log(_user);
begin
  if _head is null then return null; end if;
  update users u set display_name = _name, name_key = _key where u.id = _user and u.display_name <> _name;
  if found then perform hibiki_personal_event(_user, _now, 'profileChanged', jsonb_build_object('displayName', _name), _user); end if;
  return '[[]]'::jsonb || hibiki_personal_change(_user, _head);
end $$;
`

export const accounts: Migration = {
  version: 2,
  name: "accounts",
  sql: users + devices + invites + lock + createUser + endDevices + createDevice + rotateDevice + changeUser
}
