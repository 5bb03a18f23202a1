/** Errors of the database, by SQLSTATE. */
import type { SqlError } from "@effect/sql/SqlError"

/** The five letters from the database. Undefined if it gave none: the connection failed, or the timeout passed. */
export const sqlState = ({ cause }: SqlError): string | undefined =>
  typeof cause === "object" &&
  cause !== null &&
  "code" in cause &&
  typeof cause.code === "string" &&
  /^[0-9A-Z]{5}$/.test(cause.code)
    ? cause.code
    : undefined

/** Another session holds a lock that the statement needs, for longer than it may wait. */
export const isHeld = (error: SqlError): boolean => sqlState(error) === "55P03"
