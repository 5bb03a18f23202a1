/**
 * What a process of a test run started ends with it, also when it has no time to tidy up: vitest exits at once by a
 * signal, and its forks are not told; a command is ended by it.
 */

import { type ChildProcess, spawn } from "node:child_process"

const endings = new Set<() => void>()
/** As shells tell of them, by the number above 128. */
const signals = [
  ["SIGHUP", 1],
  ["SIGINT", 2],
  ["SIGTERM", 15]
] as const
let isArmed = false

/** `end` must not wait for anything. Gives back how to say that there is nothing to end any more. */
export const endWithProcess = (end: () => void): (() => void) => {
  arm()
  endings.add(end)
  return () => void endings.delete(end)
}

/**
 * Has a command of the shell run when this process ends without a word, by SIGKILL or a crash. Gives back how to say
 * that it is not wanted any more.
 * Of what was started for others to end: children that are told of the end by their own channel need none.
 */
export const afterDeath = (command: string): (() => void) => {
  watch ??= startWatch()
  watch.stdin?.write(`+${command}\n`)
  return () => void watch?.stdin?.write(`-${command}\n`)
}

let watch: ChildProcess | undefined

/**
 * It reads what to do until this process's end of the pipe is closed, by whatever. In a group of its own, no Ctrl-C of
 * a terminal reaches it.
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
  // Of a command, which nobody else would have exit by a signal. Whoever listens to it besides decides himself when it
  // ends.
  if (process.send === undefined)
    for (const [signal, number] of signals)
      process.on(signal, () => {
        if (process.listenerCount(signal) === 1) process.exit(128 + number)
      })
  // Of a fork. Vitest does not let it exit by itself.
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
