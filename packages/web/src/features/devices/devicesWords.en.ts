/** Words of the list of devices, in English. */
import type { ActivityKind } from "@hibiki/core/domain/Activity"

/** By kind of activity: with the device's name, if any, and the count. */
const happened: Readonly<Record<ActivityKind, (device: string, count: number) => string>> = {
  signedIn: (device) => `Signed in: ${device}`,
  signInFailed: (_, count) => (count === 1 ? "A wrong password" : `Wrong passwords: ${count} within an hour`),
  refreshReused: (device) => `Signed out, because its sign-in was used twice: ${device}`,
  deviceEnded: (device) => `Signed out: ${device}`,
  passwordChanged: () => "Password changed",
  madeAdmin: () => "Made an administrator",
  resetLinkMade: () => "An administrator made a link to set a new password",
  messageTraced: () => "An administrator looked up the way of a message from or to you",
  adminTaken: () => "No longer an administrator",
  disabled: () => "Account disabled",
  enabled: () => "Account enabled"
}

export const devicesWordsEn = {
  title: "Devices",
  intro: "These devices are signed in to your account. If you don’t know one of them, sign it out.",
  list: "Devices that are signed in",
  current: "This device",
  lastUsed: (ago: string) => `Last used ${ago}`,
  signOut: "Sign out",
  signOutNamed: (name: string) => `Sign out ${name}`,
  signOutOthers: "Sign out all other devices",
  askTitle: (name: string) => `Sign out ${name}?`,
  askOthersTitle: "Sign out all other devices?",
  askText: "Its connection ends at once. Enter your password to confirm.",
  password: "Password",
  signedOut: (name: string) => `${name} is signed out.`,
  signedOutOthers: (count: number) => (count === 1 ? "One device is signed out." : `${count} devices are signed out.`),
  onlyThis: "Only this device is signed in.",
  failedToLoad: "Your devices could not be loaded.",
  activity: "Account activity",
  activityNote: "Sign-ins, wrong passwords and changes of your account in the last 90 days.",
  showActivity: "Show activity",
  showOlder: "Show older",
  nothingHappened: "Nothing has happened in the last 90 days.",
  activityFailed: "The activity could not be loaded. Try again.",
  happened
}

export type DevicesWords = typeof devicesWordsEn
