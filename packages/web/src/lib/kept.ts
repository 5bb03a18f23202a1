/**
 * Small values in this browser's localStorage, shared by its tabs. If the browser forbids it, they last as long as the
 * page.
 */

export interface Kept {
  readonly get: (key: string) => string | undefined
  /** Undefined removes it. */
  readonly set: (key: string, value: string | undefined) => void
  /** Calls the listener when another tab changes a value. Returns the function that unsubscribes. */
  readonly onOther: (listener: (key: string, value: string | undefined) => void) => () => void
}

export const keptIn = (
  storage: Storage | undefined,
  target: Pick<Window, "addEventListener" | "removeEventListener">
): Kept => {
  const memory = new Map<string, string>()
  return {
    get: (key) => {
      try {
        return storage?.getItem(key) ?? memory.get(key)
      } catch {
        return memory.get(key)
      }
    },
    set: (key, value) => {
      if (value === undefined) memory.delete(key)
      else memory.set(key, value)
      try {
        if (value === undefined) storage?.removeItem(key)
        else storage?.setItem(key, value)
      } catch {
        // Full or forbidden: the page continues with the values in memory.
      }
    },
    onOther: (listener) => {
      const hear = (event: StorageEvent) => {
        if (event.key === null) return
        if (event.newValue === null) memory.delete(event.key)
        else memory.set(event.key, event.newValue)
        listener(event.key, event.newValue ?? undefined)
      }
      target.addEventListener("storage", hear)
      return () => target.removeEventListener("storage", hear)
    }
  }
}

/** Undefined if the browser forbids even reading the property. */
export const storageOf = (name: "localStorage" | "sessionStorage"): Storage | undefined => {
  try {
    return window[name]
  } catch {
    return undefined
  }
}
