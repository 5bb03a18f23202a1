/** Words of the settings. */
import type { WakingAnswer } from "../../app/waking.ts"

export interface SettingsWords {
  readonly title: string
  readonly sections: {
    readonly profile: string
    readonly appearance: string
    readonly writing: string
    readonly notifications: string
    readonly privacy: string
    readonly password: string
    readonly invites: string
    readonly about: string
  }
  readonly save: string
  readonly saved: string
  readonly displayName: string
  readonly displayNameMissing: string
  readonly handle: string
  readonly language: string
  readonly languages: { readonly ja: string; readonly en: string }
  readonly theme: string
  readonly themes: { readonly system: string; readonly light: string; readonly dark: string }
  readonly density: string
  readonly densities: { readonly comfortable: string; readonly compact: string }
  readonly sendKey: string
  readonly sendKeys: { readonly enter: string; readonly modEnter: string }
  readonly sendKeyHint: string
  readonly alerts: string
  readonly alertsHint: string
  readonly alertsInstead: string
  readonly notify: string
  readonly notifyHint: string
  readonly notifyFailed: Readonly<Record<Exclude<WakingAnswer, "done">, string>>
  readonly invisible: string
  readonly invisibleHint: string
  readonly devices: string
  readonly devicesHint: string
  readonly currentPassword: string
  readonly nextPassword: string
  readonly revokeOthers: string
  readonly changePassword: string
  readonly passwordChanged: string
  readonly inviteHint: string
  readonly inviteCreate: string
  readonly inviteLink: string
  readonly inviteValid: (hours: number, people: number) => string
  readonly invitePeople: string
  readonly invitePeopleWrong: (most: number) => string
  readonly inviteTime: string
  readonly inviteDays: (days: number) => string
  readonly inviteList: string
  readonly inviteMore: string
  readonly inviteUsed: (used: number, people: number) => string
  readonly inviteUntil: (time: string) => string
  readonly inviteEnd: string
  readonly inviteEnded: string
  readonly aboutText: string
  readonly shortcuts: string
  readonly failed: {
    readonly wrongPassword: string
    readonly rateLimited: (seconds: number) => string
    readonly unreachable: string
    readonly other: string
  }
}
