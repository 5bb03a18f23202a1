/**
 * What the operating system says of processes: time on the processor, memory, and how busy the machine is with others.
 */
import { readdirSync, readFileSync } from "node:fs"
import { cpuMicrosWithEnded } from "../../kit/cpuTime.ts"

const ticksPerSecond = 100

const parentOf = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1])
  } catch {
    // It has ended meanwhile.
    return undefined
  }
}

/** These processes and all below them. */
export const treeOf = (roots: ReadonlyArray<number>): ReadonlyArray<number> => {
  const children = new Map<number, Array<number>>()
  for (const name of readdirSync("/proc")) {
    const pid = Number(name)
    const parent = Number.isInteger(pid) ? parentOf(pid) : undefined
    if (parent === undefined) continue
    const known = children.get(parent)
    if (known === undefined) children.set(parent, [pid])
    else known.push(pid)
  }
  const tree = [...roots]
  // It grows while it is walked.
  for (const pid of tree) tree.push(...(children.get(pid) ?? []))
  return tree
}

/**
 * Of all of a tree's processes, those that have ended included: a database's autovacuum comes and goes in the middle of
 * a measure.
 */
export const cpuMicrosOfTree = (roots: ReadonlyArray<number>): number =>
  treeOf(roots).reduce((sum, pid) => {
    try {
      return sum + cpuMicrosWithEnded(pid)
    } catch {
      return sum
    }
  }, 0)

/**
 * CPU time (µs) that any process of this machine has had, and that its host did not give it though one wanted to run.
 */
export const cpuMicrosOfMachine = (): { readonly had: number; readonly stolen: number } => {
  const [, user = 0, nice = 0, system = 0, , , irq = 0, softIrq = 0, stolen = 0] =
    readFileSync("/proc/stat", "utf8").split("\n", 1)[0]?.split(/\s+/).map(Number) ?? []
  const micros = (ticks: number) => (ticks / ticksPerSecond) * 1e6
  return { had: micros(user + nice + system + irq + softIrq), stolen: micros(stolen) }
}

/** Bytes in memory of these processes and all below them. */
export const residentBytesOfTree = (roots: ReadonlyArray<number>): number =>
  treeOf(roots).reduce((sum, pid) => sum + residentBytes(pid), 0)

/** Bytes of a process in memory. */
export const residentBytes = (pid: number): number => {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]
  if (kilobytes === undefined) throw new Error(`the system does not tell the memory of ${pid}`)
  return Number(kilobytes) * 1_024
}
