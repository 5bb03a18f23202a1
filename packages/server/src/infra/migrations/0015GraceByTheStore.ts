/** The grace of a refresh token is measured by the store's clock: those of two processes may differ by more than it is long. */
import type { Migration } from "../Migration.ts"

// As before, but for `rotated_at`, which is by the database's clock, and compared with that under the row's lock: read before it, a time could lie
// before that of the rotation which it waited for, and read twice, the grace could end in between. A clock that was set back gives no grace.
const rotateDevice = `
create or replace function hibiki_device_rotate(_family text, _shown text, _refresh text, _access text, _access_expires bigint, _idle_expires bigint,
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
  _at := hibiki_store_now();
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
`

export const graceByTheStore: Migration = { version: 15, name: "grace by the store", runsBeside: 4, sql: rotateDevice }
