/** Reactivity by key for data that lives in plain maps: a reader is told of its own key only. */
import { createSignal, getListener, onCleanup } from "solid-js"

export class Triggers<K> {
  readonly #byKey = new Map<K, { readonly read: () => void; readonly write: () => void; readers: number }>()

  /** Subscribes the calling computation to the key; does nothing outside of one. */
  track(key: K): void {
    if (getListener() === null) return
    let trigger = this.#byKey.get(key)
    if (trigger === undefined) {
      const [read, write] = createSignal(undefined, { equals: false })
      trigger = { read, write: () => write(undefined), readers: 0 }
      this.#byKey.set(key, trigger)
    }
    const kept = trigger
    kept.readers++
    kept.read()
    onCleanup(() => {
      // A computation that runs again reads again: only who stays away is forgotten.
      if (--kept.readers === 0)
        queueMicrotask(() => {
          if (kept.readers === 0 && this.#byKey.get(key) === kept) this.#byKey.delete(key)
        })
    })
  }

  dirty(key: K): void {
    this.#byKey.get(key)?.write()
  }

  /** Keys that somebody reads. */
  keys(): ReadonlyArray<K> {
    return [...this.#byKey.keys()]
  }
}
