/** Things that fall due, earliest first. Cancelling is a mark; marked entries leave when they outnumber the others. */

export interface HeapEntry {
  readonly dueMs: number
  /** Breaks ties: of two entries due together the one armed first comes first. */
  readonly order: number
  /** False once cancelled. */
  readonly live: boolean
}

const before = (a: HeapEntry, b: HeapEntry): boolean => a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order)

/** Below this many cancelled entries a sweep is not worth it. */
const sweepFrom = 64

export class TimerHeap<Entry extends HeapEntry> {
  private entries: Array<Entry> = []
  private cancelled = 0

  /** Entries held, cancelled ones included. */
  get size(): number {
    return this.entries.length
  }

  /** Entries that may still fall due. */
  get armed(): number {
    return this.entries.length - this.cancelled
  }

  push(entry: Entry): void {
    this.entries.push(entry)
    this.siftUp(this.entries.length - 1)
  }

  /** To be called once for an entry of this heap that has just become dead. Amortised constant. */
  noteCancelled(): void {
    this.cancelled++
    if (this.cancelled < sweepFrom || this.cancelled * 2 < this.entries.length) return
    this.entries = this.entries.filter((entry) => entry.live)
    this.cancelled = 0
    for (let index = (this.entries.length >> 1) - 1; index >= 0; index--) this.siftDown(index)
  }

  /** The earliest live entry, left in place. */
  peek(): Entry | undefined {
    let first = this.entries[0]
    while (first !== undefined && !first.live) {
      this.removeFirst()
      this.cancelled--
      first = this.entries[0]
    }
    return first
  }

  /** Takes out what `peek` just returned. */
  removeFirst(): void {
    const last = this.entries.pop()
    if (last === undefined || this.entries.length === 0) return
    this.entries[0] = last
    this.siftDown(0)
  }

  private siftUp(from: number): void {
    const { entries } = this
    const entry = entries[from]
    if (entry === undefined) return
    let index = from
    while (index > 0) {
      const parentIndex = (index - 1) >> 1
      const parent = entries[parentIndex]
      if (parent === undefined || before(parent, entry)) break
      entries[index] = parent
      index = parentIndex
    }
    entries[index] = entry
  }

  private siftDown(from: number): void {
    const { entries } = this
    const entry = entries[from]
    if (entry === undefined) return
    let index = from
    for (;;) {
      const leftIndex = 2 * index + 1
      const left = entries[leftIndex]
      if (left === undefined) break
      const right = entries[leftIndex + 1]
      const rightIsLess = right !== undefined && before(right, left)
      const least = rightIsLess ? right : left
      if (before(entry, least)) break
      entries[index] = least
      index = rightIsLess ? leftIndex + 1 : leftIndex
    }
    entries[index] = entry
  }
}
