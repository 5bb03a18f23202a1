/** The words about the connection, wherever its state is shown. */
import type { StopReason } from "@hibiki/core/client/Connection"

export interface ConnectionWords {
  readonly connecting: string
  readonly offline: string
  readonly waiting: (seconds: number) => string
  /** Heard in its place, once: seconds that count down would be spoken each. */
  readonly waitingHeard: string
  readonly retryNow: string
  readonly unsent: (count: number) => string
  readonly stopped: Readonly<Record<StopReason, string>>
  readonly reload: string
}
