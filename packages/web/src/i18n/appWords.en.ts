/** The words that belong to no screen, in English. */

export const appWordsEn = {
  /** In place of a name that is not known, or not known yet. */
  somebody: "Someone",
  /** An invite link was opened by somebody who is in. */
  inviteUnused: (name: string) => `You’re signed in as ${name} already, so the invite was not used.`,
  /** A file was dropped or pasted. */
  noFiles: "Files can’t be sent yet. You can send text and links.",
  /**
   * The page was opened at `origin`, which the server does not take for its own: then a link to the right one, or else
   * what can be done.
   */
  wrongAddress: {
    text: (origin: string) => `This server can’t be used at ${origin}.`,
    open: (origin: string) => `Open it at ${origin}`,
    unknown: "Use the address you were given, or tell the people who run the server: its log says what to set."
  }
}

export type AppWords = typeof appWordsEn
