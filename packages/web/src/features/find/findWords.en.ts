/** Words of the quick switcher and of the search in messages, in English. */
import type { SwitcherKey } from "./switcherLines.ts"

export const findWordsEn = {
  switcher: {
    title: "Go to",
    input: "Conversation, name or command",
    sections: {
      unread: "Unread",
      favourites: "Favourites",
      recent: "Recent",
      found: "Conversations",
      commands: "Commands"
    } satisfies Record<SwitcherKey, string>,
    none: (text: string) => `Nothing matches “${text}”.`,
    commands: {
      searchHere: "Search messages here",
      searchAll: "Search all messages",
      newConversation: "New conversation",
      settings: "Settings",
      devices: "Devices",
      board: "Presence board",
      operate: "Operations",
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
    /** Before the user types a word. */
    before: "Messages with all of the words are found, the newest first. Upper and lower case make no difference.",
    tooMuch: (words: number, characters: number) =>
      `At most ${words} words and ${characters} characters can be looked for at once.`,
    found: (count: number) => (count === 1 ? "1 message" : `${count} messages`),
    none: (text: string) => `No message has “${text}”.`,
    /** A hint for a search without results. */
    tip: "Try fewer words, or a part of one.",
    /**
     * While parts are not searched yet: the progress, as a percentage of a conversation or as a number of
     * conversations.
     */
    noneSoFar: "Nothing found so far.",
    lookedHere: (percent: number) => `The newest ${percent}% of the conversation was looked through.`,
    lookedAll: (done: number, of: number) => `${done} of ${of} conversations were looked through.`,
    further: "Look further back",
    /** The maximum number of hits is shown. */
    enough: (count: number) => `These are the newest ${count}. With more words there are fewer.`,
    failed: (why: string) => `That could not be looked up. ${why}`
  }
}

export type FindWords = typeof findWordsEn
