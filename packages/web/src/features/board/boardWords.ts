/** The presence board's words. */
import type { DeviceKind, PresenceState } from "@hibiki/core/domain/Presence"

export interface BoardWords {
  readonly title: string
  /** What this screen is for, above the list of conversations. */
  readonly choose: string
  readonly nothingToChoose: string
  readonly makeGroup: string
  readonly conversation: string
  readonly members: (count: number) => string
  readonly open: string
  readonly pause: string
  readonly resume: string
  readonly live: string
  readonly connecting: string
  readonly paused: string
  /** The stream is lost; `time`: of the last word. */
  readonly lost: (time: string) => string
  readonly notHere: string
  readonly toList: string
  readonly online: string
  readonly states: Readonly<Record<PresenceState, string>>
  readonly kinds: Readonly<Record<DeviceKind, string>>
  /** Of the totals of devices. */
  readonly onKind: Readonly<Record<DeviceKind, string>>
  readonly name: string
  readonly state: string
  readonly devices: string
  readonly since: string
  readonly sinceTime: (time: string) => string
  readonly lastSeen: (ago: string) => string
  readonly unknown: string
  readonly more: (count: number) => string
  readonly hour: string
  readonly hourTold: (now: number, most: number, fewest: number) => string
  readonly hourAgo: string
  readonly now: string
  readonly people: string
}
