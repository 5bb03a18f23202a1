/** The bounds of everything that a client may send or grow. Lengths of texts are in Unicode code points. */

export const Limits = {
  /** Messages at each end of a direct conversation that are searched for an answer. */
  answerLook: 200,
  /** A message's text. */ textMax: 4_000,
  /** Combining marks in a row, in any text: the bound of Unicode's Stream-Safe Text Format. */ marksMax: 30,
  /** A handle, display name or title. */ nameMax: 64,
  /**
   * Marks in a row above or below one letter of a name or title: names of the CLDR have at most 3, in the samples
   * examined.
   */
  nameMarksMax: 4,
  /** Letters below one in a name or title, as in Khmer and Burmese: their words have at most 2. */ nameBelowMax: 4,
  /** Letters that viramas join to one in a name or title: foreign names have 6 or so in India. */ nameJoinedMax: 8,
  /** A reaction: one emoji, which may be a long joined sequence. */ emojiMax: 16,
  /** Different emoji on one message. */ emojiKindsMax: 20,
  /** Edits of one message: a delete erases the text of all of them at once. */ editsMax: 5_000,
  /** Pinned messages of one conversation. */ pinsMax: 100,
  /** Posts in one frame. */ postsPerFrame: 50,
  /** Pairs in one hello, cursors or ack frame. */ cursorPairs: 500,
  /** Users named by one command; a larger group is several commands. */ usersPerCommand: 500,
  /** Members of a conversation. */ membersMax: 5_000,
  /** Users who are banned from one conversation. */ bansMax: 1_000,
  /** Users that one user blocks. */ blockedMax: 1_000,
  /** People who may register with one invite, and how long it may be valid. */ invitePeopleMax: 1_000,
  inviteHoursMax: 720,
  /** One frame, in bytes of UTF-8. */ frameBytes: 65_536,
  /** Nesting of a frame or a request body. */ depthMax: 16,
  /** Rows of one history page: the maximum and the default. */ pageMax: 200,
  pageDefault: 50,
  /** The window of `changedSince`, in seqs. */ changedWindow: 2_000,
  /** Events of one catch-up answer to one log; if more are missing, the answer is `behind`. */ catchUpMax: 1_000,
  /** Unread counts stop here: 100 is shown as 99+. */ unreadCap: 100,
  /**
   * They are counted among this many of a log's newest events, so that a user who posts and never reads does not cause
   * a scan of the whole log.
   */
  unreadWithin: 10_000,
  /** Mentions of a user are counted among this many of the newest unread messages that mention anybody. */
  mentionsWithin: 1_000,
  /** A search in messages: the length of its query in code points, and its number of words. */ searchTextMax: 64,
  searchWordsMax: 8,
  /** Conversations that one search may name. */ searchConversations: 100,
  /** Messages that one search returns: the maximum and the default. */ searchHitsMax: 50,
  searchHitsDefault: 20,
  /** A search examines this many messages and bytes, then returns where to continue. */ searchWithin: 20_000,
  searchBytes: 2_000_000,
  /** Rows that a search examines in one step. */ textsMax: 500,
  /** How long decided ids (refused, withdrawn) are remembered. */ decidedDays: 30,
  /**
   * A former member may withdraw a message that was stored less than this long ago: an outbox may not know of it yet.
   */
  takenBackMs: 600_000,
  /**
   * How far a log's newest time may lead the store's clock. If it leads by more, the next event shows the true time
   * again.
   */
  logLeadMs: 10_000
} as const

/** Bounds of presence, typing and receipts. Times in milliseconds. */
export const presenceLimits = {
  /** Users that one socket may watch at once. */ watchedMax: 200,
  /** The shortest interval between changes to one watcher. */ everyMs: 1_000,
  /** How long a user stays online after the last socket closed without goodbye, from the last sign of life. */
  graceMs: 5_000,
  /** A device becomes idle when its user did nothing for this long. */ idleAfterMs: 300_000,
  /** The rights of a viewer are checked at least this often. */ rightsEveryMs: 60_000,
  /** Between two typing signals of one user in one conversation. */ typingEveryMs: 3_000,
  /** How long a typing signal is shown. */ typingTtlMs: 6_000,
  /** Typing is not published if more people than this are online. */ typingOnlineMax: 100,
  /** How far back the counts of a board go, one for each minute. */ boardMinutes: 60
} as const
