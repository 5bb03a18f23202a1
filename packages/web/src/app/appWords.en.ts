/** The words that belong to no screen, in English. */
import type { AppWords } from "./appWords.ts"

export const appWordsEn: AppWords = {
  somebody: "Someone",
  inviteUnused: (name) => `You’re signed in as ${name} already, so the invite was not used.`,
  noFiles: "Files can’t be sent yet. You can send text and links.",
  wrongAddress: {
    text: (origin) => `This server can’t be used at ${origin}.`,
    open: (origin) => `Open it at ${origin}`,
    unknown: "Use the address you were given, or tell the people who run the server: its log says what to set."
  }
}
