/**
 * One user's presence as others see it, made from the gateways' reports about their devices, and its history. Pure:
 * each report passes the time.
 */
import type { DeviceId, InstanceId, UserId } from "../domain/Ids.ts"
import type { DeviceKind, PresenceState, UserPresence } from "../domain/Presence.ts"
import type { DeviceReport, PresenceStep } from "../ports/Presence.ts"

/** The most changes of a user; beyond it the oldest are dropped. */
export const stepsMax = 128
/** How far back steps are stored (ms), and the last one before. */
export const stepsForMs = 3_600_000

export interface ConnectedDevice {
  readonly kind: DeviceKind
  readonly state: Exclude<PresenceState, "offline">
}

/** A user's visible presence, without the user's id. */
export type Shown = Omit<UserPresence, "userId">

/** One user as stored by a backend. `shown` is the visible presence after the last change. */
export interface UserRecord {
  readonly shown: Shown
  /** Ascending by `at`. */
  readonly steps: ReadonlyArray<Omit<PresenceStep, "userId">>
}

export const unknownUser: UserRecord = { shown: { state: "offline", kinds: [] }, steps: [] }

/** For most online users: one array for all of them. */
const onlyKind: Readonly<Record<DeviceKind, ReadonlyArray<DeviceKind>>> = {
  browser: ["browser"],
  terminal: ["terminal"],
  bot: ["bot"]
}

/** The best state of the devices and their kinds; for an invisible user nothing. */
export const aggregate = (devices: Iterable<ConnectedDevice>, invisible: boolean): Pick<Shown, "state" | "kinds"> => {
  if (invisible) return { state: "offline", kinds: [] }
  const kinds = new Set<DeviceKind>()
  let state: PresenceState = "offline"
  for (const device of devices) {
    kinds.add(device.kind)
    if (device.state === "active" || state === "offline") state = device.state
  }
  const [only] = kinds
  return { state, kinds: kinds.size === 1 && only !== undefined ? onlyKind[only] : [...kinds].sort() }
}

/**
 * Returns the record after a possible change at `at`: the same object if nothing visible changed. Its times never
 * decrease.
 */
export const advance = (record: UserRecord, next: Pick<Shown, "state" | "kinds">, at: number): UserRecord => {
  const { shown, steps } = record
  if (next.state === shown.state) {
    return sameKinds(next.kinds, shown.kinds) ? record : { shown: { ...shown, kinds: next.kinds }, steps }
  }
  const since = Math.max(at, shown.since ?? at)
  // Field by field, and by `concat`: a copy by spreading has a shape of its own, and an array that grew has room for
  // sixteen more.
  const { kinds, state } = next
  return { shown: { state, kinds, since }, steps: trimSteps(steps.concat({ state, at: since }), since) }
}

/** Removes the steps that are too old, except the last of them: it has the state at the beginning. */
export const trimSteps = (steps: UserRecord["steps"], now: number): UserRecord["steps"] => {
  const firstInside = steps.findIndex(({ at }) => at > now - stepsForMs)
  const from = Math.max(steps.length - stepsMax, (firstInside < 0 ? steps.length : firstInside) - 1)
  return from > 0 ? steps.slice(from) : steps
}

/** The steps after `since`, and the last one at or before it. */
export const stepsSince = (userId: UserId, { steps }: UserRecord, since: number): ReadonlyArray<PresenceStep> => {
  const firstAfter = steps.findIndex(({ at }) => at > since)
  const from = Math.max(0, (firstAfter < 0 ? steps.length : firstAfter) - 1)
  return steps.slice(from).map((step) => ({ userId, ...step }))
}

const sameKinds = (a: ReadonlyArray<DeviceKind>, b: ReadonlyArray<DeviceKind>): boolean =>
  a.length === b.length && a.every((kind, i) => kind === b[i])

/** A device's instance at a gateway. */
export interface HeldDevice extends ConnectedDevice {
  /** That gateway, or one life of it. */
  readonly node: string
  readonly deviceId: DeviceId
  readonly instance: InstanceId
}

/**
 * One user's devices with their visible presence, and how gateways' reports change both. Pure: the same object if
 * nothing changes.
 */
export interface UserDevices {
  readonly record: UserRecord
  readonly invisible: boolean
  readonly devices: ReadonlyArray<HeldDevice>
}

export const takeReport = (user: UserDevices, node: string, report: DeviceReport): UserDevices => {
  const { at, deviceId, instance, invisible, kind, state } = report
  const same = (held: HeldDevice) => held.node === node && held.deviceId === deviceId && held.instance === instance
  const before = user.devices.find(same)
  if (state === "offline") {
    if (user.devices.length === 0 || (before === undefined && user.invisible === invisible)) return user
    return settle(
      user,
      invisible,
      before === undefined ? user.devices : user.devices.filter((held) => held !== before),
      at
    )
  }
  if (before?.state === state && before.kind === kind && user.invisible === invisible) return user
  // Such an array has no spare room: most users have one device.
  const devices = user.devices.filter((held) => held !== before).concat({ node, deviceId, instance, kind, state })
  return settle(user, invisible, devices, at)
}

/** Removes the devices of a gateway. */
export const dropNode = (user: UserDevices, node: string, at: number): UserDevices =>
  user.devices.some((held) => held.node === node)
    ? settle(
        user,
        user.invisible,
        user.devices.filter((held) => held.node !== node),
        at
      )
    : user

const settle = (
  { record }: UserDevices,
  invisible: boolean,
  devices: ReadonlyArray<HeldDevice>,
  at: number
): UserDevices => ({
  record: advance(record, aggregate(devices, invisible), at),
  invisible,
  devices
})

/** Whether one of them is in use. */
export const isInUse = (devices: ReadonlyArray<HeldDevice>): boolean => devices.some(({ state }) => state === "active")
