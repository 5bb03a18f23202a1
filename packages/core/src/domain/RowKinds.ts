/**
 * The rows that are known here, in plain code for a web client's first paint. What was kept of logs leaves all others
 * out: once there are more kinds it is of no use.
 */

export const rowKinds = ["posted", "created", "joined", "left", "renamed", "roleChanged", "pinned"] as const
export type RowKind = (typeof rowKinds)[number]
/** The events that change an earlier row, their `target`. */
export const changeKinds = ["edited", "deleted", "reacted", "unreacted", "pinned", "unpinned"] as const
export const roles = ["owner", "admin", "member"] as const

/**
 * Whether a row is one of them, with words for all that it tells. Another one has its place in the log, and nothing of
 * it is kept or shown.
 */
export const isKnownRow = <R extends { readonly kind: string; readonly role?: unknown }>(
  row: R
): row is Extract<R, { readonly kind: RowKind }> => has(rowKinds, row.kind) && has(roles, row.role ?? "member")

const has = (list: ReadonlyArray<unknown>, one: unknown): boolean => list.includes(one)
