/** Words of the question before signing out. */
export interface SignOutWords {
  readonly title: string
  /** Posts that were not sent yet wait for the next sign-in. */
  readonly unsent: (count: number) => string
  /** The same where this browser keeps nothing. */
  readonly lost: (count: number) => string
  /** Conversations with a draft, which goes with the sign-in. */
  readonly drafts: (count: number) => string
  readonly anyway: string
}
