/** Words of the quick switcher and of the search in messages, in English. */
import type { FindWords } from "./findWords.ts"

export const findWordsEn: FindWords = {
  switcher: {
    title: "Go to",
    input: "Conversation, name or command",
    sections: { unread: "Unread", favourites: "Favourites", recent: "Recent", found: "Conversations", commands: "Commands" },
    none: (text) => `Nothing matches “${text}”.`,
    commands: {
      searchHere: "Search messages here",
      searchAll: "Search all messages",
      fresh: "New conversation",
      settings: "Settings",
      devices: "Devices",
      board: "Presence board",
      help: "Keyboard shortcuts",
      light: "Light theme",
      dark: "Dark theme",
      system: "Same theme as the device"
    }
  },
  search: {
    title: "Search messages",
    input: "Words to look for",
    ask: "Search",
    where: "Where",
    here: "Here",
    all: "All conversations",
    before: "Messages with all of the words are found, the newest first. Upper and lower case make no difference.",
    tooMuch: (words, characters) => `At most ${words} words and ${characters} characters can be looked for at once.`,
    found: (count) => (count === 1 ? "1 message" : `${count} messages`),
    none: (text) => `No message has “${text}”.`,
    tip: "Try fewer words, or a part of one.",
    noneSoFar: "Nothing found so far.",
    lookedHere: (percent) => `The newest ${percent}% of the conversation was looked through.`,
    lookedAll: (done, of) => `${done} of ${of} conversations were looked through.`,
    further: "Look further back",
    enough: (count) => `These are the newest ${count}. With more words there are fewer.`,
    failed: (why) => `That could not be looked up. ${why}`
  }
}
