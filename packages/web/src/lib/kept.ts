/**
 * Small values in this browser's localStorage, shared by its tabs. Where that is forbidden, they live as long as the
 * page.
 */

export interface Kept {
  readonly get: (key: string) => string | undefined
  /** Undefined removes it. */
  readonly set: (key: string, value: string | undefined) => void
  /** Another tab changed a value. Answers how to end it. */
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
        // Full or forbidden: the page goes on with what it has in memory.
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

/** Undefined where the browser forbids even to look. */
export const storageOf = (name: "localStorage" | "sessionStorage"): Storage | undefined => {
  try {
    return window[name]
  } catch {
    return undefined
  }
}
