/** Words for coming in: signing in, making an account, and why either did not work. */
export interface SessionWords {
  readonly tagline: string
  readonly signIn: string
  readonly signInTitle: string
  readonly register: string
  readonly registerTitle: string
  readonly toRegister: string
  readonly toSignIn: string
  readonly handle: string
  readonly handleHint: string
  readonly displayName: string
  readonly displayNameHint: string
  readonly password: string
  readonly passwordHint: string
  readonly invite: string
  readonly inviteHint: string
  /** The link that was opened carried a code. */
  readonly invited: string
  readonly registrationClosed: string
  /** The account that was just made is the administrator's. */
  readonly madeAdmin: (name: string) => string
  readonly welcome: (name: string) => string
  readonly why: { readonly revoked: string; readonly expired: string; readonly bySelf: string }
  /** Posts that wait in this browser. */
  readonly unsentWaits: (count: number) => string
  readonly missing: { readonly handle: string; readonly password: string; readonly invite: string }
  readonly failed: {
    readonly signIn: string
    readonly rateLimited: (seconds: number) => string
    readonly unavailable: string
    readonly unreachable: string
    readonly badRequest: string
    readonly wrongAddress: string
    readonly handleTaken: string
    readonly handle: {
      readonly length: string
      readonly characters: string
      readonly mixed_scripts: string
      readonly look_alike: string
      readonly reserved: string
    }
    readonly password: {
      readonly too_short: string
      readonly too_long: string
      readonly characters: string
      readonly common: string
      readonly is_handle: string
    }
    readonly registration: { readonly closed: string; readonly invite_required: string; readonly invite_invalid: string }
  }
}
