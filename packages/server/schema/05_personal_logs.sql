-- What account code writes to personal logs, inside its own transaction. It locks the log first and waits for it, bounded by the
-- role's lock_timeout, so that numbers are given in commit order. Each statement after the lock sees what the lock waited for.

-- Returns the head before the change, or null when there is no such user.
create function lock_personal_log(_user uuid) returns bigint language sql volatile as $$
  select last_seq from conversations where id = _user and kind = 'personal' for no key update
$$;

-- The log is locked. An event shows the database's time and never an earlier one than the event before, unless that one leads by
-- more than a corrected clock explains (core's `nextTime`).
create function append_personal_event(_user uuid, _kind text, _body jsonb) returns void language plpgsql volatile as $$
declare
  _now bigint := store_now();
  _seq bigint;
  _at bigint;
begin
  update conversations c set last_seq = c.last_seq + 1, last_at = case when c.last_at - _now > 10000 then _now else greatest(_now, c.last_at) end
    where c.id = _user and c.kind = 'personal' returning c.last_seq, c.last_at into strict _seq, _at;
  insert into events (conversation_id, seq, id, by_user, at, kind, body) values (_user, _seq, gen_random_uuid(), _user, _at, _kind, _body);
end $$;

-- What came into the log after a head: [head, events], an event as [seq, id, by, at, kind, body].
create function personal_log_since(_user uuid, _after bigint) returns jsonb language sql volatile as $$
  select jsonb_build_array(c.last_seq, (
    select coalesce(jsonb_agg(jsonb_build_array(e.seq, e.id, e.by_user, e.at, e.kind, e.body) order by e.seq), '[]')
      from events e where e.conversation_id = c.id and e.seq > _after
  )) from conversations c where c.id = _user
$$;
