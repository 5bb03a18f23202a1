/**
 * The known kinds of rows, in plain code for a web client's first paint. A client's cache of logs leaves out all other
 * rows, so it becomes useless once there are more kinds.
 */

export const rowKinds = [
  "posted",
  "created",
  "joined",
  "left",
  "renamed",
  "roleChanged",
  "pinned",
  "banned",
  "unbanned",
  "rulesChanged",
  "closed",
  "reopened"
] as const
export type RowKind = (typeof rowKinds)[number]
/** The events that change an earlier row, their `target`. */
export const changeKinds = ["edited", "deleted", "reacted", "unreacted", "pinned", "unpinned"] as const
export const roles = ["owner", "admin", "member"] as const

/**
 * Whether the row has a known kind, with words for everything in it. Any other row only has its place in the log;
 * clients neither cache nor show it.
 */
export const isKnownRow = <R extends { readonly kind: string; readonly role?: unknown }>(
  row: R
): row is Extract<R, { readonly kind: RowKind }> => has(rowKinds, row.kind) && has(roles, row.role ?? "member")

const has = (list: ReadonlyArray<unknown>, one: unknown): boolean => list.includes(one)
