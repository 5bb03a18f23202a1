/** Words of the list of devices. */
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
}
