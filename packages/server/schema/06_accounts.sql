-- Accounts, the invites to make one, and the changes of an account that are one transaction with their personal events.

-- `name_key` is the display name as the search compares it; the program folds it, so that all stores fold alike. A bot has no
-- password. `invisible` is the wish to look offline to others.
create table users (
  id uuid primary key,
  handle text collate "C" not null unique,
  display_name text not null,
  name_key text collate "C" not null default '',
  password_hash text,
  password_version int not null default 1 check (password_version >= 1),
  admin boolean not null default false,
  disabled_at bigint,
  created_at bigint not null default 0,
  invisible boolean not null default false
);
create index users_by_name on users (name_key);
create index users_admins on users (id) where admin;

-- An invite that as many people registered by as it is for is removed.
create table invites (
  hash text collate "C" primary key,
  kind text not null check (kind in ('member', 'admin')),
  created_by uuid references users,
  expires_at bigint not null,
  people int not null default 1 check (people >= 1),
  used int not null default 0 check (used between 0 and people - 1)
);
create index invites_expires_at on invites (expires_at);

-- Returns 'created', 'handle_in_use' or 'invite_invalid'. The invite's row is locked first and until the end, so that exactly as
-- many people register by it as it is for.
create function create_user(_id uuid, _handle text, _name text, _key text, _hash text, _admin boolean, _invite text, _now bigint)
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
  insert into conversations (id, kind, history, members, last_at) values (_id, 'personal', 'all', 1, _now);
  return 'created';
end $$;

-- A link with which a person sets a new password, one for each person.
create table password_resets (
  user_id uuid primary key references users,
  hash text collate "C" not null unique,
  expires_at bigint not null
);

-- Whether no other account administers the server. The rows of all administrators are locked, in the order of their ids, until the
-- transaction ends: of two that would go together one waits, and then is the last.
create function is_last_admin(_user uuid) returns boolean language plpgsql volatile as $$
begin
  perform from users u where u.admin and u.disabled_at is null order by u.id for no key update;
  return exists (select from users u where u.id = _user and u.admin and u.disabled_at is null)
    and not exists (select from users u where u.id <> _user and u.admin and u.disabled_at is null);
end $$;

-- Returns 'done', 'absent' or 'last_admin'.
create function set_admin(_user uuid, _admin boolean) returns text language plpgsql volatile as $$
begin
  if not _admin and is_last_admin(_user) then return 'last_admin'; end if;
  update users u set admin = _admin where u.id = _user;
  return case when found then 'done' else 'absent' end;
end $$;

-- Whether the link was made.
create function make_reset(_user uuid, _hash text, _expires bigint) returns boolean language plpgsql volatile as $$
begin
  perform from users u where u.id = _user and u.disabled_at is null and u.password_hash is not null for no key update;
  if not found then return false; end if;
  insert into password_resets (user_id, hash, expires_at) values (_user, _hash, _expires)
    on conflict (user_id) do update set hash = excluded.hash, expires_at = excluded.expires_at;
  perform record_activity(_user, 'resetLinkMade', null, null);
  return true;
end $$;

-- The changes below return [devices that ended, head, events], or null when there is no such user.

-- Returns null, too, when it is no longer as it was proven (`is_proven`). `_ending`: 'none', 'all' or 'others' (all but `_keep`).
create function set_password(_user uuid, _hash text, _ending text, _keep uuid, _password int, _device uuid) returns jsonb
language plpgsql volatile as $$
declare
  _head bigint := lock_personal_log(_user);
  _ended uuid[] := '{}';
begin
  if _head is null or not is_proven(_user, _password, _device) then return null; end if;
  update users u set password_hash = _hash, password_version = u.password_version + 1 where u.id = _user;
  delete from password_resets r where r.user_id = _user;
  update devices d set session_version = d.session_version + 1 where d.user_id = _user and d.revoked_at is null;
  if _ending <> 'none' then _ended := end_devices(_user, null, _keep); end if;
  return jsonb_build_array(to_jsonb(_ended)) || personal_log_since(_user, _head);
end $$;

-- Returns [user, devices, head, events], or null when the link is not good any more. The personal log comes first, so the link is
-- looked up again behind its lock.
create function use_reset(_hash text, _password text, _now bigint) returns jsonb language plpgsql volatile as $$
declare
  _user uuid := (select r.user_id from password_resets r where r.hash = _hash);
begin
  perform lock_personal_log(_user);
  perform from password_resets r, users u
    where r.hash = _hash and r.user_id = _user and r.expires_at > _now and u.id = _user and u.disabled_at is null;
  if not found then return null; end if;
  return jsonb_build_array(_user) || set_password(_user, _password, 'all', null, null, null);
end $$;

-- Ends the devices, the invites and the link of the user. Returns "last_admin" when nobody else administers the server. Adds to the answer how many of these invites were still good.
create function disable_user(_user uuid, _now bigint) returns jsonb language plpgsql volatile as $$
declare
  _head bigint := lock_personal_log(_user);
  _ended uuid[];
  _invites int;
begin
  if _head is null then return null; end if;
  if is_last_admin(_user) then return '"last_admin"'; end if;
  update users u set disabled_at = coalesce(u.disabled_at, _now) where u.id = _user;
  delete from password_resets r where r.user_id = _user;
  with gone as (delete from invites i where i.created_by = _user returning i.expires_at)
  select count(*) filter (where g.expires_at > _now) into _invites from gone g;
  _ended := end_devices(_user, null, null);
  return jsonb_build_array(to_jsonb(_ended)) || personal_log_since(_user, _head) || to_jsonb(_invites);
end $$;

create function set_display_name(_user uuid, _name text, _key text) returns jsonb language plpgsql volatile as $$
declare
  _head bigint := lock_personal_log(_user);
begin
  if _head is null then return null; end if;
  update users u set display_name = _name, name_key = _key where u.id = _user and u.display_name <> _name;
  if found then perform append_personal_event(_user, 'profileChanged', jsonb_build_object('displayName', _name)); end if;
  return '[[]]'::jsonb || personal_log_since(_user, _head);
end $$;

create function set_invisible(_user uuid, _invisible boolean) returns jsonb language plpgsql volatile as $$
declare
  _head bigint := lock_personal_log(_user);
begin
  if _head is null then return null; end if;
  update users u set invisible = _invisible where u.id = _user and u.invisible <> _invisible;
  if found then perform append_personal_event(_user, 'settingsChanged', jsonb_build_object('invisible', _invisible)); end if;
  return '[[]]'::jsonb || personal_log_since(_user, _head);
end $$;
