-- The logs: events, the reactions to their rows, and the commands that were refused or withdrawn.

-- An event and, in the same row, the state of the timeline row that it makes: `rev` and the columns after it, null or false for
-- events that are no rows. A second table would cost a message a second tuple with its text and two more index entries.
--
-- `body` holds the event's own fields; `asked` is the command's body where the event does not show it. `rev` stands in no index:
-- with one, no update would be HOT. A deleted text is blanked here at once.
--
-- An index must not fit a look-up in part that another index fits whole: where a table is small or has no statistics, all indexes
-- look alike to the planner, and it keeps the plan. With ids unique by (conversation_id, id), it looked rows up by seq in that
-- index and read the whole conversation. So `events_ids` begins with the id. It holds the conversation as well, so that the table
-- could be partitioned by it: a unique index needs the partition key.
create table events (
  conversation_id uuid not null,
  seq bigint not null check (seq >= 1),
  id uuid not null,
  by_user uuid not null,
  device uuid,
  at bigint not null,
  kind text not null check (kind in (
    'posted', 'created', 'joined', 'left', 'renamed', 'roleChanged', 'pinned', 'banned', 'unbanned', 'rulesChanged', 'closed', 'reopened', 'edited', 'deleted', 'reacted', 'unreacted', 'unpinned',
    'added', 'removed', 'markedUnread', 'muted', 'favourite', 'profileChanged', 'settingsChanged', 'blocked', 'deviceAdded', 'deviceRevoked'
  )),
  target bigint check (target < seq),
  body jsonb not null,
  asked jsonb,
  rev bigint check (rev >= seq),
  deleted boolean not null default false,
  edited_text text,
  edited_at bigint,
  pinned boolean not null default false check (not (pinned and deleted)),
  primary key (conversation_id, seq),
  check ((rev is not null) = (kind in ('posted', 'created', 'joined', 'left', 'renamed', 'roleChanged', 'pinned', 'banned', 'unbanned', 'rulesChanged', 'closed', 'reopened')))
) with (fillfactor = 90);
create unique index events_ids on events (id, conversation_id);
-- The rows of a timeline, and what unread messages are counted from.
create index events_rows on events (conversation_id, seq) include (by_user, kind, deleted)
  where kind in ('posted', 'created', 'joined', 'left', 'renamed', 'roleChanged', 'pinned', 'banned', 'unbanned', 'rulesChanged', 'closed', 'reopened');
create index events_pins on events (conversation_id, seq) where pinned;
create index events_edits on events (conversation_id, target) where kind = 'edited';
-- Tells who was a member once. The log itself knows it for good; a personal log does not, since it is cut after 30 days.
create index events_left on events ((body->>'userId'), uuid_send(conversation_id)) where kind = 'left';
-- Messages that may mention somebody: those with a sign in their text. Every message that is stored is checked, so by no regular
-- expression. An edit is a new entry in all indexes, since it changes what this condition reads.
create index events_mentions on events (conversation_id, seq)
  where kind = 'posted' and not deleted
    and (strpos(coalesce(edited_text, body->>'text'), '@') > 0 or strpos(coalesce(edited_text, body->>'text'), '＠') > 0);

create table reactions (
  conversation_id uuid not null,
  seq bigint not null,
  emoji text collate "C" not null,
  user_id uuid not null,
  primary key (conversation_id, seq, emoji, user_id),
  foreign key (conversation_id, seq) references events
);

-- Commands that were refused or withdrawn, so that a repeat gets the same answer. Removed after 30 days.
create table decisions (
  conversation_id uuid not null references conversations,
  id uuid not null,
  by_user uuid not null,
  code text not null check (code in (
    'not_found', 'forbidden', 'conflict', 'withdrawn', 'no_change', 'invalid_target', 'too_many', 'last_owner', 'banned', 'closed', 'slow_mode', 'unsupported', 'epoch_changed'
  )),
  at bigint not null,
  primary key (conversation_id, id)
);
create index decisions_at on decisions (at);
-- Finds a command of which only the id is known.
create index decisions_ids on decisions (id, conversation_id);

-- A timeline row as a reader sees it: [seq, rev, id, by, at, kind, body, deleted, edited text, edited at, reactions, pinned], reactions as
-- [emoji, count, mine] in the order of code points.
create function timeline_row(_e events, _reader uuid) returns jsonb language sql stable as $$
  select jsonb_build_array(_e.seq, _e.rev, _e.id, _e.by_user, _e.at, _e.kind, _e.body, _e.deleted, _e.edited_text, _e.edited_at, (
    select jsonb_agg(jsonb_build_array(r.emoji, r.count, r.mine) order by r.emoji)
      from (
        select x.emoji, count(*) as count, bool_or(x.user_id = _reader) as mine
          from reactions x where x.conversation_id = _e.conversation_id and x.seq = _e.seq group by x.emoji
      ) r
  ), _e.pinned)
$$;

-- Whether a user may know that a conversation exists: their own personal log, and conversations that they are or were in. A former
-- member has a `left` in the log, written in the transaction that ended the membership.
create function knows_conversation(_log uuid, _user uuid) returns boolean language plpgsql stable as $$
begin
  return _log = _user
    or (select true from memberships m where m.conversation_id = _log and m.user_id = _user) is not null
    or (
      select true from events e
        where e.kind = 'left' and e.body->>'userId' = _user::text and uuid_send(e.conversation_id) = uuid_send(_log) limit 1
    ) is not null;
end $$;
