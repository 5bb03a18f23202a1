/** Reactivity by key for data in plain maps: a reader runs again for its own key only. */
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
      // A computation that runs again reads again, so forget only readers that do not return.
      if (--kept.readers === 0)
        queueMicrotask(() => {
          if (kept.readers === 0 && this.#byKey.get(key) === kept) this.#byKey.delete(key)
        })
    })
  }

  dirty(key: K): void {
    this.#byKey.get(key)?.write()
  }

  /** Returns the keys that have readers. */
  keys(): ReadonlyArray<K> {
    return [...this.#byKey.keys()]
  }
}
