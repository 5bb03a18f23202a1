import { readFileSync } from "node:fs"

const ticksPerSecond = 100

/** CPU time in µs of a process of this machine, from the operating system: unlike time on the clock it does not grow with what else runs. */
export const cpuMicrosOf = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return ((Number(fields[11]) + Number(fields[12])) / ticksPerSecond) * 1e6
}
