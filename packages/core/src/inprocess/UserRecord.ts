/**
 * What others see of one user, made from what gateways said of its devices, and how that changed. Pure: time comes in
 * with what is told.
 */
import type { DeviceId, InstanceId, UserId } from "../domain/Ids.ts"
import type { DeviceKind, PresenceState, UserPresence } from "../domain/Presence.ts"
import type { DeviceReport, PresenceStep } from "../ports/Presence.ts"

/** Changes that are kept of a user; beyond it the oldest go. */
export const stepsMax = 128
/** So far back steps are kept (ms), with the last one before. */
export const stepsForMs = 3_600_000

export interface ConnectedDevice {
  readonly kind: DeviceKind
  readonly state: Exclude<PresenceState, "offline">
}

/** What others see, but for whom it is about. */
export type Shown = Omit<UserPresence, "userId">

/** One user as kept by a backend. `shown` is what others saw after the last change. */
export interface UserRecord {
  readonly shown: Shown
  /** Ascending by `at`. */
  readonly steps: ReadonlyArray<Omit<PresenceStep, "userId">>
}

export const unknownUser: UserRecord = { shown: { state: "offline", kinds: [] }, steps: [] }

/** Of most users who are there: one array for all of them. */
const onlyKind: Readonly<Record<DeviceKind, ReadonlyArray<DeviceKind>>> = {
  browser: ["browser"],
  terminal: ["terminal"],
  bot: ["bot"]
}

/** The best of the devices and their kinds; of an invisible user nothing. */
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
 * The record after what is to be seen may have changed at `at`: the same object when others see nothing new. Time never
 * goes back in it.
 */
export const advance = (record: UserRecord, next: Pick<Shown, "state" | "kinds">, at: number): UserRecord => {
  const { shown, steps } = record
  if (next.state === shown.state) {
    return sameKinds(next.kinds, shown.kinds) ? record : { shown: { ...shown, kinds: next.kinds }, steps }
  }
  const since = Math.max(at, shown.since ?? at)
  // Field by field, and by `concat`: a copy by spreading has a shape of its own, an array that grew has room for
  // sixteen more.
  const { kinds, state } = next
  return { shown: { state, kinds, since }, steps: trimSteps(steps.concat({ state, at: since }), since) }
}

/** Without the steps that are too old, but for the last of them: it says how things stood. */
export const trimSteps = (steps: UserRecord["steps"], now: number): UserRecord["steps"] => {
  const firstInside = steps.findIndex(({ at }) => at > now - stepsForMs)
  const from = Math.max(steps.length - stepsMax, (firstInside < 0 ? steps.length : firstInside) - 1)
  return from > 0 ? steps.slice(from) : steps
}

/** Those after `since`, with the last one at or before it. */
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
 * One user's devices with what others see of the user, and how both change with what gateways say. Pure: the same
 * object when nothing changes.
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
  // An array made so has no room for more: most users have one device.
  const devices = user.devices.filter((held) => held !== before).concat({ node, deviceId, instance, kind, state })
  return settle(user, invisible, devices, at)
}

/** Without the devices of a gateway. */
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
