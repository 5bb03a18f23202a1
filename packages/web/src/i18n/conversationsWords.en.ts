/** Words of the conversation list, in English. */

export const conversationsWordsEn = {
  title: "Conversations",
  list: "Conversations",
  /** The label of the list's pane edge. */
  width: "Width of the conversation list",
  filter: "Filter conversations",
  filterEmpty: (text: string) => `No conversation matches “${text}”.`,
  clearFilter: "Clear the filter",
  switcher: "Go to",
  start: "New conversation",
  sections: {
    unread: "Unread",
    favourites: "Favourites",
    direct: "Direct",
    groups: "Groups",
    channels: "Channels"
  },
  empty: "No conversations yet. Send the first word.",
  /** In the list; the pane beside it shows the first steps. */
  noneYet: "No conversations yet",
  firstSteps:
    "Talk to one person, make a group, or keep notes that only you see. Others see you by the name you choose.",
  toProfile: "Set your name",
  invite: "Invite people",
  nothingOpen: "Choose a conversation to open it here.",
  unread: (count: number, capped: boolean) => (capped ? `${count - 1} or more unread` : `${count} unread`),
  mentions: (count: number, capped: boolean) =>
    `${capped ? `${count - 1} or more` : count} ${count === 1 ? "mention" : "mentions"} of you`,
  muted: "Muted",
  markedUnread: "Marked as unread",
  draft: "Draft",
  /** For rejected messages of one conversation, which may no longer be in the list. */
  notSent: {
    toast: (title: string | undefined, count: number) =>
      `${count === 1 ? "One item" : `${count} items`} couldn’t be sent in ${title === undefined ? "a conversation that isn’t in your list" : `“${title}”`}.`,
    show: "Show",
    unlisted: "Not in your list",
    items: (count: number) => (count === 1 ? "1 item" : `${count} items`)
  },
  /** For a message that the user tried to take back. */
  stayed: (text: string) => `“${text}” can’t be taken back any more. It stays in the conversation.`,
  last: {
    own: (text: string) => `You: ${text}`,
    by: (name: string, text: string) => `${name}: ${text}`,
    deleted: "Message deleted",
    none: "No messages yet",
    /** For rows that only a newer server knows. */
    newer: "Something new that can’t be shown here"
  },
  own: {
    menu: (name: string) => `Menu of ${name}`,
    invisible: "Hide when I’m online",
    settings: "Settings",
    devices: "Devices",
    board: "Presence board",
    operate: "Operations",
    help: "Keyboard shortcuts",
    signOut: "Sign out",
    invisibleFailed: "That could not be changed. Check your connection and try again."
  },
  /** The reason why a call failed. */
  failed: {
    unreachable: "The server can’t be reached. Try again when you’re back online.",
    refused: "That could not be done.",
    rateLimited: "That was a lot at once. Wait a moment and try again.",
    tooMany: "No more can be added.",
    gone: "That conversation can’t be opened any more."
  }
}

export type ConversationsWords = typeof conversationsWordsEn
