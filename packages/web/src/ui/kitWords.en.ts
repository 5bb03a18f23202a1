/** Words of the controls themselves, in English. */

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
  capsLock: "Caps Lock is on."
}

export type KitWords = typeof kitWordsEn
