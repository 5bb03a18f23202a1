/** Tickets that open a socket while Redis is away. */
import type { Migration } from "../Migration.ts"

// Unlogged: each is good for half a minute, and one that is lost costs its device another.
const table = `
create unlogged table tickets (
  hash text primary key,
  user_id uuid not null,
  device_id uuid not null,
  session_version int not null,
  expires_at bigint not null
);
create index tickets_expires_at on tickets (expires_at);
`

// Takes a few of those that nobody used along, so that the table stays as small as what was issued lately.
const issue = `
create function hibiki_ticket_issue(_hash text, _user uuid, _device uuid, _version int, _ttl bigint) returns void language plpgsql volatile as $$
declare
  _now bigint := hibiki_store_now();
begin
  delete from tickets where hash in (select t.hash from tickets t where t.expires_at <= _now order by t.expires_at limit 20 for update skip locked);
  insert into tickets (hash, user_id, device_id, session_version, expires_at) values (_hash, _user, _device, _version, _now + _ttl);
end $$;
`

export const tickets: Migration = { version: 5, name: "tickets", runsBeside: 4, sql: table + issue }
