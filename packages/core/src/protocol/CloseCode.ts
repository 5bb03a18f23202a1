/** Numbered close codes of the socket, and what each asks of the client. */

/**
 * Whether and when to come back: `jittered` by the usual back-off; `ticket` after fetching a new ticket; `no` not
 * without a change by a person.
 */
export type Return = "jittered" | "ticket" | "no"

export interface CloseCode {
  readonly code: number
  readonly reason: string
  readonly comeBack: Return
}

const close = (code: number, reason: string, comeBack: Return): CloseCode => ({ code, reason, comeBack })

export const CloseCodes = {
  goingAway: close(1001, "going_away", "jittered"),
  tooLarge: close(1009, "too_large", "no"),
  badFrame: close(4400, "bad_frame", "no"),
  /** The ticket was unknown, used, expired, or another device's. */
  unauthenticated: close(4401, "unauthenticated", "ticket"),
  /** The device was revoked or its account disabled. */
  revoked: close(4403, "revoked", "no"),
  /** No hello came within 5 s, or not all of its cursors within 30 s. */
  helloTimeout: close(4408, "hello_timeout", "jittered"),
  /**
   * The same device and instance opened another socket. Once in a row a client comes back all the same: it may be an
   * old one of its own that was taken up late.
   */
  replaced: close(4409, "replaced", "no"),
  /** The server speaks none of the client's versions. */
  version: close(4426, "version", "no"),
  /** Too many frames or sockets. */
  rateLimited: close(4429, "rate_limited", "jittered"),
  /** Something failed here; nothing accepted is lost. */
  internal: close(4500, "internal", "jittered"),
  /** The server drains, is full, or did not get to a hello in time. */
  moving: close(4503, "moving", "jittered"),
  /** The client did not read for too long; it is caught up from the log when it returns. */
  tooSlow: close(4504, "too_slow", "jittered"),
  /** Reserved: a socket that is silent for 40 s is cut without a code. */
  silent: close(4505, "silent", "jittered")
} as const satisfies Record<string, CloseCode>

/** What a code asks of the client; an unknown one asks for the usual back-off. */
export const comeBackAfter = (code: number): Return =>
  Object.values(CloseCodes).find((known) => known.code === code)?.comeBack ?? "jittered"
