/** Device cursors on their way to where they are kept: the highest of each log, until they are taken. */
import type { ConversationId, DeviceId } from "@hibiki/core/domain/Ids"

export type CursorBatch = ReadonlyArray<readonly [DeviceId, ReadonlyArray<readonly [ConversationId, number]>]>

export class CursorBuffer {
  readonly #max: number
  /** In the order in which they were raised first. */
  readonly #devices = new Map<DeviceId, Map<ConversationId, number>>()
  #pairs = 0

  /** Over `max` pairs the devices that wait longest are dropped: they state their cursors again in their next hello. */
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

  /** At most `most` pairs of those that wait longest; of a device with more of them a part. */
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
