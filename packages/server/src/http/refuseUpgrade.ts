/**
 * The one way in which a socket's upgrade is refused: counted by its reason, answered on the bare connection, and
 * closed.
 */
import type { Duplex } from "node:stream"
import { failure, type WireError } from "./Answer.ts"
import { countRefused } from "./HttpMetrics.ts"
import { answerRaw } from "./RawAnswer.ts"
import { securityHeaders } from "./SecurityHeaders.ts"

export const refuseUpgrade = (
  socket: Duplex,
  error: WireError,
  reason: string,
  headers: Readonly<Record<string, string>> = securityHeaders(false)
): void => {
  countRefused(reason)
  answerRaw(socket, failure(error), headers)
}
