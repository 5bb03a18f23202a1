/** Events show the database's time, read under the lock: a process whose clock is wrong spoils no log, and a log that leads comes back. */
import { Limits } from "@hibiki/core/domain/Limits"
import type { Migration } from "../Migration.ts"
import { appendFunction as before } from "./0027BlocksAdmit.ts"

// What a log's next event shows: never less than the one before, unless that leads by more than a corrected clock explains.
const nextTime = `
create function hibiki_next_time(_now bigint, _last bigint) returns bigint language sql immutable as $$
  select case when _last - _now > ${Limits.logLeadMs} then _now else greatest(_now, _last) end
$$;
`

// As before, but for the time. What the caller gives is ignored: programs of before give their own.
export const appendFunction = before
  .replace("/*LOCKED*/", () => "/*LOCKED*/\n  _now := hibiki_store_now();")
  .replace("greatest(_now, l.at) as at", () => "hibiki_next_time(_now, l.at) as at")
  .replace("last_at = greatest(_now, c.last_at)", () => "last_at = hibiki_next_time(_now, c.last_at)")

const store = `
create or replace function hibiki_store(_now bigint, _log uuid, _id uuid, _by uuid, _device uuid, _kind text, _target bigint, _body jsonb, _asked jsonb)
returns hibiki_decision language plpgsql volatile as $$
declare
  _d hibiki_decision;
begin
  update conversations c set last_seq = c.last_seq + 1, last_at = hibiki_next_time(_now, c.last_at) where c.id = _log
    returning c.last_seq, c.last_at into strict _d.seq, _d.at;
  insert into events (conversation_id, seq, id, by_user, device, at, kind, target, body, asked, rev)
    values (_log, _d.seq, _id, _by, _device, _d.at, _kind, _target, _body, _asked,
      case when _kind in ('posted', 'created', 'joined', 'left', 'renamed', 'roleChanged') then _d.seq end);
  _d.tag := 'appended';
  return _d;
end $$;

create or replace function hibiki_personal_event(_user uuid, _now bigint, _kind text, _body jsonb, _by uuid) returns bigint
language plpgsql volatile as $$
declare
  _d hibiki_decision;
begin
  if (select c.kind from conversations c where c.id = _user for update) is distinct from 'personal' then
    raise exception 'no personal log %', _user using errcode = 'no_data_found';
  end if;
  _d := hibiki_store(hibiki_store_now(), _user, gen_random_uuid(), _by, null, _kind, null, _body, null);
  return _d.seq;
end $$;
`

export const storeTime: Migration = { version: 30, name: "store time", runsBeside: 4, sql: nextTime + appendFunction + store }
