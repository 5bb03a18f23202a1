-- Devices, which are sign-ins, and how they begin, refresh and end.

-- Of every token only the SHA-256 (base64url) is stored, and none of a device that ended. Times are by the program's clock;
-- `revoked_at` and `rotated_at` are by the database's, since processes compare them with it.
create table devices (
  id uuid primary key,
  user_id uuid not null references users,
  name text not null,
  kind text not null check (kind in ('terminal', 'browser', 'bot')),
  created_at bigint not null,
  last_used_at bigint not null,
  session_version int not null default 1 check (session_version >= 1),
  access_hash text collate "C" unique,
  access_expires_at bigint,
  -- Whether the access token in force was used. The first one counts as used: who misses that answer signs in again.
  access_used boolean not null default true,
  -- The access token before the last rotation, good until its own expiry.
  access_before text collate "C" unique,
  access_before_expires_at bigint,
  family text collate "C" unique,
  refresh_hash text collate "C",
  -- The refresh token before the last rotation, good for the grace.
  refresh_parent text collate "C",
  rotated_at bigint,
  idle_expires_at bigint,
  absolute_expires_at bigint,
  revoked_at bigint
);
create index devices_of_user on devices (user_id);
create index devices_revoked on devices (revoked_at) where revoked_at is not null;
create index devices_ending on devices (absolute_expires_at) where revoked_at is null;

-- `hibiki.device_ends` names another reason than the usual one.
create function record_device_end() returns trigger language plpgsql as $$
begin
  perform record_activity(new.user_id, coalesce(nullif(current_setting('hibiki.device_ends', true), ''), 'deviceEnded'), new.id, new.name);
  return null;
end $$;
create trigger device_ended after update of revoked_at on devices for each row
  when (old.revoked_at is null and new.revoked_at is not null) execute function record_device_end();

-- Whether this is the password that was proven, and the device that proved it is signed in. True when no device is given: nothing
-- was to be proven. The personal log is locked already.
create function is_proven(_user uuid, _password int, _device uuid) returns boolean language sql volatile as $$
  select _device is null or exists (
    select from users u, devices d
      where u.id = _user and u.password_version = _password and d.id = _device and d.user_id = _user and d.revoked_at is null
  )
$$;

-- Ends living devices of a user: one, all, or all but one. The personal log is locked already. A raised version voids their tickets.
create function end_devices(_user uuid, _one uuid, _keep uuid) returns uuid[] language plpgsql volatile as $$
declare
  _ended uuid[] := '{}';
  _device uuid;
begin
  for _device in
    update devices d set revoked_at = store_now(), session_version = d.session_version + 1, access_hash = null, access_before = null,
      family = null, refresh_hash = null, refresh_parent = null
    where d.user_id = _user and d.revoked_at is null and (_one is null or d.id = _one) and (_keep is null or d.id <> _keep)
    returning d.id
  loop
    _ended := _ended || _device;
  end loop;
  foreach _device in array _ended loop
    perform append_personal_event(_user, 'deviceRevoked', jsonb_build_object('deviceId', _device));
  end loop;
  return _ended;
end $$;

-- Returns [devices, head, events], or null when there is no such user or it is no longer as it was proven.
create function revoke_devices(_user uuid, _one uuid, _keep uuid, _password int, _device uuid) returns jsonb language plpgsql volatile as $$
declare
  _head bigint := lock_personal_log(_user);
  _ended uuid[];
begin
  if _head is null or not is_proven(_user, _password, _device) then return null; end if;
  _ended := end_devices(_user, _one, _keep);
  return jsonb_build_array(to_jsonb(_ended)) || personal_log_since(_user, _head);
end $$;

-- Stores a device with its event, ends the least recently used ones over `_max`, and removes a few of those that ended 30 days
-- ago: the personal log is locked meanwhile. Returns [head, events], or null when the user is absent or disabled, or the password
-- is not the one that was proven.
create function create_device(_user uuid, _device jsonb, _password int, _max int, _now bigint) returns jsonb language plpgsql volatile as $$
declare
  _head bigint := lock_personal_log(_user);
  _surplus uuid;
