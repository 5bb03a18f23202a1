-- What surrounds a sign-in: tickets that open a socket, and the networks from which an account was in use.

-- Unlogged: a ticket is good for half a minute, and one that is lost costs its device another. It is good for one origin alone.
create unlogged table tickets (
  hash text collate "C" primary key,
  user_id uuid not null,
  device_id uuid not null,
  session_version int not null,
  expires_at bigint not null,
  origin text not null
);
create index tickets_expires_at on tickets (expires_at);

-- A mark tells nobody which network it is of.
create table known_networks (
  user_id uuid not null references users,
  mark text collate "C" not null,
  seen_at bigint not null,
  primary key (user_id, mark)
);
