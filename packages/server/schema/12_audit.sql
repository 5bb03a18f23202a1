-- The log of administrators' acts. Rows are inserted and never changed: the program uses no other right, and a trigger refuses
-- the rest. Somebody who may drop the trigger can change rows, which the chain of macs shows to whoever kept its head.

-- `targets` are ids by kind. `begun` is the entry that announced the act. `mac` covers this row and the mac of the one before; the
-- program computes it, since the database does not know the key.
create table audit_entries (
  seq bigint primary key check (seq >= 1),
  at bigint not null,
  actor text collate "C" not null,
  act text collate "C" not null,
  targets jsonb not null,
  outcome text collate "C" not null,
  origin text collate "C" not null,
  begun bigint check (begun < seq),
  mac text collate "C" not null
);
create index audit_entries_actor on audit_entries (actor, seq);
create index audit_entries_act on audit_entries (act, seq);
create index audit_entries_targets on audit_entries using gin (jsonb_path_query_array(targets, '$.*'));

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'entries of the audit log are never changed' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_unchanged before update or delete or truncate on audit_entries for each statement execute function refuse_audit_change();
