/** The identity of this process, which its log, its metrics, its spans and the operator's console share. */
import { randomBytes } from "node:crypto"
import { hostname } from "node:os"
import { Clock, Context, Effect } from "effect"

/** `all`: every role of a cluster in one process. `embedded`: the same with an embedded database. */
export const processRoles = ["api", "gateway", "worker", "push", "all", "embedded"] as const
export type ProcessRole = (typeof processRoles)[number]

export class ProcessIdentity extends Context.Tag("@hibiki/server/operate/ProcessIdentity")<
  ProcessIdentity,
  {
    readonly role: ProcessRole
    /** Unique for each run of a process: its host, its port, and six random hex digits, as in `web1:8081-3f9c2a`. */
    readonly node: string
    /** The name of the machine or container. */
    readonly host: string
    readonly version: string
    /** Time of the start on the wall clock (ms). */
    readonly startedAt: number
  }
>() {}

/** Call it once per process. `port`: as set, so 0 if the system chooses it. */
export const makeProcessIdentity = ({
  port,
  role,
  version
}: {
  readonly role: ProcessRole
  readonly port: number
  readonly version: string
}): Effect.Effect<ProcessIdentity["Type"]> =>
  Effect.map(Clock.currentTimeMillis, (startedAt) => {
    const host = hostname()
    return { role, node: `${host}:${port}-${randomBytes(3).toString("hex")}`, host, version, startedAt }
  })
