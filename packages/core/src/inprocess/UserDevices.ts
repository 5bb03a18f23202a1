/**
 * One user's devices with what others see of the user, and how both change with what gateways say. Pure: the same
 * object when nothing changes.
 */
import type { DeviceId, InstanceId } from "../domain/Ids.ts"
import type { DeviceReport } from "../ports/Presence.ts"
import { advance, aggregate, type ConnectedDevice, type UserRecord } from "./UserRecord.ts"

/** A device's instance at a gateway. */
export interface HeldDevice extends ConnectedDevice {
  /** That gateway, or one life of it. */
  readonly node: string
  readonly deviceId: DeviceId
  readonly instance: InstanceId
}

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
