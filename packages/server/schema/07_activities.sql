-- What happened to accounts and their sign-ins, for their owners to look at.

-- Entries are added and removed when they are old. Wrong passwords alone are counted, in one entry per hour.
create table account_activities (
  id bigint generated always as identity primary key,
  user_id uuid not null references users,
  at bigint not null,
  kind text not null check (kind in (
    'signedIn', 'signInFailed', 'passwordChanged', 'deviceEnded', 'refreshReused', 'madeAdmin', 'adminTaken', 'disabled', 'enabled', 'resetLinkMade', 'messageTraced'
  )),
  device_id uuid,
  device_name text,
  times int not null default 1 check (times between 1 and 1000000)
);
create index account_activities_of_user on account_activities (user_id, id);
create index account_activities_at on account_activities (at);
create unique index account_activities_failed on account_activities (user_id, (at / 3600000)) where kind = 'signInFailed';

create function record_activity(_user uuid, _kind text, _device uuid, _name text) returns void language sql volatile as $$
  insert into account_activities (user_id, at, kind, device_id, device_name) values (_user, store_now(), _kind, _device, _name)
$$;

-- By a trigger, so that a change is recorded whoever makes it: the program, or an operator's own statement. Rows that an import
-- brings are inserted, and so not recorded.
create function record_account_change() returns trigger language plpgsql as $$
begin
  if new.password_version <> old.password_version then
    perform record_activity(new.id, 'passwordChanged', null, null);
  end if;
  if new.admin <> old.admin then
    perform record_activity(new.id, case when new.admin then 'madeAdmin' else 'adminTaken' end, null, null);
  end if;
  if (new.disabled_at is null) <> (old.disabled_at is null) then
    perform record_activity(new.id, case when new.disabled_at is null then 'enabled' else 'disabled' end, null, null);
  end if;
  return null;
end $$;
create trigger account_changed after update of password_version, admin, disabled_at on users for each row execute function record_account_change();
