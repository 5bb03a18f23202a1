/** Words for who is there. */
import type { DeviceKind, PresenceState } from "@hibiki/core/domain/Presence"

export interface PresenceWords {
  readonly states: Readonly<Record<PresenceState, string>>
  readonly kinds: Readonly<Record<DeviceKind, string>>
  /** Of oneself, while one hides. */
  readonly invisible: string
  /** `ago`: "5 minutes ago". */
  readonly lastSeen: (ago: string) => string
  readonly idleSince: (ago: string) => string
  /** `kinds`: names of device kinds, at least one. */
  readonly activeOn: (kinds: ReadonlyArray<string>) => string
}
