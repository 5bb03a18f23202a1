-- How many people were online, by closed buckets of five minutes (`at`: the start, in ms). No row names a person.

-- The process that counts.
create table presence_collector (
  id int primary key default 1 check (id = 1),
  holder text collate "C" not null,
  until bigint not null
);

-- Over the whole server. `is_complete`: a conversation without a row of this bucket had nobody online.
create table presence_buckets (
  at bigint primary key,
  online int not null check (online >= 0),
  active int not null check (active between 0 and online),
  is_complete boolean not null
);

-- Of groups and channels with anybody online. Without a reference to conversations: counts are deleted by their age alone.
create table presence_counts (
  conversation_id uuid not null,
  at bigint not null,
  online int not null check (online >= 1),
  active int not null check (active between 0 and online),
  primary key (conversation_id, at)
);
create index presence_counts_at on presence_counts (at);
