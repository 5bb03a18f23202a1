/**
 * All users of one process with what their devices are known to do, and those who left. Synchronous; every change says
 * of whom others see something new.
 */

import { Effect } from "effect"
import type { NodeId, UserId } from "../domain/Ids.ts"
import { logThrown, makeListeners } from "../fibers/Listeners.ts"
import type { DeviceReport, Presence } from "../ports/Presence.ts"
import {
  dropNode,
  isInUse,
  takeReport,
  trimSteps,
  type UserDevices,
  type UserRecord,
  unknownUser
} from "./UserRecord.ts"

/** How many of those that left earliest are looked at, for old steps, when one more leaves. */
const trimmedPerTurn = 2

export class PresenceBook {
  private readonly online = new Map<UserId, UserDevices>()
  /** In the order in which they left. */
  private readonly offline = new Map<UserId, UserRecord>()
  /** Those of them whose steps may still be too many, in the same order. */
  private readonly untrimmed = new Set<UserId>()

  /**
   * Users with devices are bounded by the gateways, which count their sockets. Of those without the one that left
   * earliest is forgotten over `offlineMax`.
   */
  constructor(private readonly offlineMax: number) {}

  recordOf(userId: UserId): UserRecord {
    return this.online.get(userId)?.record ?? this.offline.get(userId) ?? unknownUser
  }

  /** Whether a device of this user is in use, whatever others see. */
  isActive(userId: UserId): boolean {
    return isInUse(this.online.get(userId)?.devices ?? [])
  }

  /** Whether others see something new. */
  take(node: NodeId, report: DeviceReport): boolean {
    const { at, userId } = report
    const before = this.online.get(userId) ?? { record: this.recordOf(userId), invisible: false, devices: [] }
    return this.settle(userId, before, takeReport(before, node, report), at)
  }

  /** Removes all devices of a gateway. */
  drop(node: NodeId, at: number): ReadonlyArray<UserId> {
    return [...this.online]
      .filter(([userId, user]) => this.settle(userId, user, dropNode(user, node, at), at))
      .map(([userId]) => userId)
  }

  /** Everything is gone. */
  clear(): void {
    this.online.clear()
    this.offline.clear()
    this.untrimmed.clear()
  }

  private settle(userId: UserId, before: UserDevices, after: UserDevices, at: number): boolean {
    if (after === before) return false
    this.online.delete(userId)
    if (after.devices.length === 0) this.remember(userId, after.record, at)
    else {
      this.online.set(userId, after)
      this.offline.delete(userId)
      this.untrimmed.delete(userId)
    }
    return after.record !== before.record
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

/** Who in this process is told of changes in presence, and which gateways of losses. */
export const makePresenceListeners = () => {
  const changes = makeListeners<ReadonlyArray<UserId> | undefined>()
  const losses = makeListeners<ReadonlyArray<NodeId> | undefined>()
  const whenLost: Presence["Type"]["whenLost"] = (node, listener) =>
    losses.listen((lost) => {
      if (lost === undefined || lost.includes(node)) listener()
    })
  /** Undefined: of all. */
  const tell = <Of>({
    tell: toldOf
  }: {
    readonly tell: (of: ReadonlyArray<Of> | undefined) => ReadonlyArray<unknown>
  }) => {
    return (of?: ReadonlyArray<Of>): Effect.Effect<void> =>
      of?.length === 0 ? Effect.void : Effect.suspend(() => logThrown("A listener of presence threw", toldOf(of)))
  }
  return {
    listen: changes.listen satisfies Presence["Type"]["listen"],
    whenLost,
    /** Users of whom others may see something new. */
    tell: tell(changes),
    /** What these gateways have reported may be lost. */
    lose: tell(losses)
  } as const
}
