/** Words of the list of devices, and of what happened to the account. */
import type { ActivityKind } from "@hibiki/core/domain/Activity"

export interface DevicesWords {
  readonly title: string
  readonly intro: string
  readonly list: string
  readonly current: string
  readonly lastUsed: (ago: string) => string
  readonly signOut: string
  readonly signOutNamed: (name: string) => string
  readonly signOutOthers: string
  readonly askTitle: (name: string) => string
  readonly askOthersTitle: string
  readonly askText: string
  readonly password: string
  readonly signedOut: (name: string) => string
  readonly signedOutOthers: (count: number) => string
  readonly onlyThis: string
  readonly failedToLoad: string
  readonly activity: string
  readonly activityNote: string
  readonly showActivity: string
  readonly showOlder: string
  readonly nothingHappened: string
  readonly activityFailed: string
  /** By what happened: with the device's name, if it was one, and how often. */
  readonly happened: Readonly<Record<ActivityKind, (device: string, count: number) => string>>
}
