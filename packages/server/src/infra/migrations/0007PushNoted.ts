/** A look counts as new when its log was noted since the look before, so that after every note there are two looks: what came meanwhile need not be noted. */
import type { Migration } from "../Migration.ts"

const look = `
create or replace function hibiki_push_look(_now bigint, _lease bigint, _limit int) returns jsonb language plpgsql volatile as $$
declare
  _taken jsonb;
begin
  with due as (
    select p.log, p.noted from push_looks p where p.look_at <= _now order by p.look_at limit _limit for update skip locked
  ), taken as (
    update push_looks p set look_at = _now + _lease, noted = false from due d where p.log = d.log returning p.log, p.looks, p.head, d.noted
  )
  select coalesce(jsonb_agg(jsonb_build_array(
    t.log, t.looks, coalesce(c.last_seq, 0), t.noted or coalesce(c.last_seq, 0) > t.head, coalesce(c.kind = 'personal', false)
  )), '[]')
    into _taken from taken t left join lateral (select * from conversations where id = t.log offset 0) c on true;
  -- Of those that are personal logs: what was sent and is read now is to be taken back.
  update push_due p set state = 'cancel', due_at = _now, tries = 0
    where p.user_id = any(array(select (t->>0)::uuid from jsonb_array_elements(_taken) t)) and p.state = 'sent'
      and p.seq <= (select r.read_up_to from read_cursors r where r.user_id = p.user_id and r.conversation_id = p.conversation_id);
  return _taken;
end $$;
`

export const pushNoted: Migration = { version: 7, name: "push noted", runsBeside: 4, sql: look }
