/** Which process this is, and whether another that left its identity behind still lives: the system reuses pids. */
import { execFileSync } from "node:child_process"
import { readFileSync, readlinkSync } from "node:fs"
import { hostname } from "node:os"

export interface ProcessIdentity {
  readonly pid: number
  /** When the process began, in the system's notation; undefined if the system has none. */
  readonly startedAt: string | undefined
  /** The world in which its pid identifies this process: the machine's boot and, on Linux, the pid namespace. */
  readonly world: string
}

export const ownIdentity = (): ProcessIdentity => ({
  pid: process.pid,
  startedAt: startOf(process.pid),
  world: ownWorld()
})

/** `foreign`: it lived in a container or on a machine whose pids can't be looked up from here. */
export const stateOf = (identity: ProcessIdentity): "alive" | "dead" | "foreign" => {
  if (identity.world !== ownWorld()) return "foreign"
  if (!exists(identity.pid)) return "dead"
  const startedAt = startOf(identity.pid)
  return startedAt === undefined || identity.startedAt === undefined || startedAt === identity.startedAt
    ? "alive"
    : "dead"
}

const exists = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // We may not signal it, but it exists.
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

const attempt = <A>(read: () => A): A | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}

// The 22nd field; the 2nd is the program's name in parentheses, which may contain anything.
const startOf = (pid: number): string | undefined => {
  if (process.platform === "win32") return undefined
  if (process.platform !== "linux") {
    return attempt(() =>
      execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"]
      }).trim()
    )
  }
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, "utf8"))
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19]
}

const ownWorld = (): string =>
  [
    attempt(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()) ?? hostname(),
    attempt(() => readlinkSync("/proc/self/ns/pid")) ?? ""
  ].join(" ")
