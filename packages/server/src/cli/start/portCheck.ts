/**
 * Checks whether the port can be opened, before anything slow happens. The server itself may still lose a race for the
 * port, and reports the same then.
 */
import { createServer } from "node:net"
import type { Problem } from "@hibiki/node/Problem"
import { Effect } from "effect"
import { listenProblem } from "../config/startProblem.ts"

export const portCheck = ({
  host,
  port
}: {
  readonly host: string
  readonly port: number
}): Effect.Effect<void, Problem> =>
  Effect.async((resume) => {
    const server = createServer()
    server.once("error", (error: NodeJS.ErrnoException) =>
      resume(listenProblem({ code: error.code ?? "unknown", host, port }))
    )
    server.listen({ host: host.replace(/^\[(.*)\]$/, "$1"), port }, () => server.close(() => resume(Effect.void)))
    return Effect.sync(() => server.close())
  })
