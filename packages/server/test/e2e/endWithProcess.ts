/** What a process of a test run started ends with it, also when it has no time to tidy up: vitest exits at once by a signal, and its forks are not told; a command is ended by it. */

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

const arm = (): void => {
  if (isArmed) return
  isArmed = true
  process.once("exit", endAll)
  // Of a command, which nobody else would have exit by a signal. Whoever listens to it besides decides himself when it ends.
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
