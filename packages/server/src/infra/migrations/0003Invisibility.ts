/** Users may look offline to others. */
import type { Migration } from "../Migration.ts"

// The wish stands with the account, since every reader of receipts and memberships joins there.
const column = `
alter table users add column invisible boolean not null default false;
`

// As one transaction with its personal event: [devices, head, events], or null when there is no such user.
const setInvisible = `
create function hibiki_user_set_invisible(_user uuid, _invisible boolean, _now bigint) returns jsonb language plpgsql volatile as $$
declare
  _head bigint := hibiki_lock_personal_log(_user);
begin
  if _head is null then return null; end if;
  update users u set invisible = _invisible where u.id = _user and u.invisible <> _invisible;
  if found then perform hibiki_personal_event(_user, _now, 'settingsChanged', jsonb_build_object('invisible', _invisible), _user); end if;
  return '[[]]'::jsonb || hibiki_personal_change(_user, _head);
end $$;
`

export const invisibility: Migration = { version: 3, name: "invisibility", sql: column + setInvisible }
