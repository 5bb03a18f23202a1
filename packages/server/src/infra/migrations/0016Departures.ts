/** What is left behind by who goes: the invites of who is disabled. */
import type { Migration } from "../Migration.ts"

// As before, and the invites that it made end, those too that were made by who was disabled before. [devices, head, events, invites].
const disable = `
create or replace function hibiki_user_disable(_user uuid, _now bigint) returns jsonb language plpgsql volatile as $$
declare
  _head bigint := hibiki_lock_personal_log(_user);
  _ended uuid[];
  _invites int;
begin
  if _head is null then return null; end if;
  update users u set disabled_at = coalesce(u.disabled_at, _now) where u.id = _user;
  with gone as (delete from invites i where i.created_by = _user returning i.expires_at)
  select count(*) filter (where g.expires_at > _now) into _invites from gone g;
  _ended := hibiki_end_devices(_user, null, null, _now);
  return jsonb_build_array(to_jsonb(_ended)) || hibiki_personal_change(_user, _head) || to_jsonb(_invites);
end $$;
delete from invites i using users u where u.id = i.created_by and u.disabled_at is not null;
`

export const departures: Migration = { version: 16, name: "departures", runsBeside: 4, sql: disable }
