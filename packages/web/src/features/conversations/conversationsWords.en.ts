/** Words of the conversation list, in English. */
import type { ConversationsWords } from "./conversationsWords.ts"

export const conversationsWordsEn: ConversationsWords = {
  title: "Conversations",
  list: "Conversations",
  filter: "Filter conversations",
  filterEmpty: (text) => `No conversation matches “${text}”.`,
  clearFilter: "Clear the filter",
  switcher: "Go to",
  start: "New conversation",
  sections: { unread: "Unread", favourites: "Favourites", direct: "Direct", groups: "Groups", channels: "Channels" },
  empty: "No conversations yet. Send the first word.",
  noneYet: "No conversations yet",
  firstSteps: "Talk to one person, make a group, or keep notes that only you see. Others see you by the name you choose.",
  toProfile: "Set your name",
  invite: "Invite people",
  nothingOpen: "Choose a conversation to open it here.",
  unread: (count, capped) => (capped ? `${count - 1} or more unread` : `${count} unread`),
  mentions: (count, capped) => `${capped ? `${count - 1} or more` : count} ${count === 1 ? "mention" : "mentions"} of you`,
  muted: "Muted",
  markedUnread: "Marked as unread",
  draft: "Draft",
  notSent: {
    toast: (title, count) =>
      `${count === 1 ? "One item" : `${count} items`} couldn’t be sent in ${title === undefined ? "a conversation that isn’t in your list" : `“${title}”`}.`,
    show: "Show",
    unlisted: "Not in your list",
    items: (count) => (count === 1 ? "1 item" : `${count} items`)
  },
  stayed: (text) => `“${text}” can’t be taken back any more. It stays in the conversation.`,
  roles: { owner: "Owner", admin: "Admin", member: "Member" },
  last: {
    own: (text) => `You: ${text}`,
    by: (name, text) => `${name}: ${text}`,
    deleted: "Message deleted",
    none: "No messages yet",
    newer: "Something new that can’t be shown here",
    created: (name) => `${name} started this`,
    joined: (name) => `${name} joined`,
    added: (by, name, count) => `${by} added ${name}${count > 1 ? ` and ${count - 1} ${count === 2 ? "other" : "others"}` : ""}`,
    left: (name) => `${name} left`,
    removed: (by, name) => `${by} removed ${name}`,
    renamed: (name, title) => `${name} changed the name to “${title}”`,
    roleChanged: (name, role) => `${name} is now ${role.toLowerCase()}`
  },
  own: {
    menu: (name) => `Menu of ${name}`,
    invisible: "Hide when I’m online",
    settings: "Settings",
    devices: "Devices",
    board: "Presence board",
    help: "Keyboard shortcuts",
    signOut: "Sign out",
    invisibleFailed: "That could not be changed. Check your connection and try again."
  },
  failed: {
    unreachable: "The server can’t be reached. Try again when you’re back online.",
    refused: "That could not be done.",
    rateLimited: "That was a lot at once. Wait a moment and try again.",
    tooMany: "No more can be added.",
    gone: "That conversation can’t be opened any more."
  }
}
