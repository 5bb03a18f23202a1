/** The tables of logs and conversations, and what account code needs to write to personal logs. */
import type { Migration } from "../Migration.ts"
import { append } from "./0001Append.ts"
import { decisions } from "./0001Decide.ts"
import { members } from "./0001Members.ts"

// Ids are uuids, seqs and times (ms) bigints, texts compared byte by byte ("C") where order is promised.
//
// `conversations` is the row that the append locks. No foreign key points to it: a reference check takes a lock on the
// row it refers to, and would make the append set the log aside. What changes with each message is in no index, and
// pages keep room, so that these updates stay on their page and touch no index (HOT).
const conversations = `
create table conversations (
  id uuid primary key,
  kind text not null check (kind in ('direct', 'group', 'channel', 'personal')),
  title text not null default '',
  history text not null default 'all' check (history in ('all', 'joined')),
  members int not null default 0,
  first_seq bigint not null default 1,
  last_seq bigint not null default 0,
  last_at bigint not null default 0
) with (fillfactor = 50);
create index conversations_channels on conversations ((lower(title)) text_pattern_ops) where kind = 'channel';
`

// Written only under the conversation's lock. `joined_seq` is the event that made the user a member.
const memberships = `
create table memberships (
  conversation_id uuid not null,
  user_id uuid not null,
  role text not null check (role in ('owner', 'admin', 'member')),
  joined_seq bigint not null,
  primary key (conversation_id, user_id)
);
create index memberships_of_user on memberships (user_id, conversation_id);
`

// Written only under the lock of the user's personal log: apart from `memberships`, or a role change (under the
// conversation's lock) and a read could wait for each other in either order.
const readCursors = `
create table read_cursors (
  user_id uuid not null,
  conversation_id uuid not null,
  read_up_to bigint not null,
  marked_unread bigint,
  primary key (user_id, conversation_id)
) with (fillfactor = 70);
`

// Events and, in the same row, the state of the timeline row that an event makes (`rev` and what follows it; null
// for events that are no rows): a second table would cost a message a second tuple with its text and two more index
// entries. `body` holds the event's own fields (their depth is bounded, since the append builds them); `asked` is the
// command's body where it can't be told from the event's. `rev` stands in no index: with one, no update would be HOT.
//
// Where a table is small or unknown to the planner, all indexes look alike to it, and the plan made then is kept. So no
// index may be fit in part for a look-up that another is made for (tried: with ids unique by (conversation_id, id), rows
// were looked up by seq in that index, reading the whole conversation): events_ids can't be used without the id.
const events = `
create table events (
  conversation_id uuid not null,
  seq bigint not null,
  id uuid not null,
  by_user uuid not null,
  device uuid,
  at bigint not null,
  kind text not null,
  target bigint,
  body jsonb not null,
  asked jsonb,
  rev bigint,
  deleted boolean not null default false,
  edited_text text,
  edited_at bigint,
  primary key (conversation_id, seq)
) with (fillfactor = 90);
create unique index events_ids on events (id, uuid_send(conversation_id));
create index events_rows on events (conversation_id, seq) include (by_user, kind, deleted)
  where kind in ('posted', 'created', 'joined', 'left', 'renamed', 'roleChanged');
create index events_edits on events (conversation_id, target) where kind = 'edited';
create table reactions (
  conversation_id uuid not null,
  seq bigint not null,
  emoji text collate "C" not null,
  user_id uuid not null,
  primary key (conversation_id, seq, emoji, user_id)
);
`

// Ids of commands that were refused or withdrawn, so that a repeat gets the same answer. Pruned after 30 days.
const decided = `
create table decided (
  conversation_id uuid not null,
  id uuid not null,
  by_user uuid not null,
  code text not null,
  at bigint not null,
  primary key (conversation_id, id)
);
create index decided_at on decided (at);
`

// One row: the store's epoch, new after a restore, and a column that nothing uses: how many partitions there are, the broker knows (RabbitTopology.ts).
const storeMeta = `
create table store_meta (
  one boolean primary key default true check (one),
  epoch uuid not null,
  partitions int
);
insert into store_meta (epoch) values (gen_random_uuid());
`

// A timeline row as a reader sees it: [seq, rev, id, by, at, kind, body, deleted, edited text, edited at, reactions], the
// last as [emoji, count, mine] in the order of code points.
const rows = `
create function hibiki_row(_e events, _reader uuid) returns jsonb language sql stable as $$
  select jsonb_build_array(_e.seq, _e.rev, _e.id, _e.by_user, _e.at, _e.kind, _e.body, _e.deleted, _e.edited_text, _e.edited_at, (
    select jsonb_agg(jsonb_build_array(r.emoji, r.count, r.mine) order by r.emoji)
      from (
        select x.emoji, count(*) as count, bool_or(x.user_id = _reader) as mine
          from reactions x where x.conversation_id = _e.conversation_id and x.seq = _e.seq group by x.emoji
      ) r
  ))
$$;
`

// For account code, inside its own transaction. The personal log's row is locked first (waiting, bounded by the role's
// lock_timeout), so that numbers are given in commit order; events written there are read like all others.
const personalLogs = `
create function hibiki_create_personal_log(_user uuid, _now bigint) returns void language sql volatile as $$
  insert into conversations (id, kind, history, members, last_at) values (_user, 'personal', 'all', 1, _now);
$$;

create function hibiki_personal_event(_user uuid, _now bigint, _kind text, _body jsonb, _by uuid) returns bigint
language plpgsql volatile as $$
declare
  _log record;
begin
  select c.last_seq + 1 as seq, greatest(_now, c.last_at) as at into _log
    from conversations c where c.id = _user and c.kind = 'personal' for update;
  if not found then
    raise exception 'no personal log %', _user using errcode = 'no_data_found';
  end if;
  insert into events (conversation_id, seq, id, by_user, at, kind, body)
    values (_user, _log.seq, gen_random_uuid(), _by, _log.at, _kind, _body);
  update conversations set last_seq = _log.seq, last_at = _log.at where id = _user;
  return _log.seq;
end $$;
`

export const chat: Migration = {
  version: 1,
  name: "chat",
  sql: conversations + memberships + readCursors + events + decided + storeMeta + rows + personalLogs + append + decisions + members
}
