/** Words of the quick switcher, in English. */
import type { FindWords } from "./findWords.ts"

export const findWordsEn: FindWords = {
  switcher: {
    title: "Go to",
    input: "Conversation, name or command",
    sections: { unread: "Unread", recent: "Recent", found: "Conversations", commands: "Commands" },
    none: (text) => `Nothing matches “${text}”.`,
    commands: {
      fresh: "New conversation",
      settings: "Settings",
      devices: "Devices",
      board: "Presence board",
      help: "Keyboard shortcuts",
      light: "Light theme",
      dark: "Dark theme",
      system: "Same theme as the device"
    }
  }
}
