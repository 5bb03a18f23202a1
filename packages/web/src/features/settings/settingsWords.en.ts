/** Words of the settings, in English. */
import type { PushAnswer } from "../../model/notifications.ts"

const count = (n: number, unit: string) => (n === 1 ? `one ${unit}` : `${n} ${unit}s`)

export const settingsWordsEn = {
  title: "Settings",
  sections: {
    profile: "Profile",
    appearance: "Appearance",
    writing: "Writing",
    notifications: "Notifications",
    privacy: "Privacy",
    password: "Password",
    invites: "Invites",
    operate: "Operations",
    about: "About Hibiki"
  },
  save: "Save",
  saved: "Saved",
  displayName: "Display name",
  displayNameMissing: "Enter a display name.",
  handle: "Username",
  language: "Language",
  languages: { ja: "日本語", en: "English" },
  theme: "Theme",
  themes: { system: "Same as device", light: "Light", dark: "Dark" },
  density: "Density",
  densities: { comfortable: "Comfortable", compact: "Compact" },
  sendKey: "Key that sends",
  sendKeys: { enter: "Enter sends", modEnter: "Ctrl+Enter sends" },
  sendKeyHint: "Shift+Enter always begins a new line. Enter that confirms a conversion never sends.",
  pageNotifications: "Notify me while Hibiki is open",
  pageNotificationsHint:
    "On this device, while a page of Hibiki is open and you look at something else. It shows who wrote, and the beginning of the message.",
  pageNotificationsOff: "Off while you’re notified when away, so that nothing comes twice.",
  pushNotifications: "Notify me when I’m away",
  pushNotificationsHint:
    "On this device, while you use Hibiki nowhere. It says that something is unread, and not what.",
  notificationsFailed: {
    blocked: "Your browser blocks notifications of this page. Allow them in its settings, then try again.",
    failed: "Your browser’s push service can’t be reached. Please try again later.",
    notOffered: "This server can’t send notifications to this browser.",
    unreachable: "The server can’t be reached. Try again when you’re back online."
  } satisfies Record<Exclude<PushAnswer, "done">, string>,
  invisible: "Hide when I’m online",
  invisibleHint: "Others see you as offline, and are not told when you type or what you have read.",
  devices: "Manage devices",
  devicesHint: "See where you’re signed in, and sign devices out.",
  currentPassword: "Current password",
  nextPassword: "New password",
  revokeOthers: "Sign out all other devices",
  changePassword: "Change password",
  passwordChanged: "Password changed",
  inviteHint:
    "Anyone with the link can create an account, until the link is used up or ends. You see it only once, here.",
  inviteCreate: "Create invite link",
  inviteLink: "Invite link",
  inviteValid: (hours: number, people: number) => {
    const time = hours % 24 === 0 ? count(hours / 24, "day") : count(hours, "hour")
    return `Works for ${people === 1 ? "one person" : `${people} people`}, for ${time}.`
  },
  invitePeople: "For how many people",
  invitePeopleWrong: (most: number) => `Enter a number from 1 to ${most}.`,
  inviteTime: "Works for",
  inviteDays: (days: number) => (days === 1 ? "1 day" : `${days} days`),
  inviteList: "Links that still work",
  inviteMore: "More links",
  inviteUsed: (used: number, people: number) => `${used} of ${people} used`,
  inviteUntil: (time: string) => `until ${time}`,
  inviteEnd: "End",
  inviteEnded: "The link no longer works.",
  aboutText: "A quiet room in which a voice carries. What is said here stays on this server.",
  operate: "Operator’s console",
  operateHint: "Processes, actors and sockets, live",
  shortcuts: "See keyboard shortcuts",
  failed: {
    wrongPassword: "That password is not right.",
    rateLimited: (seconds: number) =>
      `That was a lot of attempts. Try again in ${seconds === 1 ? "a second" : `${seconds} seconds`}.`,
    unreachable: "The server can’t be reached. Try again when you’re back online.",
    other: "That could not be saved. Please try again."
  }
}

export type SettingsWords = typeof settingsWordsEn
