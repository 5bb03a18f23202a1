/** A refresh whose answer was lost is answered again for as long as nobody has used what it brought. */
import type { Migration } from "../Migration.ts"

// Of the access token in force. That of a new device was never lost on the way: who misses that answer signs in again.
const column = `
alter table devices add column access_used boolean not null default true;
`

// As before, but for the direct parent after the grace: while its successor was not used, this is the same rotation once more, which
// the where clause lets only the first of parallel ones make. No access token outlives the sign-in.
const rotateDevice = `
create or replace function hibiki_device_rotate(_family text, _shown text, _refresh text, _access text, _access_expires bigint, _idle_expires bigint,
  _grace bigint, _now bigint) returns jsonb language plpgsql volatile as $$
declare
  _d record;
begin
  update devices d set refresh_parent = _shown, refresh_hash = _refresh, rotated_at = _now, idle_expires_at = _idle_expires,
      access_before = case when d.refresh_hash = _shown then d.access_hash else d.access_before end,
      access_before_expires_at = case when d.refresh_hash = _shown then d.access_expires_at else d.access_before_expires_at end,
      access_hash = _access, access_expires_at = least(_access_expires, d.absolute_expires_at), access_used = false, last_used_at = greatest(d.last_used_at, _now)
    where d.family = _family
      and (d.refresh_hash = _shown or (d.refresh_parent = _shown and not d.access_used and _now - d.rotated_at > _grace))
      and d.revoked_at is null and d.idle_expires_at > _now and d.absolute_expires_at > _now
    returning d.id, least(d.idle_expires_at, d.absolute_expires_at) as ends into _d;
  if found then return jsonb_build_array('Rotated', _d.id, _d.ends); end if;
  select d.id, d.user_id, d.refresh_parent, d.rotated_at, least(d.idle_expires_at, d.absolute_expires_at) as ends into _d
    from devices d where d.family = _family and d.revoked_at is null;
  if not found or _d.ends <= _now then return jsonb_build_array('Unknown'); end if;
  if _d.refresh_parent = _shown and _now - _d.rotated_at <= _grace then return jsonb_build_array('Repeated', _d.id, _d.ends); end if;
  return jsonb_build_array('Reused', _d.id, _d.user_id);
end $$;
`

export const lostRefreshes: Migration = { version: 10, name: "lost refreshes", runsBeside: 4, sql: column + rotateDevice }
