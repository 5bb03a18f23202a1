/** The settings of accounts: registration, lifetimes of tokens, rate limits. */
import { Context, Duration, Layer } from "effect"
import { readTime } from "../domain/TokenBucket.ts"
import type { Limit } from "../ports/RateLimits.ts"

export interface AccountSettings {
  /** Registration: for anyone, for people with an invite, or for nobody. The first admin's link works in all three. */
  readonly registration: "open" | "invite" | "closed"
  /** How users find others: by the beginning of a name, or only by a full handle. */
  readonly directory: "open" | "exact"
  readonly accessTtl: Duration.Duration
  /** A device that neither refreshes nor is connected for this long is signed out. */
  readonly refreshIdle: Duration.Duration
  /** A device is signed out this long after its sign-in, even if it is in use. */
  readonly refreshAbsolute: Duration.Duration
  /**
   * For this long, the direct parent of a refresh token still returns the same successor, although it was used: for
   * second tabs.
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
 * The key of a limit is: an account and an address; an address; a user; or a name, where that spares the networks that
 * its account knows.
 */
export interface AccountLimits {
  /** Wrong passwords for one account from one address. Successes do not count, as long as `signInUser` allows them. */
  readonly signInPair: Limit
  /** Wrong passwords from one address. */
  readonly signInAddress: Limit
  /**
   * Wrong passwords for one name, in one of three places: all networks together that its account does not know, one
   * known network, or one signed-in device. Also for a name without an account. Guesses from elsewhere use up nothing
   * in the owner's networks.
   */
  readonly signInName: Limit
  /**
   * Right passwords of one account: sign-ins, each of which creates a device, and calls that require the password
   * again.
   */
  readonly signInUser: Limit
  readonly registerAddress: Limit
  /** By address: each device refreshes once in 15 minutes. */
  readonly refreshAddress: Limit
  readonly policyAddress: Limit
  readonly ticketUser: Limit
  /** Searching people and channels. */
  readonly findUser: Limit
  /** Reading conversations: lists, members, receipts and history; and the user's own profile and devices. */
  readonly readUser: Limit
  /** KB that such reads and searches examine or return, charged afterwards. */
  readonly readKilobytesUser: Limit
  /** Milliseconds of the store's time that they take, charged afterwards. A read waits for them and is not refused. */
  readonly readMillisUser: Limit
  /** Searching messages. */
  readonly searchUser: Limit
  readonly byIdsUser: Limit
  /** Opening a presence board. */
  readonly watchUser: Limit
  readonly profileUser: Limit
  /** Blocking and unblocking users. */
  readonly blockUser: Limit
  /** Registering a device's push address, which each page does at its start: allows many tabs at once. */
  readonly pushUser: Limit
  readonly inviteUser: Limit
  /** Acts and looks of an administrator. */
  readonly adminUser: Limit
  /** Looks at the way of one message, which show people's devices. */
  readonly traceUser: Limit
  /** Changes of conversations, by their cost (`changeCost`). */
  readonly changeUser: Limit
  /** New groups and channels. */
  readonly createUser: Limit
  /** New direct conversations: they appear in the list of the other user, who can't leave them. */
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
  // A week of 20,000 messages is about 10 MB, which a client reads at full speed.
  readKilobytesUser: { name: "readKilobytesUser", burst: 32_768, perMinute: 61_440 },
  readMillisUser: { name: "readMillisUser", burst: readTime.burst, perMinute: 60 * readTime.ratePerSecond },
  searchUser: { name: "searchUser", burst: 5, perMinute: 120 },
  byIdsUser: { name: "byIdsUser", burst: 60, perMinute: 120 },
  watchUser: { name: "watchUser", burst: 30, perMinute: 60 },
  profileUser: { name: "profileUser", burst: 10, perMinute: 10 },
  blockUser: { name: "blockUser", burst: 30, perMinute: 30 },
  pushUser: { name: "pushUser", burst: 30, perMinute: 30 },
  inviteUser: { name: "inviteUser", burst: 20, perMinute: 1 / 3 },
  adminUser: { name: "adminUser", burst: 120, perMinute: 240 },
  // Five a day.
  traceUser: { name: "traceUser", burst: 5, perMinute: 5 / 1_440, isShared: true },
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
