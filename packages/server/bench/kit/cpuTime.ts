import { readFileSync } from "node:fs"

const ticksPerSecond = 100

/**
 * CPU time in µs of a process of this machine, from the operating system: unlike time on the clock it does not grow
 * with what else runs.
 */
export const cpuMicrosOf = (pid: number): number => microsOf(pid, 2)

/**
 * With that of its children that have ended, and of theirs. Of all processes of a tree together it only grows,
 * whichever of them end.
 */
export const cpuMicrosWithEnded = (pid: number): number => microsOf(pid, 4)

/** The system tells user and system time, and the same of the children that were waited for. */
const microsOf = (pid: number, fields: 2 | 4): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
  const told = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  const ticks = told.slice(11, 11 + fields).reduce((sum, field) => sum + Number(field), 0)
  return (ticks / ticksPerSecond) * 1e6
}
