/** Words of the controls themselves, in English. */
import type { PresenceState } from "@hibiki/core/domain/Presence"

export const kitWordsEn = {
  close: "Close",
  dismiss: "Dismiss this notice",
  notices: "Notices",
  loading: "Loading",
  retry: "Try again",
  cancel: "Cancel",
  back: "Back",
  skip: "Skip to content",
  copy: "Copy",
  copied: "Copied",
  showPassword: "Show password",
  hidePassword: "Hide password",
  capsLock: "Caps Lock is on.",
  presence: { active: "Online", idle: "Away", offline: "Offline" } satisfies Record<PresenceState, string>
}

export type KitWords = typeof kitWordsEn
