/**
 * Ends the processes that a test run started, however the run ends. Vitest exits at once on a signal and does not tell
 * its forks; a SIGKILL leaves no time at all.
 */

import { type ChildProcess, spawn } from "node:child_process"

const endings = new Set<() => void>()
/** Exit codes as in a shell: 128 and the number of the signal. */
const signals = [
  ["SIGHUP", 1],
  ["SIGINT", 2],
  ["SIGTERM", 15]
] as const
let isArmed = false

/** Calls `end` before this process exits. It must not wait for anything. Returns a function that takes it back. */
export const endWithProcess = (end: () => void): (() => void) => {
  arm()
  endings.add(end)
  return () => void endings.delete(end)
}

/** Runs a shell command after this process is dead, also by SIGKILL or a crash. Returns a function that takes it back. */
export const afterDeath = (command: string): (() => void) => {
  watch ??= startWatch()
  watch.stdin?.write(`+${command}\n`)
  return () => void watch?.stdin?.write(`-${command}\n`)
}

/** Ends this child with the process that started it, whatever ends that one: it exits, is signalled or killed. */
export const endChildWithProcess = (child: ChildProcess, signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): void => {
  const forgets = [
    endWithProcess(() => child.kill(signal)),
    child.pid === undefined ? () => undefined : afterDeath(`kill -s ${signal.slice("SIG".length)} ${child.pid}`)
  ]
  child.once("exit", () => {
    for (const forget of forgets) forget()
  })
}

let watch: ChildProcess | undefined

/**
 * Reads commands until this process's end of the pipe closes, then runs those that are left. In a group of its own, no
 * Ctrl-C of a terminal reaches it.
 */
const startWatch = (): ChildProcess => {
  const script =
    "/^\\+/ { wanted[substr($0, 2)] = 1 } /^-/ { delete wanted[substr($0, 2)] } END { for (command in wanted) system(command) }"
  const child = spawn("awk", [script], { detached: true, stdio: ["pipe", "ignore", "ignore"] })
  for (const each of [child, child.stdin]) each.on("error", () => undefined)
  child.unref()
  // It must not keep this process running.
  if ("unref" in child.stdin && typeof child.stdin.unref === "function") child.stdin.unref()
  return child
}

const arm = (): void => {
  if (isArmed) return
  isArmed = true
  process.once("exit", endAll)
  // A command that handles no signal must exit by one. Another listener decides by itself when the process ends.
  if (process.send === undefined)
    for (const [signal, number] of signals)
      process.on(signal, () => {
        if (process.listenerCount(signal) === 1) process.exit(128 + number)
      })
  // A fork of vitest never exits by itself.
  process.once("disconnect", () => {
    endAll()
    process.kill(process.pid, "SIGKILL")
  })
}

const endAll = (): void => {
  for (const end of endings) {
    try {
      end()
    } catch {
      // The others must end as well.
    }
  }
}
