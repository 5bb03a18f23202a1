/** What a process of a test run started ends with it, also when it has no time to tidy up: vitest exits at once by a signal, and its forks are not told. */

const endings = new Set<() => void>()
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
