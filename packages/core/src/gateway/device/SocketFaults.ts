/** Counts why sockets were closed as `internal`, and logs one line for all of them, however many a storm closes. */
import { Context, Effect, Layer, Metric } from "effect"
import { counter } from "../../metrics/declareMetric.ts"

const socketFaultKinds = [
  /** The look-up of a hello's ticket failed. */
  "open_failed",
  /** The store did not return the user's memberships. */
  "memberships_unread",
  /** The mailbox of the user's actor was full. */
  "user_full",
  /** The socket's own actor failed; that failure has its own log line. */
  "actor_failed"
] as const

export type SocketFault = (typeof socketFaultKinds)[number]

const faultsTotal = counter("hibiki_gateway_faults_total", {
  unit: "sockets",
  description:
    "Closed with 4500; their clients reconnect. `open_failed`: the ticket look-up failed. `memberships_unread`: the store did not answer. `user_full`: the user's actor was overloaded. `actor_failed`: a fault of Hibiki.",
  labels: { fault: socketFaultKinds }
})

export const socketFaults = (fault: SocketFault) => Metric.tagged(faultsTotal, "fault", fault)

export class SocketFaults extends Context.Tag("@hibiki/core/gateway/device/SocketFaults")<
  SocketFaults,
  {
    readonly note: (fault: SocketFault) => void
    /** Logs and counts the faults since the last call. Run it periodically. */
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
