/** Words for the keyboard help, in English. */

export const keysWordsEn = {
  title: "Keyboard shortcuts",
  groups: { everywhere: "Everywhere", list: "Conversations", timeline: "Messages", composer: "Composer" },
  switcher: "Go to a conversation, or find a command",
  search: "Search in messages",
  help: "Open this list",
  panes: "Next pane (with Shift: previous)",
  escape: "Close, or mark as read",
  previous: "Previous conversation",
  next: "Next conversation",
  previousUnread: "Previous unread",
  nextUnread: "Next unread",
  newConversation: "New conversation",
  rows: "Move between messages",
  pages: "Ten messages up or down",
  ends: "First or last message here",
  acts: "Reach a message’s acts",
  editLast: "Edit your last message (when empty)",
  mention: "Mention somebody, chosen by ↑ ↓ and Enter",
  newLine: "New line",
  bold: "Bold",
  italic: "Italic",
  code: "Code",
  strike: "Struck through"
}

export type KeysWords = typeof keysWordsEn
