/** Acts that ask for the password again look at what was proven once more when they are done: both may have been changed in between. */
import type { Migration } from "../Migration.ts"

// Whether this is the password that was proven, and the device that proved it is signed in. True when no device is given: nothing was to be
// proven. The personal log is locked already, as it is for each change of these.
const isProven = `
create function hibiki_is_proven(_user uuid, _password int, _device uuid) returns boolean language sql volatile as $$
  select _device is null or exists (
    select from users u, devices d
      where u.id = _user and u.password_version = _password and d.id = _device and d.user_id = _user and d.revoked_at is null
  )
$$;
`

// As before, and null, with nothing changed, when it is not proven. Programs of before go on to call what asks for no proof.
const changes = `
create function hibiki_user_set_password(_user uuid, _hash text, _ending text, _keep uuid, _now bigint, _password int, _device uuid) returns jsonb
language plpgsql volatile as $$
declare
  _head bigint := hibiki_lock_personal_log(_user);
  _ended uuid[] := '{}';
begin
  if _head is null or not hibiki_is_proven(_user, _password, _device) then return null; end if;
  update users u set password_hash = _hash, password_version = u.password_version + 1 where u.id = _user;
  update devices d set session_version = d.session_version + 1 where d.user_id = _user and d.revoked_at is null;
  if _ending <> 'none' then _ended := hibiki_end_devices(_user, null, _keep, _now); end if;
  return jsonb_build_array(to_jsonb(_ended)) || hibiki_personal_change(_user, _head);
end $$;
create or replace function hibiki_user_set_password(_user uuid, _hash text, _ending text, _keep uuid, _now bigint) returns jsonb
language sql volatile as $$
  select hibiki_user_set_password(_user, _hash, _ending, _keep, _now, null, null)
$$;
create function hibiki_devices_revoke(_user uuid, _one uuid, _keep uuid, _now bigint, _password int, _device uuid) returns jsonb
language plpgsql volatile as $$
declare
  _head bigint := hibiki_lock_personal_log(_user);
  _ended uuid[];
begin
  if _head is null or not hibiki_is_proven(_user, _password, _device) then return null; end if;
  _ended := hibiki_end_devices(_user, _one, _keep, _now);
  return jsonb_build_array(to_jsonb(_ended)) || hibiki_personal_change(_user, _head);
end $$;
create or replace function hibiki_devices_revoke(_user uuid, _one uuid, _keep uuid, _now bigint) returns jsonb language sql volatile as $$
  select hibiki_devices_revoke(_user, _one, _keep, _now, null, null)
$$;
`

export const proofs: Migration = { version: 18, name: "proofs", runsBeside: 4, sql: isProven + changes }
