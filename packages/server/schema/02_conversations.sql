-- Conversations, who is a member, and how far each member has read.
--
-- Foreign keys. After the append's lock nothing may wait for another row, so none refers to `users`, whose rows others lock. Keys
-- to a conversation or an event never wait: the append holds the conversation, and all that lock it do so by "for no key update",
-- which a key's check passes. They cost a look-up per row. Rows that come singly have them (`reactions`, `decisions`): no difference
-- was measured. Rows that come by hundreds have none: with one a batch of 100 posts takes 13% more of the database's time (`events`),
-- and adding 500 members 25% (`memberships`, `read_cursors`).

-- The append locks this row. Values that change with each message are in no index, and pages keep free space, so that these
-- updates stay on their page and touch no index (HOT).
create table conversations (
  id uuid primary key,
  kind text not null check (kind in ('direct', 'group', 'channel', 'personal')),
  title text not null default '',
  history text not null default 'all' check (history in ('all', 'joined')),
  -- What plain members may do, and who closed it; null: it is open.
  who_posts text not null default 'all' check (who_posts in ('all', 'admins')),
  who_adds text not null default 'all' check (who_adds in ('all', 'admins')),
  slow_seconds int not null default 0 check (slow_seconds in (0, 5, 10, 30, 60, 300, 900)),
  closed text check (closed in ('owners', 'operator')),
  members int not null default 0 check (members >= 0),
  first_seq bigint not null default 1 check (first_seq >= 1),
  last_seq bigint not null default 0,
  last_at bigint not null default 0,
  check (last_seq >= first_seq - 1)
) with (fillfactor = 50);
create index conversations_channels on conversations ((lower(title)) text_pattern_ops) where kind = 'channel';

-- Written only under the conversation's lock. `joined_seq` is the event that made the user a member.
create table memberships (
  conversation_id uuid not null,
  user_id uuid not null,
  role text not null check (role in ('owner', 'admin', 'member')),
  joined_seq bigint not null check (joined_seq >= 0),
  -- When a plain member last posted in slow mode; written in that mode alone.
  posted_at bigint,
  primary key (conversation_id, user_id)
);
create index memberships_of_user on memberships (user_id, conversation_id);

-- Users who may not become members. Written only under the conversation's lock.
create table bans (
  conversation_id uuid not null references conversations,
  user_id uuid not null,
  by_user uuid not null,
  at bigint not null,
  primary key (conversation_id, user_id)
);

-- Apart from `memberships`: a role change, under the conversation's lock, and a read would wait for each other in either order.
create table read_cursors (
  user_id uuid not null,
  conversation_id uuid not null,
  read_up_to bigint not null check (read_up_to >= 0),
  -- The place of the unread mark, and the seq of its event in the personal log.
  marked_unread bigint,
  marked_seq bigint,
  muted boolean not null default false,
  favourite boolean not null default false,
  -- When it was last written (ms of the store). In no index, so that an update stays in its page.
  at bigint not null default 0,
  check ((marked_unread is null) = (marked_seq is null)),
  primary key (user_id, conversation_id)
) with (fillfactor = 70);