begin
  perform from users u where u.id = _user and u.disabled_at is null and u.password_version = coalesce(_password, u.password_version);
  if _head is null or not found then return null; end if;
  delete from devices d where d.id = any(array(
    select x.id from devices x where x.user_id = _user and x.revoked_at < store_now() - 30 * 86400000::bigint limit 20
  ));
  for _surplus in
    select d.id from devices d where d.user_id = _user and d.revoked_at is null order by d.last_used_at desc, d.id desc offset _max - 1
  loop
    perform end_devices(_user, _surplus, null);
  end loop;
  insert into devices (id, user_id, name, kind, created_at, last_used_at, access_hash, access_expires_at, family, refresh_hash, rotated_at,
      idle_expires_at, absolute_expires_at)
    select d.id, _user, d.name, d.kind, _now, _now, d.access_hash, d.access_expires_at, d.family, d.refresh_hash, _now, d.idle_expires_at,
      d.absolute_expires_at
    from jsonb_to_record(_device) as d(id uuid, name text, kind text, access_hash text, access_expires_at bigint, family text,
      refresh_hash text, idle_expires_at bigint, absolute_expires_at bigint);
  perform record_activity(_user, 'signedIn', (_device ->> 'id')::uuid, _device ->> 'name');
  perform append_personal_event(_user, 'deviceAdded', jsonb_build_object('deviceId', _device -> 'id', 'deviceName', _device -> 'name'));
  return personal_log_since(_user, _head);
end $$;

-- Decides on a refresh token: [tag, device, end or user]. It reads the time under the row's lock: read before, it could lie before
-- that of the rotation which it waited for. The direct parent of the token in force is good for the grace, and after it for as
-- long as nobody has used the successor: its answer was lost. A clock that was set back gives no grace. No access token outlives
-- the sign-in.
--
-- A reused token is only reported. Ending the device needs the personal log, and waiting for that with this row locked could end
-- in a deadlock; a token that is out of use never comes back in between.
create function rotate_device(_family text, _shown text, _refresh text, _access text, _access_expires bigint, _idle_expires bigint,
  _grace bigint, _now bigint) returns jsonb language plpgsql volatile as $$
declare
  _d record;
  _at bigint;
  _is_first boolean;
  _is_grace boolean;
begin
  select d.id, d.user_id, d.refresh_hash, d.refresh_parent, d.access_used, d.rotated_at, least(d.idle_expires_at, d.absolute_expires_at) as ends into _d
    from devices d where d.family = _family and d.revoked_at is null for update;
  if not found or _d.ends <= _now then return jsonb_build_array('Unknown'); end if;
  _at := store_now();
  _is_first := _d.refresh_hash = _shown;
  _is_grace := _at - _d.rotated_at between 0 and _grace;
  if _is_first or (_d.refresh_parent = _shown and not _d.access_used and not _is_grace) then
    update devices d set refresh_parent = _shown, refresh_hash = _refresh, rotated_at = _at, idle_expires_at = _idle_expires,
        access_before = case when _is_first then d.access_hash else d.access_before end,
        access_before_expires_at = case when _is_first then d.access_expires_at else d.access_before_expires_at end,
        access_hash = _access, access_expires_at = least(_access_expires, d.absolute_expires_at), access_used = false, last_used_at = greatest(d.last_used_at, _now)
      where d.id = _d.id
      returning least(d.idle_expires_at, d.absolute_expires_at) as ends into _d.ends;
    return jsonb_build_array('Rotated', _d.id, _d.ends);
  end if;
  if _d.refresh_parent = _shown and _is_grace then return jsonb_build_array('Repeated', _d.id, _d.ends); end if;
  return jsonb_build_array('Reused', _d.id, _d.user_id);
end $$;
