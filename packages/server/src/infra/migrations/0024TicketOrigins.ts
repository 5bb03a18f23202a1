/** A ticket is good for the origin alone for which it was issued. */
import type { Migration } from "../Migration.ts"

// Null: of a program that notes none, whose tickets are good for any.
const column = `
alter table tickets add column origin text;
`

// Beside the one without an origin, which programs of before go on calling.
const issue = `
create function hibiki_ticket_issue(_hash text, _user uuid, _device uuid, _version int, _ttl bigint, _origin text)
returns void language plpgsql volatile as $$
declare
  _now bigint := hibiki_store_now();
begin
  delete from tickets where hash in (select t.hash from tickets t where t.expires_at <= _now order by t.expires_at limit 20 for update skip locked);
  insert into tickets (hash, user_id, device_id, session_version, expires_at, origin) values (_hash, _user, _device, _version, _now + _ttl, _origin);
end $$;
`

export const ticketOrigins: Migration = { version: 24, name: "ticket origins", runsBeside: 4, sql: column + issue }
