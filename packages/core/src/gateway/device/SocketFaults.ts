/**
 * Why sockets were closed as `internal`: counted as it happens and logged in one line for all of them, however many a
 * storm closes.
 */
import { Context, Effect, Layer, Metric } from "effect"

export type SocketFault =
  /** The ticket of a hello could not be looked up. */
  | "open_failed"
  /** The store did not say where the user belongs. */
  | "memberships_unread"
  /** The mailbox of the user's actor was full. */
  | "user_full"
  /** The socket's own actor failed; its failure has a line of its own. */
  | "actor_failed"

const faultsTotal = Metric.counter("hibiki_gateway_faults_total", {
  description: "Sockets closed with 4500 for a fault of the gateway or of what it needs",
  incremental: true
})

export const socketFaults = (fault: SocketFault) => Metric.tagged(faultsTotal, "fault", fault)

export class SocketFaults extends Context.Tag("@hibiki/core/gateway/device/SocketFaults")<
  SocketFaults,
  {
    readonly note: (fault: SocketFault) => void
    /** Logs and counts the faults since the last call. Run from time to time. */
    readonly tell: Effect.Effect<void>
  }
>() {
  static readonly layer = Layer.sync(this, () => {
    const noted = new Map<SocketFault, number>()
    return {
      note: (fault: SocketFault) => void noted.set(fault, (noted.get(fault) ?? 0) + 1),
      tell: Effect.suspend(() => {
        if (noted.size === 0) return Effect.void
        const counts = [...noted]
        noted.clear()
        return Effect.zipRight(
          Effect.forEach(counts, ([fault, count]) => Metric.incrementBy(socketFaults(fault), count)),
          Effect.logWarning("Sockets were closed with an internal fault; their clients come back").pipe(
            Effect.annotateLogs(Object.fromEntries(counts))
          )
        )
      })
    }
  })
}
