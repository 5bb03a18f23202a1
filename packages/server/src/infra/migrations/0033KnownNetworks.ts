/** From which networks an account was in use, by marks that tell nobody which networks these are. */
import type { Migration } from "../Migration.ts"

const table = `
create table known_networks (
  user_id uuid not null references users,
  mark text collate "C" not null,
  seen_at bigint not null,
  primary key (user_id, mark)
);
`

// Written once a day and network. Parallel notes of one account may leave a row too many, which the next new one takes along.
const note = `
create function hibiki_note_network(_user uuid, _mark text, _max int) returns void language plpgsql volatile as $$
declare
  _now bigint := hibiki_store_now();
begin
  insert into known_networks as n (user_id, mark, seen_at) values (_user, _mark, _now)
    on conflict (user_id, mark) do update set seen_at = _now where n.seen_at < _now - 86400000;
  if not found then return; end if;
  delete from known_networks n where n.user_id = _user and n.mark in (
    select o.mark from known_networks o where o.user_id = _user and o.mark <> _mark order by o.seen_at desc, o.mark offset _max - 1);
end $$;
`

export const knownNetworks: Migration = { version: 33, name: "known networks", runsBeside: 4, sql: table + note }
