/** Numbered close codes of the socket, and how a client must react to each. */

/**
 * Whether and when to reconnect: `jittered` by the usual back-off; `ticket` after fetching a new ticket; `no` not
 * before a person has changed something.
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
   * The same device and instance opened another socket. The first time in a row, a client reconnects all the same: the
   * other socket may be an old one of its own that the server processed late.
   */
  replaced: close(4409, "replaced", "no"),
  /** The server speaks none of the client's versions. */
  version: close(4426, "version", "no"),
  /** Too many frames or sockets. */
  rateLimited: close(4429, "rate_limited", "jittered"),
  /** Something failed in the server; nothing accepted is lost. */
  internal: close(4500, "internal", "jittered"),
  /** The server drains, is full, or did not process a hello in time. */
  moving: close(4503, "moving", "jittered"),
  /** The client did not read for too long; after it reconnects, the server sends the missed events from the log. */
  tooSlow: close(4504, "too_slow", "jittered"),
  /** Reserved: the server drops a socket that is silent for 40 s without sending a code. */
  silent: close(4505, "silent", "jittered")
} as const satisfies Record<string, CloseCode>

/** How to reconnect after a code; an unknown code means the usual back-off. */
export const comeBackAfter = (code: number): Return =>
  Object.values(CloseCodes).find((known) => known.code === code)?.comeBack ?? "jittered"
