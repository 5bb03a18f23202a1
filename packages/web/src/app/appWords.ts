/** The words that belong to no screen. */
export interface AppWords {
  /** In place of a name that is not known, or not known yet. */
  readonly somebody: string
  /** An invite link was opened by somebody who is in. */
  readonly inviteUnused: (name: string) => string
  /** A file was dropped or pasted. */
  readonly noFiles: string
}
