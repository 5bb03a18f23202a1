/** The bounds of everything a client may send or grow. Lengths of texts are in Unicode code points. */

export const Limits = {
  /** Messages at each end of a direct conversation among which an answer is looked for. */
  answerLook: 200,
  /** A message's text. */ textMax: 4_000,
  /** Combining marks in a row, in any text: the bound of Unicode's Stream-Safe Text Format. */ marksMax: 30,
  /** A handle, display name or title. */ nameMax: 64,
  /** Marks in a row above or below one letter of these: names of the CLDR have 3 at most, where they were looked at. */
  nameMarksMax: 4,
  /** Letters below one there, which Khmer and Burmese put there: their words have 2 at most. */ nameBelowMax: 4,
  /** Letters that a virama joins to one there: foreign names have 6 or so in scripts of India. */ nameJoinedMax: 8,
  /** A reaction: one emoji, which may be a long joined sequence. */ emojiMax: 16,
  /** Different emoji on one message. */ emojiKindsMax: 20,
  /** Edits of one message: a delete takes the text out of all of them at once. */ editsMax: 5_000,
  /** Pinned messages of one conversation. */ pinsMax: 100,
  /** Posts in one frame. */ postsPerFrame: 50,
  /** Pairs in one hello, cursors or ack frame. */ cursorPairs: 500,
  /** Users named by one command; a larger group is several commands. */ usersPerCommand: 500,
  /** Members of a conversation. */ membersMax: 5_000,
  /** People whom one blocks. */ blockedMax: 1_000,
  /** People who may register by one invite, and how long it may be good. */ invitePeopleMax: 1_000,
  inviteHoursMax: 720,
  /** One frame, in bytes of UTF-8. */ frameBytes: 65_536,
  /** Nesting of a frame or a request body. */ depthMax: 16,
  /** Rows of one history page, at most and when not said. */ pageMax: 200,
  pageDefault: 50,
  /** The window of `changedSince`, in seqs. */ changedWindow: 2_000,
  /** Events of one catch-up answer to one log; more missing is told as `behind`. */ catchUpMax: 1_000,
  /** Unread counts stop here: 100 is shown as 99+. */ unreadCap: 100,
  /**
   * They are counted among so many of a log's newest events: who posts and never reads is no reason to read all that
   * there is.
   */
  unreadWithin: 10_000,
  /** Those that mention somebody, among so many of the newest unread ones that mention anybody. */
  mentionsWithin: 1_000,
  /** A search in messages: what is looked for, in code points, and its words. */ searchTextMax: 64,
  searchWordsMax: 8,
  /** Conversations that one search may name. */ searchConversations: 100,
  /** Messages that one search answers with, at most and when not said. */ searchHitsMax: 50,
  searchHitsDefault: 20,
  /** It looks at so many messages and bytes of their texts, then says where to go on. */ searchWithin: 20_000,
  searchBytes: 2_000_000,
  /** Rows that it looks at in one step. */ textsMax: 500,
  /** Decided ids (refused, withdrawn) are remembered so long. */ decidedDays: 30,
  /** Who is no member any more takes back what was stored less than so long ago: an outbox may not have heard of it. */
  takenBackMs: 600_000,
  /**
   * A log's newest time may lead the store's clock by so much. Of one that leads by more, the next event shows the true
   * time again.
   */
  logLeadMs: 10_000
} as const

/** Bounds of presence, typing and receipts. Times in milliseconds. */
export const presenceLimits = {
  /** Users that one socket watches at once. */ watchedMax: 200,
  /** Changes reach a watcher at most so often. */ everyMs: 1_000,
  /** A user whose last socket closed without goodbye stays so long. Counted from the last sign of life. */
  graceMs: 5_000,
  /** A device whose person did nothing for so long is idle. */ idleAfterMs: 300_000,
  /** What a viewer may see is judged anew at least so often. */ rightsEveryMs: 60_000,
  /** Between two signs of typing of one person in one conversation. */ typingEveryMs: 3_000,
  /** A sign of typing is shown so long. */ typingTtlMs: 6_000,
  /** Typing is not told where more people than this are online. */ typingOnlineMax: 100,
  /** How far back the counts of a board go, one for each minute. */ boardMinutes: 60
} as const
