/** Words of the switch that mutes, in both languages: they come with the details, and not with the words that everybody waits for. */
export const muteWords = {
  en: { mute: "Mute", hint: "You aren’t notified, and it doesn’t count as unread." },
  ja: { mute: "ミュート", hint: "通知されず、未読の数にも入りません。" }
} as const
