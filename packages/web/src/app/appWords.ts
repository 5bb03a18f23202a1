/** The words that belong to no screen. */
export interface AppWords {
  /** In place of a name that is not known, or not known yet. */
  readonly somebody: string
  /** An invite link was opened by somebody who is in. */
  readonly inviteUnused: (name: string) => string
  /** A file was dropped or pasted. */
  readonly noFiles: string
  /** The page was opened at `origin`, which the server does not take for its own: then a link to the right one, or else what can be done. */
  readonly wrongAddress: {
    readonly text: (origin: string) => string
    readonly open: (origin: string) => string
    readonly unknown: string
  }
}
