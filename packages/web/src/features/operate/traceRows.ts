/** A message's way as rows of tables. Pure. */
import type { MessageTrace, TracedPerson } from "@hibiki/core/domain/MessageTrace"

export interface DeviceTraceRow {
  readonly key: string
  readonly person: TracedPerson
  readonly device: TracedPerson["devices"][number] | undefined
  /** Undefined: the message is not stored, or the person has no device. */
  readonly has: boolean | undefined
  readonly isRead: boolean | undefined
  /** The last thing that is known of a push to the device. */
  readonly push: string | undefined
}

/** One row for each device. A person without one has a row of their own. */
export const deviceRows = ({
  people,
  record
}: Pick<MessageTrace, "people" | "record">): ReadonlyArray<DeviceTraceRow> => {
  const seq = record?.seq
  return people.flatMap((person): ReadonlyArray<DeviceTraceRow> => {
    const isRead = seq === undefined ? undefined : person.readUpTo >= seq
    if (person.devices.length === 0)
      return [{ key: person.userId, person, device: undefined, has: undefined, isRead, push: undefined }]
    return person.devices.map((device) => ({
      key: device.deviceId,
      person,
      device,
      has: seq === undefined ? undefined : device.receivedUpTo >= seq,
      isRead,
      push: person.pushes.findLast(({ deviceId }) => deviceId === device.deviceId)?.what
    }))
  })
}

export interface StationRow {
  readonly key: string
  readonly station: string
  /** By the clock of the process that answered (ms), as far as it knows that of the other. */
  readonly at: number
  /** Since the first station (ms). */
  readonly afterMs: number
  readonly who: string | undefined
  readonly device: string | undefined
  readonly process: string
  readonly node: string
  readonly clockAheadMs: number
  readonly clockDoubtMs: number
  readonly code: string | undefined
}

export const stationRows = ({
  people,
  stations
}: Pick<MessageTrace, "people" | "stations">): ReadonlyArray<StationRow> => {
  const times = stations.map(({ at, clockAheadMs }) => at - clockAheadMs)
  const first = times[0] ?? 0
  return stations.map(({ clockAheadMs, clockDoubtMs, code, deviceId, host, node, role, station, userId }, index) => {
    const person = people.find((each) => each.userId === userId)
    return {
      key: String(index),
      station,
      at: times[index] ?? 0,
      afterMs: (times[index] ?? 0) - first,
      who: person?.displayName,
      device: person?.devices.find((each) => each.deviceId === deviceId)?.name,
      process: `${role} ${host}`,
      node,
      clockAheadMs,
      clockDoubtMs,
      code
    }
  })
}
