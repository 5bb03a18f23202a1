/**
 * A user's devices as the fields of a hash, and the steps as texts. Only our own processes write them, so the codec
 * checks nothing but their form.
 */
import type { DeviceId, InstanceId } from "@hibiki/core/domain/Ids"
import type { DeviceKind } from "@hibiki/core/domain/Presence"
import {
  type HeldDevice,
  type Shown,
  trimSteps,
  type UserDevices,
  type UserRecord,
  unknownUser
} from "@hibiki/core/inprocess/UserRecord"

/** A user as read: without steps, so that the steps of a result are the new ones. */
export interface VersionedUser extends UserDevices {
  /** Empty if Redis has nothing about this user. */
  readonly version: string
}

/** Field and value in turn, as HGETALL answers. */
export const userOf = (fields: ReadonlyArray<string>): VersionedUser => {
  let version = ""
  let shown = unknownUser.shown
  let invisible = false
  const devices: Array<HeldDevice> = []
  for (let i = 0; i < fields.length; i += 2) {
    const [field = "", value = ""] = [fields[i], fields[i + 1]]
    if (field === "version") version = value
    else if (field === "shown") shown = shownOf(value)
    else if (field === "invisible") invisible = value === "1"
    else devices.push(deviceOf(field, value))
  }
  return { version, record: { shown, steps: [] }, invisible, devices }
}

/**
 * Without the version. A device's field also names the gateway: an instance is at two gateways until the first notices
 * that its client has moved on. Older versions read only the part in front of it. Empty if nothing needs to be stored,
 * since others have never seen the user.
 */
export const fieldsOf = ({ devices, invisible, record: { shown } }: UserDevices): ReadonlyArray<string> => {
  if (devices.length === 0 && shown.since === undefined) return []
  return [
    "shown",
    JSON.stringify(shown),
    "invisible",
    invisible ? "1" : "0",
    ...devices.flatMap(({ deviceId, instance, kind, node, state }) => [
      `${deviceId}/${instance}/${node}`,
      `${node} ${kind} ${state}`
    ])
  ]
}

export const shownOf = (text: string | null): Shown => (text === null ? unknownUser.shown : (JSON.parse(text) as Shown))

export const stepText = ({ at, state }: UserRecord["steps"][number]): string => `${at} ${state}`

/**
 * Steps live for a while after the last of them. Of the earlier ones only the last still matters, and `shown` contains
 * it.
 */
export const stepsOf = (shown: Shown, texts: ReadonlyArray<string>): UserRecord["steps"] => {
  if (texts.length === 0) return shown.since === undefined ? [] : [{ state: shown.state, at: shown.since }]
  const steps = texts.map((text) => {
    const [at, state] = text.split(" ") as [string, Shown["state"]]
    return { state, at: Number(at) }
  })
  return trimSteps(steps, steps.at(-1)?.at ?? 0)
}

const deviceOf = (field: string, value: string): HeldDevice => {
  const [deviceId, instance] = field.split("/") as [DeviceId, InstanceId]
  const [node, kind, state] = value.split(" ") as [string, DeviceKind, HeldDevice["state"]]
  return { node, deviceId, instance, kind, state }
}
