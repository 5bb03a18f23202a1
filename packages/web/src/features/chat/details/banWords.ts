/** Words of the list of bans, in both languages: they load with the details. */
export const banWords = {
  en: {
    title: "Banned",
    by: (name: string) => `Banned by ${name}`,
    unban: "Unban",
    unbanOf: (name: string) => `Unban ${name}`,
    more: "The list goes on."
  },
  ja: {
    title: "参加を禁止した人",
    by: (name: string) => `${name}さんが禁止`,
    unban: "解除",
    unbanOf: (name: string) => `${name}さんの参加禁止を解除`,
    more: "ほかにもいます。"
  }
} as const
