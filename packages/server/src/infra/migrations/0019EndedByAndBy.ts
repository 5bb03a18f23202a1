/** What ended is forgotten by and by: a sign-in, or an invite that is made, takes a few along, however many have piled up. */
import type { Migration } from "../Migration.ts"

const invites = `
create index invites_expires_at on invites (expires_at);
`

// As before, but for how many ended devices are forgotten at once: the personal log is locked meanwhile.
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
  perform hibiki_personal_event(_user, _now, 'deviceAdded', jsonb_build_object('deviceId', _device -> 'id', 'deviceName', _device -> 'name'), _user);
  return hibiki_personal_change(_user, _head);
end $$;
`

export const endedByAndBy: Migration = { version: 19, name: "ended by and by", runsBeside: 4, sql: invites + createDevice }
