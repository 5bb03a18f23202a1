/** What happens to accounts and their sign-ins is noted, for their owners to look at. */
import type { Migration } from "../Migration.ts"

// Entries are added, and go when they are old; wrong passwords alone are counted in the entry of their hour.
const table = `
create table account_activities (
  id bigint generated always as identity primary key,
  user_id uuid not null references users,
  at bigint not null,
  kind text not null,
  device_id uuid,
  device_name text,
  times int not null default 1
);
create index account_activities_of_user on account_activities (user_id, id);
create index account_activities_at on account_activities (at);
create unique index account_activities_failed on account_activities (user_id, (at / 3600000)) where kind = 'signInFailed';
create function hibiki_note_activity(_user uuid, _kind text, _device uuid, _name text) returns void language sql volatile as $$
  insert into account_activities (user_id, at, kind, device_id, device_name) values (_user, hibiki_store_now(), _kind, _device, _name);
$$;
create function hibiki_note_failed_sign_in(_user uuid) returns void language sql volatile as $$
  insert into account_activities (user_id, at, kind) values (_user, hibiki_store_now(), 'signInFailed')
    on conflict (user_id, (at / 3600000)) where kind = 'signInFailed' do update set times = least(account_activities.times + 1, 1000000);
$$;
`

// With the change itself, whoever makes it: programs of before, too, and commands on the database. Not with rows that an import brings.
const triggers = `
create function hibiki_device_ended() returns trigger language plpgsql as $$
begin
  perform hibiki_note_activity(new.user_id, coalesce(nullif(current_setting('hibiki.device_ends', true), ''), 'deviceEnded'), new.id, new.name);
  return null;
end $$;
create trigger device_ended after update of revoked_at on devices for each row
  when (old.revoked_at is null and new.revoked_at is not null) execute function hibiki_device_ended();
create function hibiki_account_changed() returns trigger language plpgsql as $$
begin
  if new.password_version <> old.password_version then
    perform hibiki_note_activity(new.id, 'passwordChanged', null, null);
  end if;
  if new.admin <> old.admin then
    perform hibiki_note_activity(new.id, case when new.admin then 'madeAdmin' else 'adminTaken' end, null, null);
  end if;
  if (new.disabled_at is null) <> (old.disabled_at is null) then
    perform hibiki_note_activity(new.id, case when new.disabled_at is null then 'enabled' else 'disabled' end, null, null);
  end if;
  return null;
end $$;
create trigger account_changed after update of password_version, admin, disabled_at on users for each row execute function hibiki_account_changed();
`

// As before, with its entry.
const createDevice = `
create or replace function hibiki_device_create(_user uuid, _device jsonb, _password int, _max int, _now bigint) returns jsonb
language plpgsql volatile as $$
declare
  _head bigint := hibiki_lock_personal_log(_user);
  _surplus uuid;
begin
  perform from users u where u.id = _user and u.disabled_at is null and u.password_version = coalesce(_password, u.password_version);
  if _head is null or not found then return null; end if;
  delete from devices d where d.id = any(array(
    select x.id from devices x where x.user_id = _user and x.revoked_at < hibiki_store_now() - 30 * 86400000::bigint limit 20
  ));
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
  perform hibiki_note_activity(_user, 'signedIn', (_device ->> 'id')::uuid, _device ->> 'name');
  perform hibiki_personal_event(_user, _now, 'deviceAdded', jsonb_build_object('deviceId', _device -> 'id', 'deviceName', _device -> 'name'), _user);
  return hibiki_personal_change(_user, _head);
end $$;
`

// Ends a device whose refresh token came twice, which is noted as that.
const reused = `
create function hibiki_device_reused(_user uuid, _device uuid, _now bigint) returns jsonb language plpgsql volatile as $$
begin
  perform set_config('hibiki.device_ends', 'refreshReused', true);
  return hibiki_devices_revoke(_user, _device, null, _now, null, null);
end $$;
`

export const activities: Migration = {
  version: 25,
  name: "activities",
  runsBeside: 4,
  sql: table + triggers + createDevice + reused
}
