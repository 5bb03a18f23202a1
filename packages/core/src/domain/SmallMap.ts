/**
 * A map for owners that mostly have no or few entries, such as ten thousand idle sockets. A Map reserves room for some
 * entries from the start; this one uses a list until there are more than a few, and shares one list among all empty
 * maps.
 *
 * A loop visits the entries that exist at its beginning and still exist; it may skip later ones.
 */

/** Up to this size, lookups scan the list. */
const few = 8

type Pairs = ReadonlyArray<unknown>
const none: Pairs = []

export class SmallMap<Key, Value> {
  /** Keys and values in turn. The list is replaced and never changed, so that a loop keeps its own. */
  private held: Pairs | Map<Key, Value> = none

  get size(): number {
    return this.held instanceof Map ? this.held.size : this.held.length / 2
  }

  get(key: Key): Value | undefined {
    const { held } = this
    if (held instanceof Map) return held.get(key)
    const at = placeOf(held, key)
    return at < 0 ? undefined : (held[at + 1] as Value)
  }

  has(key: Key): boolean {
    return this.held instanceof Map ? this.held.has(key) : placeOf(this.held, key) >= 0
  }

  set(key: Key, value: Value): this {
    const { held } = this
    if (held instanceof Map) held.set(key, value)
    else if (placeOf(held, key) >= 0) this.held = held.with(placeOf(held, key) + 1, value)
    // No spreading: an array that grew has room for sixteen more.
    else if (held.length < 2 * few) this.held = held.concat([key, value])
    else this.held = new Map(this).set(key, value)
    return this
  }

  delete(key: Key): boolean {
    const { held } = this
    if (held instanceof Map) {
      const was = held.delete(key)
      if (held.size === 0) this.held = none
      return was
    }
    const at = placeOf(held, key)
    if (at < 0) return false
    this.held = held.length === 2 ? none : held.toSpliced(at, 2)
    return true
  }

  clear(): void {
    this.held = none
  }

  keys(): Iterator<Key> & Iterable<Key> {
    return this.held instanceof Map ? this.held.keys() : this.each((key) => key)
  }

  values(): Iterator<Value> & Iterable<Value> {
    return this.held instanceof Map ? this.held.values() : this.each((_, value) => value)
  }

  [Symbol.iterator](): Iterator<[Key, Value]> & Iterable<[Key, Value]> {
    return this.held instanceof Map ? this.held.entries() : this.each((key, value) => [key, value])
  }

  /**
   * Loops as over `values()`, without a generator. Code that runs for each message and recipient uses no generators.
   */
  forEach(visit: (value: Value) => void): void {
    const { held } = this
    if (held instanceof Map) {
      for (const value of held.values()) visit(value as Value)
      return
    }
    for (let at = 0; at < held.length; at += 2) {
      const key = held[at] as Key
      if (this.held === held) visit(held[at + 1] as Value)
      else if (this.has(key)) visit(this.get(key) as Value)
    }
  }

  private *each<A>(give: (key: Key, value: Value) => A): Generator<A> {
    const pairs = this.held as Pairs
    for (let at = 0; at < pairs.length; at += 2) {
      const key = pairs[at] as Key
      if (this.held === pairs || this.has(key))
        yield give(key, this.held === pairs ? (pairs[at + 1] as Value) : (this.get(key) as Value))
    }
  }
}

const placeOf = (pairs: Pairs, key: unknown): number => {
  for (let at = 0; at < pairs.length; at += 2) if (pairs[at] === key) return at
  return -1
}
