/**
 * All users of one process with the known activity of their devices, and the users who left. Synchronous; every change
 * returns the users whose visible presence changed.
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

/** When a user leaves, this many of those who left earliest are checked for old steps. */
const trimmedPerTurn = 2

export class PresenceBook {
  private readonly online = new Map<UserId, UserDevices>()
  /** In the order in which they left. */
  private readonly offline = new Map<UserId, UserRecord>()
  /** Those of them that may still have too many steps, in the same order. */
  private readonly untrimmed = new Set<UserId>()

  /**
   * The gateways bound the users with devices, by counting their sockets. Of the others, the one that left earliest is
   * forgotten beyond `offlineMax`.
   */
  constructor(private readonly offlineMax: number) {}

  recordOf(userId: UserId): UserRecord {
    return this.online.get(userId)?.record ?? this.offline.get(userId) ?? unknownUser
  }

  /** Whether a device of this user is in use, even if others see the user as offline. */
  isActive(userId: UserId): boolean {
    return isInUse(this.online.get(userId)?.devices ?? [])
  }

  /** Everybody with a device, also those whom others see as offline. */
  get connected(): ReadonlyArray<UserId> {
    return [...this.online.keys()]
  }

  /** Returns whether the user's visible presence changed. */
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

  /** Forgets everything. */
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
    // Others never saw the user: there is nothing to remember.
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
      // The users after this one left even later.
      if (steps.length > 1) return
      this.untrimmed.delete(userId)
      if (--left === 0) return
    }
  }
}

/** The listeners of this process for changes in presence, and its gateways' listeners for losses. */
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
    /** Users whose visible presence may have changed. */
    tell: tell(changes),
    /** The reports of these gateways may be lost. */
    lose: tell(losses)
  } as const
}
