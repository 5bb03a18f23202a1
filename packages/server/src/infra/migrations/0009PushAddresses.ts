/** Where devices are woken while their user has none in use. */
import type { Migration } from "../Migration.ts"

// It goes with the device; what it is good for ends with the sign-in.
const table = `
create table push_addresses (
  device_id uuid primary key references devices (id) on delete cascade,
  endpoint text not null unique,
  p256dh text not null,
  auth text not null,
  set_at bigint not null
);
`

// An endpoint is a browser's: whoever is signed in there now is the one to be woken.
const set = `
create function hibiki_push_set_address(_device uuid, _endpoint text, _p256dh text, _auth text, _now bigint) returns void language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(_endpoint, 0));
  delete from push_addresses a where a.endpoint = _endpoint and a.device_id <> _device;
  insert into push_addresses (device_id, endpoint, p256dh, auth, set_at) values (_device, _endpoint, _p256dh, _auth, _now)
    on conflict (device_id) do update
      set endpoint = excluded.endpoint, p256dh = excluded.p256dh, auth = excluded.auth, set_at = excluded.set_at;
end $$;
`

export const pushAddresses: Migration = { version: 9, name: "push addresses", runsBeside: 4, sql: table + set }
