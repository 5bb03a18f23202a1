/** All users of one process with what their devices are known to do, and those who left. Synchronous; every change says of whom others see something new. */
import type { DeviceId, InstanceId, NodeId, UserId } from "../domain/Ids.ts"
import type { DeviceReport } from "./Presence.ts"
import { advance, aggregate, type ConnectedDevice, trimSteps, type UserRecord, unknownUser } from "./UserRecord.ts"

/** A device's instance at a gateway. */
type Place = `${NodeId}/${DeviceId}/${InstanceId}`

interface Kept {
  record: UserRecord
  invisible: boolean
  readonly devices: Map<Place, ConnectedDevice & { readonly node: NodeId }>
}

/** How many of those that left earliest are looked at, for old steps, when one more leaves. */
const trimmedPerTurn = 2

export class PresenceBook {
  private readonly online = new Map<UserId, Kept>()
  /** In the order in which they left. */
  private readonly offline = new Map<UserId, UserRecord>()
  /** Those of them whose steps may still be too many, in the same order. */
  private readonly untrimmed = new Set<UserId>()

  /** Users with devices are bounded by the gateways, which count their sockets. Of those without the one that left earliest is forgotten over `offlineMax`. */
  constructor(private readonly offlineMax: number) {}

  recordOf(userId: UserId): UserRecord {
    return this.online.get(userId)?.record ?? this.offline.get(userId) ?? unknownUser
  }

  /** Whether others see something new. */
  take(node: NodeId, report: DeviceReport): boolean {
    const { at, deviceId, instance, invisible, kind, state, userId } = report
    if (state === "offline" && !this.online.has(userId)) return false
    const kept = this.keptOf(userId)
    const place: Place = `${node}/${deviceId}/${instance}`
    kept.invisible = invisible
    if (state === "offline") kept.devices.delete(place)
    else kept.devices.set(place, { node, kind, state })
    return this.settle(userId, kept, at)
  }

  /** Removes all devices of a gateway. */
  drop(node: NodeId, at: number): ReadonlyArray<UserId> {
    const changed: Array<UserId> = []
    for (const [userId, kept] of [...this.online]) {
      for (const [place, device] of kept.devices) if (device.node === node) kept.devices.delete(place)
      if (this.settle(userId, kept, at)) changed.push(userId)
    }
    return changed
  }

  private keptOf(userId: UserId): Kept {
    const known = this.online.get(userId)
    if (known !== undefined) return known
    const kept: Kept = { record: this.recordOf(userId), invisible: false, devices: new Map() }
    this.online.set(userId, kept)
    this.offline.delete(userId)
    this.untrimmed.delete(userId)
    return kept
  }

  private settle(userId: UserId, kept: Kept, at: number): boolean {
    const before = kept.record
    kept.record = advance(before, aggregate(kept.devices.values(), kept.invisible), at)
    if (kept.devices.size === 0) {
      this.online.delete(userId)
      this.remember(userId, kept.record, at)
    }
    return kept.record !== before
  }

  private remember(userId: UserId, record: UserRecord, now: number): void {
    // Never seen by others: there is nothing to remember.
    if (record === unknownUser) return
    this.offline.set(userId, record)
    this.untrimmed.add(userId)
    this.trimOldest(now)
    if (this.offline.size <= this.offlineMax) return
    for (const oldest of this.offline.keys()) {
      this.offline.delete(oldest)
      this.untrimmed.delete(oldest)
      return
    }
  }

  private trimOldest(now: number): void {
    let left = trimmedPerTurn
    for (const userId of this.untrimmed) {
      const record = this.offline.get(userId) ?? unknownUser
      const steps = trimSteps(record.steps, now)
      if (steps !== record.steps) this.offline.set(userId, { ...record, steps })
      // Those behind left later still.
      if (steps.length > 1) return
      this.untrimmed.delete(userId)
      if (--left === 0) return
    }
  }
}
