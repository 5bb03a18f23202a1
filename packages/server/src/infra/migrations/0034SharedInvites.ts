/** An invite may be for several people. One that as many have registered by is gone, as one for a single person is. */
import type { Migration } from "../Migration.ts"

const columns = `
alter table invites add column people int not null default 1, add column used int not null default 0;
`

// As before, but that an invite goes with its last use. Its row stays locked until the end, so that exactly so many people register by it.
const createUser = `
create or replace function hibiki_user_create(_id uuid, _handle text, _name text, _key text, _hash text, _admin boolean, _invite text, _now bigint)
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
  update invites i set used = i.used + 1 where i.hash = _invite and i.used + 1 < i.people;
  if not found then delete from invites i where i.hash = _invite; end if;
  perform hibiki_create_personal_log(_id, _now);
  return 'created';
end $$;
`

export const sharedInvites: Migration = { version: 34, name: "shared invites", runsBeside: 4, sql: columns + createUser }
