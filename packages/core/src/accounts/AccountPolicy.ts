/** The settings of accounts: who may register, how long tokens live, how often things may be tried. */
import { Context, Duration, Layer } from "effect"
import { readTime } from "../domain/TokenBucket.ts"
import type { Limit } from "../ports/RateLimits.ts"

export interface AccountSettings {
  /** Who may register: anyone, who has an invite, or nobody. The first admin's link works in all three. */
  readonly registration: "open" | "invite" | "closed"
  /** How people are found: by the beginning of a name, or by a full handle only. */
  readonly directory: "open" | "exact"
  readonly accessTtl: Duration.Duration
  /** A device that for so long neither refreshes nor is connected is signed out. */
  readonly refreshIdle: Duration.Duration
  /** A device is signed out so long after its sign-in, whatever it does. */
  readonly refreshAbsolute: Duration.Duration
  /**
   * A refresh token's direct parent is answered with the same successor for so long, though that was used: for second
   * tabs.
   */
  readonly refreshGrace: Duration.Duration
  readonly ticketTtl: Duration.Duration
  readonly resumeTicketTtl: Duration.Duration
  readonly inviteTtl: Duration.Duration
  readonly adminInviteTtl: Duration.Duration
  /** Addresses in the log of sign-ins: none, the network (/24 of IPv4, /48 of IPv6), or whole. */
  readonly logAddresses: "none" | "network" | "full"
  readonly limits: AccountLimits
}

/**
 * Keys: of an account and an address, of an address, of a user, or of a name where that spares the networks that its
 * account knows.
 */
export interface AccountLimits {
  /**
   * Wrong passwords for one account from one address; what succeeds does not count, as long as `signInUser` lets it.
   */
  readonly signInPair: Limit
  /** Wrong passwords from one address. */
  readonly signInAddress: Limit
  /**
   * Wrong passwords for one name from all networks together that its account does not know, or from one that it knows,
   * or by one device that is signed in; of a name that nobody has, too. Guesses from elsewhere use up nothing where its
   * owner is.
   */
  readonly signInName: Limit
  /** Right passwords of one account: sign-ins, of which each is a device, and what asks for the password again. */
  readonly signInUser: Limit
  readonly registerAddress: Limit
  /** By address: a refresh comes once in 15 minutes and device. */
  readonly refreshAddress: Limit
  readonly policyAddress: Limit
  readonly ticketUser: Limit
  /** Looking for people, and for channels. */
  readonly findUser: Limit
  /** Reading conversations: their lines, members, receipts and history; and who one is, and one's devices. */
  readonly readUser: Limit
  /** KB of what such reads and searches look at or answer, charged afterwards. */
  readonly readKilobytesUser: Limit
  /** Milliseconds of the store's time that they take, charged afterwards. A read waits for them and is not refused. */
  readonly readMillisUser: Limit
  /** Looking for messages. */
  readonly searchUser: Limit
  readonly byIdsUser: Limit
  /** Opening a presence board. */
  readonly watchUser: Limit
  readonly profileUser: Limit
  /** Blocking people and ending that. */
  readonly blockUser: Limit
  /** Where a device is woken, which each page says anew as it starts: of many tabs at once. */
  readonly pushUser: Limit
  readonly inviteUser: Limit
  /** Changes of conversations, by what they cost (`changeCost`). */
  readonly changeUser: Limit
  /** New groups and channels. */
  readonly createUser: Limit
  /** New direct conversations: they stand in the list of whoever is meant, who can't leave them. */
  readonly directUser: Limit
}

export const defaultAccountLimits: AccountLimits = {
  signInPair: { name: "signInPair", burst: 5, perMinute: 5, delayMaxMs: 15 * 60_000, isShared: true },
  signInAddress: { name: "signInAddress", burst: 20, perMinute: 20, isShared: true },
  signInName: { name: "signInName", burst: 100, perMinute: 1, isShared: true },
  signInUser: { name: "signInUser", burst: 60, perMinute: 1, isShared: true },
  registerAddress: { name: "registerAddress", burst: 30, perMinute: 0.5, isShared: true },
  refreshAddress: { name: "refreshAddress", burst: 300, perMinute: 300 },
  policyAddress: { name: "policyAddress", burst: 120, perMinute: 120 },
  ticketUser: { name: "ticketUser", burst: 30, perMinute: 30 },
  findUser: { name: "findUser", burst: 30, perMinute: 120 },
  readUser: { name: "readUser", burst: 300, perMinute: 3_000 },
  // A week of 20,000 messages is some 10 MB, and is read at full speed.
  readKilobytesUser: { name: "readKilobytesUser", burst: 32_768, perMinute: 61_440 },
  readMillisUser: { name: "readMillisUser", burst: readTime.burst, perMinute: 60 * readTime.ratePerSecond },
  searchUser: { name: "searchUser", burst: 5, perMinute: 120 },
  byIdsUser: { name: "byIdsUser", burst: 60, perMinute: 120 },
  watchUser: { name: "watchUser", burst: 30, perMinute: 60 },
  profileUser: { name: "profileUser", burst: 10, perMinute: 10 },
  blockUser: { name: "blockUser", burst: 30, perMinute: 30 },
  pushUser: { name: "pushUser", burst: 30, perMinute: 30 },
  inviteUser: { name: "inviteUser", burst: 20, perMinute: 1 / 3 },
  changeUser: { name: "changeUser", burst: 30, perMinute: 600 },
  createUser: { name: "createUser", burst: 60, perMinute: 1 },
  directUser: { name: "directUser", burst: 60, perMinute: 1 }
}

export const defaultAccountSettings: AccountSettings = {
  registration: "open",
  directory: "open",
  accessTtl: Duration.minutes(15),
  refreshIdle: Duration.days(30),
  refreshAbsolute: Duration.days(90),
  refreshGrace: Duration.seconds(10),
  ticketTtl: Duration.seconds(30),
  resumeTicketTtl: Duration.minutes(10),
  inviteTtl: Duration.days(7),
  adminInviteTtl: Duration.days(1),
  logAddresses: "network",
  limits: defaultAccountLimits
}

export class AccountPolicy extends Context.Tag("@hibiki/core/accounts/AccountPolicy")<
  AccountPolicy,
  AccountSettings
>() {
  /** The defaults, with some settings changed. */
  static readonly with = (changes: Partial<AccountSettings>) =>
    Layer.succeed(this, { ...defaultAccountSettings, ...changes })
}
