/** Words for sign-in and registration, in English. */

export const sessionWordsEn = {
  tagline: "A quiet room in which a voice carries.",
  signIn: "Sign in",
  signInTitle: "Welcome back",
  register: "Create account",
  registerTitle: "Welcome",
  toRegister: "New here? Create an account",
  toSignIn: "Already have an account? Sign in",
  handle: "Username",
  handleHint: "2 to 32 characters. It can’t be changed later.",
  displayName: "Display name (optional)",
  displayNameHint: "What everyone sees. You can change it any time.",
  password: "Password",
  passwordHint: "10 characters or more. Digits and symbols are up to you.",
  invite: "Invite code",
  inviteHint: "The code you got from whoever invited you.",
  /** The opened link contained an invite code. */
  invited: "You’re invited. Choose a username and a password, and you’re in.",
  registrationClosed: "New accounts aren’t open right now. Please ask your administrator.",
  /** The new account is the administrator's. */
  madeAdmin: (name: string) => `Welcome, ${name}. This account is the administrator’s.`,
  welcome: (name: string) => `Welcome, ${name}.`,
  why: {
    revoked: "This device was signed out from another one, or by the administrator.",
    expired: "You were signed out after a while away.",
    bySelf: "You’re signed out. See you soon."
  },
  /** Posts that wait in this browser. */
  unsentWaits: (count: number) =>
    `${count === 1 ? "One message waits" : `${count} messages wait`} in this browser, and will be sent when you sign in to the same account.`,
  resetTitle: "New password",
  resetText: "Your administrator gave you this link. Choose a new password for your account.",
  resetEnds: "All devices that are signed in to your account are signed out.",
  resetPassword: "New password",
  reset: "Set password",
  /** The link had no code, or the page was reloaded, which loses it. */
  resetNoCode: "This link is incomplete. Open it again, or ask your administrator for a new one.",
  resetDone: (handle: string) => `Your new password is set. Your username is ${handle}.`,
  missing: { handle: "Enter your username.", password: "Enter your password.", invite: "Enter your invite code." },
  failed: {
    signIn: "That username and password don’t match.",
    rateLimited: (seconds: number) =>
      `That was a lot of attempts. Try again in ${seconds === 1 ? "a second" : `${seconds} seconds`}.`,
    unavailable: "The server is busy. Wait a moment and try again.",
    unreachable: "The server can’t be reached. Check your connection and try again.",
    badRequest: "Something you typed can’t be used here.",
    wrongAddress: "This server can’t be used at this address.",
    resetLink: "This link doesn’t work: it has expired or was used. Ask your administrator for a new one.",
    handleTaken: "That username is taken.",
    handle: {
      length: "Use 2 to 32 characters.",
      characters: "Use letters, digits and . _ - and begin with a letter or digit.",
      mixed_scripts: "That username mixes scripts that can’t stand together.",
      look_alike: "That username has letters that look like others, so people could mistake it.",
      reserved: "That username can’t be used."
    },
    password: {
      too_short: "Use at least 10 characters.",
      too_long: "Use at most 128 characters.",
      characters: "That password holds characters that can’t be used.",
      common: "That password is widely used and easy to guess. Choose another.",
      is_handle: "Your password can’t be made of your username."
    },
    registration: {
      closed: "New accounts aren’t open right now.",
      invite_required: "You need an invite code to create an account.",
      invite_invalid: "That invite doesn’t work: it has expired or was used. Ask for a new one."
    }
  }
}

export type SessionWords = typeof sessionWordsEn
