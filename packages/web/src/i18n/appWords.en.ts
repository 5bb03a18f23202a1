/** The words that belong to no screen, in English. */

export const appWordsEn = {
  /** In place of an unknown name. */
  somebody: "Someone",
  /** A signed-in user opened an invite link. */
  inviteUnused: (name: string) => `You’re signed in as ${name} already, so the invite was not used.`,
  /** The user dropped or pasted a file. */
  noFiles: "Files can’t be sent yet. You can send text and links.",
  /**
   * The page was opened at `origin`, which the server does not accept as its own. Contains a link to the right address,
   * or else advice.
   */
  wrongAddress: {
    text: (origin: string) => `This server can’t be used at ${origin}.`,
    open: (origin: string) => `Open it at ${origin}`,
    unknown: "Use the address you were given, or tell the people who run the server: its log says what to set."
  }
}

export type AppWords = typeof appWordsEn
