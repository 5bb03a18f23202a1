-- The store itself: its clock, the text that its tables were made by, and its epoch.
--
-- These files are the whole schema, run in the order of their names in one transaction. Until 1.0.0 they are edited in place;
-- from then on they stay as they are, and each change is a migration (src/infra/Migrations.ts).
--
-- Ids are uuids. Numbers of events and times (milliseconds since 1970) are bigints. Texts are collated "C" where their order is
-- promised or where they are only compared.

-- The time of the database in milliseconds. It moves within a transaction, unlike now(). Processes compare it with times that
-- others stored, so all of them take it from here.
create function store_now() returns bigint language sql volatile as $$
  select (extract(epoch from clock_timestamp()) * 1000)::bigint
$$;

-- One row per step: the baseline, which is version 1, and each migration after it.
create table schema_version (
  version int primary key check (version >= 1),
  name text not null,
  applied_at timestamptz not null default now(),
  -- The oldest program, by the version that it knows, that works on the tables after this step. Null: none but this version's.
  runs_beside int check (runs_beside < version),
  -- Of the baseline: the hash of these files. A program refuses tables that other files made.
  fingerprint text check ((fingerprint is null) = (version > 1))
);

-- The epoch is a random name of one life of the store, new after a restore.
create table store_meta (
  one boolean primary key default true check (one),
  epoch uuid not null
);
insert into store_meta (epoch) values (gen_random_uuid());
