/** What went wrong in the database, by SQLSTATE. */
import type { SqlError } from "@effect/sql/SqlError"

/**
 * The five letters that the database gave, or undefined when it gave none: the connection failed, or the time was over.
 */
export const sqlState = ({ cause }: SqlError): string | undefined =>
  typeof cause === "object" &&
  cause !== null &&
  "code" in cause &&
  typeof cause.code === "string" &&
  /^[0-9A-Z]{5}$/.test(cause.code)
    ? cause.code
    : undefined

/** Somebody else holds what the statement needs, for longer than it may wait. */
export const isHeld = (error: SqlError): boolean => sqlState(error) === "55P03"
