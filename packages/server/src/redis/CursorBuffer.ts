/** Device cursors on their way to storage: the highest of each log, until `take` returns them. */
import type { ConversationId, DeviceId } from "@hibiki/core/domain/Ids"

export type CursorBatch = ReadonlyArray<readonly [DeviceId, ReadonlyArray<readonly [ConversationId, number]>]>

export class CursorBuffer {
  readonly #max: number
  /** In the order in which the devices first raised a cursor. */
  readonly #devices = new Map<DeviceId, Map<ConversationId, number>>()
  #pairs = 0

  /**
   * Over `max` pairs the buffer drops the devices that have waited longest: they send their cursors again in their next
   * hello.
   */
  constructor(max: number) {
    this.#max = max
  }

  get isEmpty(): boolean {
    return this.#devices.size === 0
  }

  has(device: DeviceId): boolean {
    return this.#devices.has(device)
  }

  raise(device: DeviceId, pairs: Iterable<readonly [ConversationId, number]>): void {
    const cursors = this.#devices.get(device) ?? new Map<ConversationId, number>()
    this.#pairs -= cursors.size
    for (const [log, seq] of pairs) cursors.set(log, Math.max(cursors.get(log) ?? 0, seq))
    this.#pairs += cursors.size
    if (cursors.size > 0) this.#devices.set(device, cursors)
    for (const longest of this.#devices.keys()) {
      if (this.#pairs <= this.#max) return
      this.drop(longest)
    }
  }

  drop(device: DeviceId): void {
    this.#pairs -= this.#devices.get(device)?.size ?? 0
    this.#devices.delete(device)
  }

  /**
   * Returns at most `most` pairs of the devices that have waited longest. A device with more pairs gives a part of
   * them.
   */
  take(most: number): CursorBatch {
    const batch: Array<readonly [DeviceId, ReadonlyArray<readonly [ConversationId, number]>]> = []
    let left = most
    for (const [device, cursors] of this.#devices) {
      const mine = [...cursors].slice(0, left)
      for (const [log] of mine) cursors.delete(log)
      if (cursors.size === 0) this.#devices.delete(device)
      batch.push([device, mine])
      left -= mine.length
      if (left === 0) break
    }
    this.#pairs -= most - left
    return batch
  }
}
